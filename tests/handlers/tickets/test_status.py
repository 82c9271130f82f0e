"""Looking at tickets: one's own, the partner's, all; by number and by words."""

import pytest

from tests.handlers.tickets.people import (
    ADMIN,
    COLLEAGUE,
    DEVON,
    FOREIGN_ADMIN,
    INGRID,
    SSO,
    ZOE,
    desk,
    labels,
    opened,
    said,
    thread,
)

UNKNOWN = "There is no such ticket among those you may see. Write “my tickets” to see yours."


def test_a_foreign_number_and_none_sound_the_same(talk):
    code = opened(talk(ZOE))
    for who in (DEVON, FOREIGN_ADMIN, COLLEAGUE):
        person = talk(who)
        answers = {
            person.says(f"status of {code}").plain(),
            person.says("status of T-2222").plain(),
            person.commands("ticket", code).plain(),
            person.commands("ticket", "T-2222").plain(),
            person.presses_raw("tickets.show", code).plain(),
            person.presses_raw("tickets.reply", code).plain(),
            person.presses_raw("tickets.escalate", code).plain(),
        }
        assert answers == {UNKNOWN}


@pytest.mark.parametrize("asked", ["status of {}", "{}", "any news on ticket {}?", "/ticket"])
def test_a_ticket_is_shown_by_its_number(talk, asked):
    zoe = talk(ZOE)
    code = opened(zoe)
    words = asked.format(code.lower().replace("-", "–"))
    card = zoe.commands("ticket", code) if asked == "/ticket" else zoe.says(words)
    assert card.title == f"{code} · SSO login fails"
    assert "State: open" in card.plain()
    assert labels(card) == ["Write to the team"]


def test_a_ticket_is_found_by_what_is_said_of_it(talk):
    zoe = talk(ZOE)
    opened(zoe, subject="Backups are slow", what_happened="Very.")
    code = opened(zoe)
    assert zoe.says("what about my ticket on SSO?").title.startswith(code)
    assert zoe.says("any news on my tickets?").title == "Your tickets"
    assert "no ticket about that" in zoe.says("what about my ticket on invoices?").plain()


def test_the_only_ticket_is_meant(talk):
    zoe = talk(ZOE)
    assert "no tickets here" in zoe.says("any news on my ticket?").plain()
    code = opened(zoe)
    assert zoe.says("any news on my ticket?").title.startswith(code)


def test_each_sees_what_is_theirs(talk):
    zoe, admin, devon, colleague, ingrid = (talk(who) for who in (ZOE, ADMIN, DEVON, COLLEAGUE, INGRID))
    foreign = talk(FOREIGN_ADMIN)
    ours, theirs = opened(zoe), opened(devon)
    assert ours in zoe.says("my tickets").plain()
    assert ours in admin.commands("ticket", "mine").plain()
    for person in (colleague, devon, foreign):
        assert ours not in person.says("my tickets").plain()
    assert theirs in foreign.says("my tickets").plain()
    for person in (zoe, admin, colleague):
        assert theirs not in person.says("my tickets").plain()
    both = ingrid.says("show all tickets").plain()
    assert ours in both
    assert theirs in both
    assert labels(ingrid.says(f"status of {ours}"))[0] == "Take"


def test_lists_have_pages(talk):
    zoe = talk(ZOE)
    for number in range(9):
        opened(zoe, subject=f"Number {number}")
    first = zoe.says("my tickets")
    assert labels(first) == ["Show"] * 4 + ["More tickets", "Open a ticket"]
    second = zoe.presses(first, "More")
    assert "Number 4" in second.plain()
    third = zoe.presses(second, "More")
    assert labels(third) == ["Show", "Open a ticket"]
    assert zoe.presses(third, "Show").title.endswith("Number 0")
    for page in ("", "-1", "999", "99999999999", "x"):
        assert zoe.presses_raw("tickets.list", page).title == "Your tickets"


def test_in_a_channel_a_ticket_is_shown_to_the_asker_alone(talk):
    zoe = talk(ZOE, conversation="C1", private=False)
    zoe.commands("ticket", "")
    zoe.sends(**SSO)
    zoe.says("my tickets")
    assert [row.operation for row in zoe.heard] == ["whisper"]
    assert "SSO" not in said(row for row in zoe.told() if row.title == "Your tickets")


def test_the_latest_words_are_shown_and_notes_are_not(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    zoe.replies(thread(zoe, code), "Hello?")
    ingrid.replies(desk(ingrid, code), "INSIDE", where="support")
    ingrid.replies(desk(ingrid, code), "reply: We look.", where="support")
    shown = zoe.says(f"status of {code}").plain()
    assert "Zoë Marchbanks: Hello?" in shown
    assert "Ingrid Solvang: We look." in shown
    assert "INSIDE" not in shown
