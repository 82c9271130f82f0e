"""What the clock says about deals: each thing once, nothing that is past."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from handlers.deals.models.deal import Deal, DealEvent
from handlers.deals.models.draft import Draft
from handlers.deals.store import due
from handlers.hours import Quiet
from handlers.notices.models import Delivery
from handlers.partners.models import Contact
from tests.handlers.deals.deal import AMARA, IDRIS, INGRID, LAYLA, NOON, XIMENA, ZOE, at, later, registers

NIGHT = {"policy": {"quiet": Quiet(time(20), time(8))}}


def ticks(person, when):
    """How many messages the clock wrote about deals."""
    return sum(count for name, count in person.ticks(when).items() if name.startswith("deals."))


def at_day(number: float):
    return NOON + timedelta(days=number)


def hours(number: float):
    return at_day(number / 24)


def test_a_decision_is_warned_of_at_three_quarters_and_escalated_after(zoe, ingrid, code):
    # Wednesday 13:00 in Oslo: 12 business hours have passed on Thursday at 17:00, 16 on Friday at 13:00.
    ingrid.says("hi")
    assert ticks(zoe, hours(27.9)) == 0
    assert ticks(zoe, hours(28)) == 1
    assert "The decision is due on 5 Mar 2027, 13:00 CET" in zoe.managers()[-1].plain()
    assert ticks(zoe, hours(30)) == 0
    assert ticks(zoe, hours(47.9)) == 0
    assert ticks(zoe, hours(48)) == 2
    assert "is overdue" in zoe.managers()[-1].plain()
    assert "is overdue" in ingrid.told()[-1].plain()
    assert ticks(zoe, hours(72)) == 0
    ingrid.presses(zoe.managers()[-1], "Show the deal", where="managers")


def test_a_clock_that_stood_still_escalates_and_does_not_warn_as_well(zoe, code):
    assert ticks(zoe, at_day(20)) == 1
    assert "overdue" in zoe.managers()[1].plain()
    assert len(zoe.managers()) == 2
    assert ticks(zoe, at_day(20)) == 0


def test_a_decision_in_time_is_not_spoken_of(zoe, ingrid, approved):
    assert ticks(zoe, at_day(10)) == 0


def test_holidays_of_the_manager_are_no_time(talk, database):
    zoe = at(talk(ZOE))
    zoe.now = zoe.now.replace(day=24, hour=11)  # the Wednesday before Easter, noon in Oslo
    registers(zoe)
    with database.read() as session:
        assert session.exec(select(Deal.due_at)).one().isoformat() == "2027-03-31T10:00:00+00:00"


def test_the_zone_is_that_of_the_partners_manager(talk, database):
    ximena = at(talk(XIMENA))  # Amara, in Chicago: 6:00 there
    registers(ximena)
    assert "CST" in ximena.managers()[0].plain()
    with database.read() as session:
        assert session.exec(select(Deal.due_at)).one().isoformat() == "2027-03-04T23:00:00+00:00"


def test_the_end_of_a_protection_is_announced_three_times_and_then_it_ends(talk, zoe, approved, database):
    zoe.submits("deals.noting", approved, note="still alive")
    later(zoe, days=59).submits("deals.noting", approved, note="still alive")
    assert ticks(zoe, at_day(59)) == 0
    for day, said in ((60, "30 days left"), (76, "14 days left"), (87, "3 days left")):
        assert ticks(zoe, at_day(day)) == 1, day
        assert said in zoe.told()[-1].plain()
        assert "ends on 1 Jun 2027" in zoe.told()[-1].plain()
        assert ticks(zoe, at_day(day + 0.3)) == 0
        zoe.now = at_day(day)
        zoe.submits("deals.noting", approved, note=f"day {day}")
    assert "Ask for an extension" in [button.label for button in zoe.told()[-1].buttons]
    assert ticks(zoe, at_day(89.9)) == 0
    assert ticks(zoe, at_day(90)) == 2  # the message, and the deal's own card
    assert "has ended" in zoe.told()[-1].plain()
    assert ticks(zoe, at_day(91)) == 0
    with database.read() as session:
        assert session.exec(select(Deal.state)).one() == "expired"
        last = session.exec(select(DealEvent).order_by(DealEvent.id.desc())).first()
    assert (last.act, last.contact_id) == ("expired", None)
    zoe.presses_raw("deals.won", approved)
    with database.read() as session:
        assert session.exec(select(Deal.state)).one() == "won"


def test_a_reminder_says_what_is_left_when_it_is_read(talk, zoe, approved, database):
    """Three days before the first of June is a Saturday, and Monday is a holiday in London."""
    later(zoe, days=80).submits("deals.noting", approved, note="still alive")
    ticks(zoe, at_day(80))
    zoe.says("hi")
    clock = talk(ZOE, **NIGHT)
    assert ticks(clock, at_day(87)) == 1
    assert "ends on 1 Jun 2027: less than a day left" in zoe.told()[-1].plain()
    with database.read() as session:
        row = session.exec(
            select(Delivery).where(Delivery.unique_key.contains("reminded")).order_by(Delivery.id)
        ).all()[-1]
        until = session.exec(select(Deal.protected_until)).one()
    assert (row.due_at.isoformat(), row.expires_at) == ("2027-06-01T08:00:00+00:00", until)


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Berlin", "2027-05-18T09:00+02:00"),  # a Tuesday after a Monday off
        ("America/New_York", "2027-05-18T09:00-04:00"),  # where it begins on Monday evening
        ("Pacific/Auckland", "2027-05-18T12:00+12:00"),  # where it is noon by then
        ("Asia/Kolkata", "2027-05-18T09:00+05:30"),
    ],
)
def test_reminders_come_from_nine_on_where_the_reader_is(talk, zoe, approved, database, zone, due):
    """Fourteen days before the first of June, which begins at midnight in UTC."""
    with database.session() as session:
        session.exec(select(Contact).where(Contact.email == ZOE)).one().time_zone = zone
        session.commit()
    later(zoe, days=75).submits("deals.noting", approved, note="still alive")
    zoe.says("hi")
    began = datetime(2027, 5, 18, tzinfo=UTC)
    assert talk(ZOE, **NIGHT).portal.tick("deals.reminders", began) == 1
    with database.read() as session:
        row = session.exec(select(Delivery).where(Delivery.unique_key.contains("reminded:2027"))).all()[-1]
    assert (max(row.due_at, began), row.quiet_zone) == (datetime.fromisoformat(due), zone)


def test_a_silent_deal_is_asked_about_from_nine_on(talk, zoe, approved, database):
    with database.session() as session:
        session.exec(select(Deal)).one().nudge_at = datetime(2027, 4, 8, 5, tzinfo=UTC)
        session.commit()
    zoe.says("hi")
    assert talk(ZOE, **NIGHT).portal.tick("deals.silence", datetime(2027, 4, 8, 5, 1, tzinfo=UTC)) == 1
    with database.read() as session:
        row = session.exec(select(Delivery).where(Delivery.unique_key.contains("silent"))).one()
    assert row.due_at == datetime(2027, 4, 8, 9, tzinfo=ZoneInfo("Europe/London"))


def supposes(person, schedule, *days):
    """How many messages each of these days, tried out with `portal tick --at`, brings."""
    return [person.portal.tick(f"deals.{schedule}", at_day(day), supposed=True) for day in days]


def test_a_time_that_is_tried_out_takes_nothing_from_the_days_before_it(zoe, approved, monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 0)  # nothing that was tried out stands in the way of the rest
    assert supposes(zoe, "reminders", 87, 87, 60, 61, 76) == [1, 0, 1, 0, 1]
    monkeypatch.setattr(due, "AT_ONCE", 1)
    assert [zoe.portal.tick("deals.reminders", at_day(day)) for day in (60, 76, 87)] == [0, 0, 0], "each was sent"


def test_a_decision_that_is_tried_out_is_still_warned_of(zoe, ingrid, code):
    ingrid.says("hi")
    assert supposes(zoe, "decisions", 20, 20) == [2, 0]
    assert ticks(zoe, hours(28)) == 1
    assert "The decision is due on" in zoe.managers()[-1].plain()


def test_nothing_past_is_sent_to_a_deal_that_is_protected_for_a_short_time(talk, zoe, code):
    at(talk(INGRID, policy={"protection_days": {"gold": 10}})).presses_raw("deals.approve", code)
    assert ticks(zoe, at_day(0.1)) == 0
    assert ticks(zoe, at_day(6)) == 0
    assert ticks(zoe, at_day(7)) == 1
    assert "3 days left" in zoe.told()[-1].plain()


def test_after_a_stop_only_the_last_reminder_is_sent(zoe, approved):
    later(zoe, days=80).submits("deals.noting", approved, note="still alive")
    assert ticks(zoe, at_day(80)) == 1
    assert "10 days left" in zoe.told()[-1].plain()
    assert ticks(zoe, at_day(87)) == 1


def test_after_a_long_stop_a_protection_simply_ends(zoe, approved):
    assert ticks(zoe, at_day(200)) == 2
    assert len([card for card in zoe.told() if "left" in card.plain() and "ends on" in card.plain()]) == 0


def test_an_extended_deal_is_reminded_anew(zoe, ingrid, approved):
    later(zoe, days=60)
    assert ticks(zoe, at_day(60)) >= 1
    zoe.submits("deals.extension", approved, reason="July.")
    ingrid.now = at_day(61)
    ingrid.presses_raw("deals.grant", approved)
    zoe.now = at_day(89)
    zoe.submits("deals.noting", approved, note="still alive")
    assert ticks(zoe, at_day(100)) == 0
    zoe.now = at_day(119)
    zoe.submits("deals.noting", approved, note="still alive")
    assert ticks(zoe, at_day(120)) == 1
    assert "30 days left" in zoe.told()[-1].plain()


def test_a_silent_deal_is_asked_about_once_a_month(zoe, approved):
    assert ticks(zoe, at_day(29.9)) == 0
    assert ticks(zoe, at_day(30)) == 1
    assert "Nothing has happened with your deal since 3 Mar 2027" in zoe.told()[-1].plain()
    assert ticks(zoe, at_day(31)) == 0
    later(zoe, days=40).submits("deals.noting", approved, note="Still on it.")
    assert ticks(zoe, at_day(59)) == 0


def test_a_month_that_is_tried_out_is_asked_about_once_and_moves_none(zoe, approved, monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 0)
    assert supposes(zoe, "silence", 30, 31, 59, 60, 61) == [1, 0, 0, 0, 0], "two months before its end that is told"
    monkeypatch.setattr(due, "AT_ONCE", 1)
    later(zoe, days=10).submits("deals.noting", approved, note="Still on it.")
    assert supposes(zoe, "silence", 55, 40, 39) == [1, 0, 0]
    assert [zoe.portal.tick("deals.silence", at_day(day)) for day in (39, 41, 60)] == [0, 0, 0], "it was asked"


def test_reminders_of_the_end_that_are_tried_out_do_not_stand_in_for_a_question(zoe, approved):
    assert supposes(zoe, "reminders", 87) == [1]
    assert ticks(zoe, at_day(30)) == 1
    assert "How is it going?" in zoe.told()[-1].plain()


def drafts_of(database):
    with database.read() as look:
        return len(look.exec(select(Draft)).all())


def test_a_draft_outlives_a_year_that_is_tried_out(talk, database):
    idris = at(talk(IDRIS))
    idris.says("register a deal with Norrland Energi, 40 thousand euro")
    supposes(idris, "cleaning", 400)
    assert drafts_of(database) == 1
    ticks(idris, at_day(31))
    assert drafts_of(database) == 0


def test_collaborators_are_reminded_too_and_nobody_else(talk, zoe, approved, database):
    layla, idris = at(talk(LAYLA)), at(talk(IDRIS))
    layla.says("hi")
    idris.says("hi")
    with database.read() as session:
        person = session.exec(select(Contact.id).where(Contact.email == LAYLA)).one()
    zoe.submits("deals.sharing", approved, colleague=str(person))
    ticks(zoe, at_day(87))
    assert "days left" in layla.told()[-1].plain()
    assert "days left" not in idris.told()[-1].plain()


def test_a_closed_deal_is_never_spoken_of_again(zoe, approved):
    zoe.presses_raw("deals.won", approved)
    assert [ticks(zoe, at_day(day)) for day in (30, 60, 90, 400)] == [0, 0, 0, 0]


def test_many_deals_are_handled_run_by_run(talk, zoe, database, monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 2)
    for number in range(5):
        name = f"{chr(97 + number) * 6}.example"
        registers(zoe, customer=name, domain=name, contact_email=f"x@{name}")
    written = [ticks(zoe, at_day(10)) for _ in range(4)]
    assert written == [2, 2, 1, 0]


def test_the_vendors_systems_hear_of_an_end(talk, database):
    zoe = at(talk(ZOE, webhook=True))
    ingrid = at(talk(AMARA, webhook=True))
    code = registers(zoe)
    ingrid.presses_raw("deals.approve", code)
    ticks(zoe, at_day(90))
    with database.read() as session:
        sent = [row.card for row in session.exec(select(Delivery).where(Delivery.platform == "webhook"))]
    assert [body["type"] for body in sent] == ["deal.registered", "deal.approved", "deal.expired"]
    assert sent[0]["data"]["deal"] == code
    assert sent[0]["data"]["value"] == "50000"
    assert sent[2]["data"]["state"] == "expired"
