"""A deal in a real browser: a partner registers it, a manager decides in their channel, and the partner reads how."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
ENTRY = {
    "Customer": "Bluefin Foods GmbH",
    "Domain": "bluefin-foods.com",
    "Contact name": "Ada Fischer",
    "Contact e-mail": "ada@bluefin-foods.com",
    "Value": "50000",
    "Expected close": (date.today() + timedelta(days=60)).isoformat(),
}
TITLE = "Register a deal"


def dialog(visitor, title=TITLE):
    return visitor.page.get_by_role("dialog", name=title)


def command(visitor, words="/deal"):
    visitor.message.fill(words)
    visitor.message.press("Enter")
    expect(dialog(visitor)).to_be_visible()
    return dialog(visitor)


def fill(form, **values):
    for label, value in (ENTRY | values).items():
        form.get_by_label(label, exact=True).fill(value)


def register(visitor, customer, domain, **values):
    """Fill the dialog and send it; returns the deal's number."""
    form = command(visitor)
    fill(form, Customer=customer, Domain=domain, **{"Contact e-mail": f"ada@{domain}"}, **values)
    form.get_by_role("button", name="Register").click()
    expect(form).to_have_count(0)
    expect(visitor.answers.last).to_contain_text(customer)
    return re.search(r"D-\w{4}", visitor.answers.last.inner_text())[0]


def test_what_is_wrong_what_is_understood_and_the_decision(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID)
    form = command(zoe)
    expect(form.get_by_label("Currency")).to_have_value("EUR")
    fill(form, Value="about 5k", Domain="https://bluefin-foods.com/shop")
    form.get_by_role("button", name="Register").click()
    for label in ("Value", "Domain"):
        expect(form.get_by_label(label, exact=True)).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Domain", exact=True)).to_be_focused()
    expect(form.get_by_label("Customer", exact=True)).to_have_value("Bluefin Foods GmbH")
    fill(form, Value="5k")
    form.get_by_role("button", name="Register").click()
    expect(form.locator(".dialog-note")).to_contain_text("5000")
    expect(form.get_by_label("Customer", exact=True)).to_have_value("Bluefin Foods GmbH")
    expect(zoe.page.locator("dialog")).to_have_count(1)
    form.get_by_role("button", name="Register").click()
    expect(form).to_have_count(0)
    expect(zoe.answers.last).to_contain_text("Registered under the number")
    code = re.search(r"D-\w{4}", zoe.answers.last.inner_text())[0]
    zoe.complaints.clear()  # the browser says of every 422 that it is one

    expect(ingrid.page.locator("#place-managers .badge")).to_have_text("1 new")
    ingrid.page.get_by_role("link", name="Managers' channel").click()
    desk = ingrid.entry(code)
    expect(desk).to_contain_text("Zoë Marchbanks")
    desk.get_by_role("button", name="Approve").click()
    expect(desk).to_contain_text(re.compile("approved", re.I))
    expect(desk).to_contain_text("Ingrid Solvang")
    expect(desk.get_by_role("button", name="Approve")).to_have_count(0)
    expect(zoe.page.locator(".log")).to_contain_text(re.compile("approved", re.I))


def test_a_reason_is_asked_for_in_a_dialog_and_read_by_the_partner(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID, "managers")
    code = register(zoe, "Rowan Mills Ltd", "rowanmills.com")
    ingrid.entry(code).get_by_role("button", name="Reject").click()
    form = dialog(ingrid, "Reject the deal")
    form.locator("select").select_option(index=1)
    if form.locator("textarea").count():
        form.locator("textarea").fill("They are a customer of ours already.")
    form.get_by_role("button", name="Reject").click()
    expect(form).to_have_count(0)
    expect(ingrid.entry(code)).to_contain_text(re.compile("rejected", re.I))
    expect(zoe.page.locator(".log")).to_contain_text("They are a customer of ours already.")


def test_a_deal_asked_for_in_words(visit):
    zoe = visit().be(ZOE)
    offer = zoe.ask("register a deal for Larkspur Labs, 50k, closing in March")
    offer.get_by_role("button", name=TITLE).click()
    expect(dialog(zoe).get_by_label("Customer", exact=True)).to_have_value("Larkspur Labs")
    expect(dialog(zoe).get_by_label("Expected close")).to_have_value(re.compile(r"\d{4}-03-31"))
    zoe.page.keyboard.press("Escape")
    expect(dialog(zoe)).to_have_count(0)


def test_what_was_begun_is_offered_again(visit):
    devon = visit().be(DEVON)
    form = command(devon)
    form.get_by_label("Customer", exact=True).fill("Half Moon Bay")
    form.get_by_role("button", name="Cancel").click()
    expect(devon.answers.last).to_contain_text("Your deal is not registered yet")
    devon.answers.last.get_by_role("button", name="Continue").click()
    expect(form.get_by_label("Customer", exact=True)).to_have_value("Half Moon Bay")


def test_my_deals_from_the_home_and_by_command(visit):
    zoe = visit().be(ZOE)
    register(zoe, "Tamarind Tools", "tamarindtools.com")
    zoe.page.get_by_role("link", name="Home").click()
    zoe.page.get_by_role("button", name="My deals").click()
    expect(zoe.page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(zoe.answers.last.get_by_role("button", name="Show: ").first).to_be_visible()
    expect(zoe.ask("/deals")).to_contain_text("Tamarind Tools")
