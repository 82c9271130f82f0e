"""Commands that are offered while somebody types, and somebody whom the programme does not know."""

import pytest
from playwright.sync_api import expect

from handlers import router

ZOE = "zoe.marchbanks@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"


@pytest.fixture
def offered(visit):
    zoe = visit().be(ZOE)
    return zoe, zoe.page.get_by_role("listbox", name="Commands").get_by_role("option")


def test_a_slash_offers_commands_and_more_letters_fewer(offered):
    zoe, options = offered
    zoe.message.press_sequentially("/")
    expect(options).to_have_count(1 + len(list(router.commands())))
    expect(options.first).to_have_attribute("aria-selected", "true")
    zoe.message.press_sequentially("de")
    expect(options).to_have_count(2)
    zoe.message.press_sequentially("als")
    expect(options).to_have_count(0)
    zoe.message.fill("a/b")
    expect(options).to_have_count(0)


def test_a_command_is_chosen_by_keyboard(offered):
    zoe, options = offered
    zoe.message.press_sequentially("/")
    active = zoe.message.get_attribute("aria-activedescendant")
    assert options.first.get_attribute("id") == active
    zoe.message.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    zoe.message.press("ArrowDown")
    zoe.message.press("Enter")
    expect(zoe.message).to_have_value("/help")
    expect(options).to_have_count(0)
    expect(zoe.page.locator(".mine")).to_have_count(0)
    zoe.message.press("Enter")
    expect(zoe.answers.last.get_by_role("heading")).to_have_text("What I can do")


def test_escape_puts_the_commands_away_and_enter_sends_what_is_typed(offered):
    zoe, options = offered
    zoe.message.press_sequentially("/")
    zoe.message.press("Escape")
    expect(options).to_have_count(0)
    expect(zoe.message).to_have_value("/")
    expect(zoe.message).to_be_focused()


def test_a_command_is_chosen_by_pointer(offered):
    zoe, options = offered
    zoe.message.press_sequentially("/t")
    options.first.click()
    expect(zoe.message).to_have_value("/ticket")
    expect(zoe.message).to_be_focused()


def test_a_question_by_command(offered):
    zoe, _ = offered
    card = zoe.ask("/portal What discount do Gold partners get on new business?")
    expect(card.get_by_role("heading", name="Partner discounts by tier")).to_be_visible()


def test_somebody_new_asks_for_access_and_is_let_in(visit):
    new = visit()
    new.page.get_by_label("Find a person").fill("new")
    new.page.get_by_role("link", name="Somebody new").click()
    expect(new.page.get_by_text("You are somebody new, whom the programme does not know")).to_be_visible()
    expect(new.page.get_by_role("heading", name="Nobody knows you here yet")).to_be_visible()
    expect(new.page.locator("#place-support")).to_be_hidden()
    expect(new.page.locator("#place-managers")).to_be_hidden()
    new.ask("hello").get_by_role("button", name="Request access").click()
    form = new.page.get_by_role("dialog", name="Request access")
    form.get_by_label("Company").fill("Nimbus & Sons")
    form.get_by_label("Name", exact=True).fill("Robin Vale")
    form.get_by_label("Why").fill("We resell")
    form.get_by_label("Work e-mail").fill("robin")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_label("Work e-mail")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Work e-mail").fill("robin.vale@nimbus.example")
    form.get_by_role("button", name="Send").click()
    expect(new.answers.last).to_contain_text("Thank you for your request")
    new.complaints.clear()  # the browser says of every 422 that it is one
    ingrid = visit().be(INGRID, "managers")
    expect(ingrid.answers.last).to_contain_text("Nimbus & Sons")
    ingrid.answers.last.get_by_role("button", name="Approve", exact=True).click()
    approve = ingrid.page.get_by_role("dialog", name="Approve access")
    approve.get_by_label("Partner").select_option("Kestrel & Rowe IT")
    approve.get_by_role("button", name="Approve").click()
    expect(ingrid.answers.filter(has_text="Request for access")).to_contain_text("Ingrid Solvang approved")
    expect(new.answers.last).to_contain_text("Welcome, Robin Vale")
    expect(new.ask("hello")).to_contain_text("Hello Robin Vale!")
