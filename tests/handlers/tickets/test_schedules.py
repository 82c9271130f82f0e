"""What time does to tickets: targets in business hours, escalation, and silence."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handlers.tickets.people import (
    ADMIN,
    DEVON,
    INGRID,
    OPERATOR,
    ZOE,
    desk,
    events,
    labels,
    opened,
    said,
    thread,
    ticket,
)
from tests.talk import rows_of

TUESDAY = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)  # nine o'clock in Oslo, where Kestrel & Rowe's manager is
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def zoe(talk):
    zoe = talk(ZOE)
    zoe.now = TUESDAY
    return zoe


def team(talk, now=TUESDAY):
    ingrid = talk(INGRID)
    ingrid.now = now
    return ingrid


@pytest.mark.parametrize(
    ("severity", "first", "whole"),
    [
        ("critical", TUESDAY + HOUR, TUESDAY + 8 * HOUR),
        ("high", TUESDAY + 4 * HOUR, TUESDAY + DAY + 8 * HOUR),
        ("normal", TUESDAY + 8 * HOUR, datetime(2027, 3, 8, 16, tzinfo=UTC)),
        ("low", TUESDAY + DAY + 8 * HOUR, datetime(2027, 3, 15, 16, tzinfo=UTC)),
    ],
)
def test_targets_are_business_hours_of_the_partners_manager(zoe, database, severity, first, whole):
    row = ticket(database, opened(zoe, severity=severity))
    assert (row.time_zone, row.first_due, row.resolve_due) == ("Europe/Oslo", first, whole)


def test_a_ticket_of_the_weekend_begins_on_monday(talk, database):
    devon = talk(DEVON)  # whose manager is in Chicago
    devon.now = datetime(2027, 3, 6, 12, tzinfo=UTC)
    row = ticket(database, opened(devon, severity="critical"))
    assert row.first_due == datetime(2027, 3, 8, 16, tzinfo=UTC)


def test_the_team_is_warned_once_before_the_first_reply_is_due(zoe, database):
    code = opened(zoe, severity="high")
    zoe.ticks(TUESDAY + 2 * HOUR)
    assert len(zoe.support()) == 1
    for _ in range(3):
        zoe.ticks(TUESDAY + 3 * HOUR)
    with database.read() as look:
        card, in_thread, in_channel = rows_of(look, ("test", "support"))
    assert (in_thread.thread, in_channel.thread) == (card.platform_id, ""), "found in the one, seen in the other"
    for warning in zoe.support()[1:]:
        assert f"{code} is due soon: first reply by 2 Mar 2027, 13:00 CET" in warning.plain()
    assert "late" not in said(zoe.told())
    zoe.ticks(TUESDAY + 4 * HOUR)
    assert f"{code} is late: first reply is overdue" in zoe.support()[-1].plain()
    assert events(database, code) == ["opened", "late"]


def test_words_under_a_warning_are_about_the_ticket(talk, zoe):
    opened(zoe, severity="high")
    zoe.ticks(TUESDAY + 3 * HOUR)
    ingrid = team(talk, TUESDAY + 3 * HOUR)
    ingrid.replies(ingrid.support()[-1], "reply: We are on it.", where="support")
    assert "We are on it." in zoe.told()[-1].plain()


def test_after_a_breach_the_partner_may_escalate_once(talk, zoe, database):
    code = opened(zoe, severity="critical")
    assert "not late" in zoe.presses_raw("tickets.escalate", code).plain()
    zoe.ticks(TUESDAY + 2 * HOUR)
    zoe.ticks(TUESDAY + 3 * HOUR)
    card = zoe.told()[-1]
    assert labels(card) == ["Escalate"]
    assert said(zoe.told()).count("We are late") == 1
    assert "Escalate" in labels(zoe.commands("ticket", code))
    assert f"Escalate {code}" in labels(zoe.says("my tickets"))
    zoe.presses(card, "Escalate")
    assert "The managers know" in zoe.told()[-1].plain()
    assert f"Zoë Marchbanks of Kestrel & Rowe IT has escalated {code}" in said(zoe.managers())
    assert "has escalated this ticket" in desk(zoe, code).plain()
    assert ticket(database, code).escalated_at
    assert "escalated already" in zoe.presses_raw("tickets.escalate", code).plain()
    assert len(zoe.managers()) == 1
    assert "Escalate" not in labels(zoe.commands("ticket", code))


def test_without_a_managers_channel_the_manager_is_written_to(talk):
    talk(INGRID, desk=False).says("hello")
    zoe = talk(ZOE, desk=False)
    zoe.now = TUESDAY
    code = opened(zoe, severity="critical")
    zoe.ticks(TUESDAY + 2 * HOUR)
    assert "I wrote to Ingrid Solvang" in zoe.presses_raw("tickets.escalate", code).plain()
    assert f"has escalated {code}" in said(zoe.told(INGRID))


def test_a_reply_in_time_needs_no_warning_and_waiting_stops_the_clock(talk, zoe, database):
    code = opened(zoe, severity="high")
    ingrid = team(talk, TUESDAY + HOUR)
    ingrid.submits("tickets.ask", code, question="Which browser?")
    zoe.ticks(TUESDAY + 5 * DAY)
    assert "due soon" not in said(zoe.support())
    zoe.now = TUESDAY + DAY + HOUR  # after eight business hours
    zoe.replies(thread(zoe, code), "The newest.")
    row = ticket(database, code)
    assert row.paused_seconds == 8 * 3600
    assert row.resolve_due == TUESDAY + 2 * DAY + 8 * HOUR
    zoe.ticks(TUESDAY + 2 * DAY + 4 * HOUR)
    assert "due soon: resolution" in zoe.support()[-1].plain()
    assert ticket(database, code).breached_at is None


def test_a_resolved_ticket_is_never_late(talk, zoe, database):
    code = opened(zoe, severity="critical")
    team(talk).presses_raw("tickets.resolve", code)
    zoe.ticks(TUESDAY + 20 * HOUR)
    assert ticket(database, code).breached_at is None


def test_whoever_looks_after_it_is_warned_as_well(talk, zoe):
    code = opened(zoe, severity="high")
    rafael = talk(OPERATOR)
    rafael.presses_raw("tickets.take", code)
    zoe.ticks(TUESDAY + 3 * HOUR)
    assert "due soon" in said(rafael.told())


def test_silence_is_reminded_of_and_then_closes(talk, zoe, database):
    code = opened(zoe)
    team(talk, TUESDAY).submits("tickets.ask", code, question="Which browser?")
    zoe.ticks(TUESDAY + 14 * DAY)
    assert "still waits" not in said(zoe.told())
    for hours in (0, 1, 30):
        zoe.ticks(TUESDAY + 15 * DAY + hours * HOUR)
    assert said(zoe.told()).count(f"{code} still waits for your answer") == 1
    assert "in 15 days" in said(zoe.told())
    for hours in (0, 1, 30):
        zoe.ticks(TUESDAY + 30 * DAY + hours * HOUR)
    assert ticket(database, code).state == "closed"
    assert said(zoe.told()).count(f"I closed {code}") == 1
    assert said(zoe.told()).count("How was the help") == 1
    assert labels(desk(zoe, code)) == ["Reopen", "Draft an article"]
    zoe.now = TUESDAY + 40 * DAY
    zoe.replies(thread(zoe, code), "Sorry, I was away. It still fails.")
    assert ticket(database, code).state == "open"


def test_a_resolved_ticket_is_closed_too_and_asks_once(talk, zoe, database):
    code = opened(zoe)
    team(talk).presses_raw("tickets.resolve", code)
    zoe.ticks(TUESDAY + 15 * DAY)
    assert "is resolved, and I close it" in said(zoe.told())
    zoe.ticks(TUESDAY + 30 * DAY)
    assert ticket(database, code).state == "closed"
    assert said(zoe.told()).count("How was the help") == 1
    assert events(database, code) == ["opened", "resolved", "closed"]


def test_a_new_silence_is_reminded_of_again(talk, zoe):
    code = opened(zoe)
    ingrid = team(talk)
    ingrid.submits("tickets.ask", code, question="Which browser?")
    zoe.ticks(TUESDAY + 15 * DAY)
    ingrid.now = TUESDAY + 16 * DAY
    ingrid.submits("tickets.ask", code, question="Hello?")
    zoe.ticks(TUESDAY + 30 * DAY)
    zoe.ticks(TUESDAY + 31 * DAY)
    assert said(zoe.told()).count("still waits for your answer") == 2


def test_an_open_ticket_is_never_closed_by_time(zoe, database):
    code = opened(zoe)
    zoe.ticks(TUESDAY + 90 * DAY)
    assert ticket(database, code).state == "open"


def test_an_administrator_may_escalate(talk, zoe):
    code = opened(zoe, severity="critical")
    zoe.ticks(TUESDAY + 2 * HOUR)
    admin = talk(ADMIN)
    assert "The managers know" in admin.presses_raw("tickets.escalate", code).plain()
