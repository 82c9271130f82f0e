"""The menu of a message: the actions that a message has in Slack and in Teams, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from bot.channels.offered import SHORTCUTS

INGRID = "ingrid.solvang@halden.example"
ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
DISCOUNT = "What discount do Gold partners get on new business?"


def test_a_message_becomes_an_announcement(visit):
    ingrid = visit(width=360).be(INGRID)
    ingrid.ask("Backup 9 is *out*")
    mine = ingrid.page.locator(".message.mine").last
    mine.get_by_role("button", name="More actions").click()
    mine.get_by_role("button", name="Make it an announcement").click()
    dialog = ingrid.page.get_by_role("dialog")
    expect(dialog.get_by_label("Message")).to_have_value("Backup 9 is *out*")


def test_an_answer_becomes_a_ticket_by_keys_alone(visit):
    zoe = visit().be(ZOE)
    zoe.ask(DISCOUNT)
    answer = zoe.page.locator(".message.theirs", has_text="Partner discounts by tier").first
    toggle, actions = answer.get_by_role("button", name="More actions"), answer.get_by_role("group", name="Actions")
    toggle.focus()
    toggle.press("Enter")
    zoe.page.keyboard.press("Tab")
    first = actions.get_by_role("button", name="Open a ticket")
    expect(first).to_be_focused()
    first.press("Escape")
    expect(actions).to_be_hidden()
    expect(toggle).to_be_focused()
    toggle.press("Enter")
    first.press("Enter")
    form = zoe.page.get_by_role("dialog", name="Open a ticket")
    expect(form.get_by_label("What happened")).to_have_value(re.compile("25 %"))
    form.press("Escape")
    expect(first).to_be_focused()


def test_a_partner_who_may_not_is_told_so(visit):
    devon = visit().be(DEVON)
    devon.ask("hello")
    mine = devon.page.locator(".message.mine").last
    mine.get_by_role("button", name="More actions").click()
    there = devon.answers.count()
    mine.get_by_role("button", name="Make it an announcement").click()
    expect(devon.answers).to_have_count(there + 1)
    expect(devon.answers.last).to_contain_text("Only channel managers")


def test_only_what_one_sees_can_be_acted_on(page):
    page.ask(ZOE, DISCOUNT)
    asked, answer = page.messages(ZOE)
    for message in (asked["id"], answer["id"]):
        refused = page.post("shortcut", DEVON, action="tickets.open", message=message)
        assert refused.status_code == 400 and "not here any more" in refused.json()["error"]
        opened = page.post("shortcut", ZOE, action="tickets.open", message=message).json()["form"]
        assert opened["name"] == "tickets.open"
    assert page.post("shortcut", ZOE, action="nothing.there", message=answer["id"]).json()["form"] is None


@pytest.mark.parametrize("message", ["", "me-", "me-say:nowhere", "x" * 100])
def test_there_is_no_action_without_a_message(page, message):
    assert page.post("shortcut", ZOE, action=SHORTCUTS[0][0], message=message).status_code == 400
