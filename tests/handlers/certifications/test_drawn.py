"""Every card about certificates, longest, foreign and emptiest, is one that Slack takes, and wakes nobody up."""

from datetime import date, timedelta

import pytest

from bot.channels.slack.blocks import draw, fallback
from bot.channels.slack.modals import modal
from handlers.certifications.models import Held, Standing
from handlers.certifications.views import lists, reminders
from handlers.notices.models import Place
from handlers.partners.models import Certificate, Contact, Partner, Programme
from tests.block_kit import pings, problems

TODAY = date(2027, 3, 9)
NAMES = {
    "ordinary": "Vault Administrator",
    "longest": "W" * 120,
    "foreign": "شهادة *مسؤول* <!channel> 認定 | `x` & _y_ [z](https://evil.example)",
}


def certificates(kind, number):
    name = NAMES[kind]
    partner = Partner(id=1, name=name * (2 if kind != "longest" else 1), type="reseller", tier="Gold", region="EMEA")
    contact = Contact(id=1, email="a@b.example", name=name, partner_id=1, role="partner_user")
    programme = Programme(id=1, key="k", name=name, course=name, course_url="https://halden.example/" + "x" * 900,
                          tiers={"Gold": 3, "Silver": 1})  # fmt: skip
    return [
        Held(
            Certificate(
                id=index, contact_id=1, programme_id=1, issued_on=TODAY - timedelta(days=400),
                expires_on=TODAY + timedelta(days=index * 9 - 12), external_id="C" * 200,
            ),
            programme, contact, partner, [TODAY] * 3,
        )
        for index in range(number)
    ]  # fmt: skip


def cards(kind, number):
    held = certificates(kind, number)
    standing = [Standing(NAMES[kind], 1_000, 100_000, 7, TODAY)] * 15
    return [
        reminders.reminder(held, TODAY),
        reminders.copy(held[: reminders.SHOWN], number, TODAY),
        reminders.reported(held[0]),
        reminders.done(reminders.reminder(held, TODAY), reminders.renewed(held)),
        reminders.done(None, reminders.snoozed(TODAY, held)),
        lists.own(held, 0, TODAY, [lists.to_team(), lists.to_partners()]),
        lists.team(NAMES[kind], held[: lists.ROWS + 1], 0, TODAY, "1:1"),
        lists.partners(standing, 0),
        lists.digest(standing),
    ]


@pytest.mark.parametrize("number", [1, 2, 40])
@pytest.mark.parametrize("kind", NAMES)
def test_every_card_is_valid_on_slack(kind, number):
    for card in cards(kind, number):
        files = {picture.png: "F1" for picture in card.pictures}
        message = {"text": fallback(card), "blocks": draw(card, files)}
        assert problems(message, "message") == []
        assert pings(message) == []


@pytest.mark.parametrize("kind", NAMES)
def test_every_dialog_is_valid_on_slack(kind):
    held, place = certificates(kind, 60), Place("slack", "T", "C1", "U1")
    forms = (
        reminders.snooze_form("1:2027-03-09", TODAY),
        reminders.renewed_form("1:2027-03-09", held),
        reminders.not_mine_form("1:2027-03-09", held),
    )
    for form in forms:
        assert problems(modal(form, place), "modal") == []


def test_what_stands_in_a_table_is_no_markup():
    card = lists.team("x", certificates("foreign", 3), 0, TODAY, "")
    (table,) = [block for block in draw(card) if "rich_text_preformatted" in str(block)]
    assert "*مسؤول* <!channel>" in str(table)
    assert "| `x` & _y_" in str(table)
    assert "'style'" not in str(table)
