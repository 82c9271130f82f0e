"""When somebody hears of a certificate, what it says, and who else hears of it."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from handlers.certifications import schedules
from handlers.hours import Quiet, nine
from handlers.partners.models import Contact
from tests.handlers.certifications.held import (
    BETO,
    DAY,
    ENDS,
    ENTERED,
    HOUR,
    IDRIS,
    LAYLA,
    QUIET,
    ZOE,
    at,
    bring,
    certificates,
    held,
    hourly,
    news,
    supposes,
    ticks,
)  # fmt: skip

LATER = date(2027, 7, 15)  # a month before it is a day like others
LONDON_NINE = 8  # in UTC, in summer


def test_everybody_is_reminded_at_nine_of_each_day_that_is_laid_down(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    told = {}
    now = at(ENDS - 91 * DAY, 0)
    while now < at(ENDS + 32 * DAY):
        written = zoe.portal.tick("certifications.reminders", now)
        if written:
            told[now] = written
        now += HOUR
    days = [(ENDS - now.date()).days for now in told]
    assert days == [90, 57, 29, 14, 7, 1, 0, -30]  # two months before is in a long weekend, one on a bank holiday
    assert set(told.values()) == {1}
    assert {now.hour for now in told} == {LONDON_NINE}


def test_it_says_what_ends_when_what_to_do_and_what_hangs_on_it(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS), held(IDRIS, ENDS + 400 * DAY), held(LAYLA, ENDS + 400 * DAY))
    ticks(zoe, at(ENDS - 90 * DAY))
    (card,) = news(zoe)
    assert card.title == "Your certificate expires in 90 days"
    assert "Vault Administrator" in card.plain()
    assert "Expires in 90 days, on 30 Jun 2027" in card.plain()
    assert "The delta exam" in card.plain()
    assert "3 of 3 required for Gold; without it you fall to Silver" in card.plain()
    assert [element.url for element in card.body if getattr(element, "url", None)] == ["https://halden.example/delta"]
    assert [button.label for button in card.buttons] == [
        "I've renewed", "Remind me tomorrow", "In a week", "On a date…", "Not mine", "My certifications",
    ]  # fmt: skip


def test_a_week_becomes_one_message(zoe, database, tmp_path):
    bring(database, tmp_path, *(held(ZOE, ENDS + number * DAY, f"Course {number} دورة") for number in range(12)))
    ticks(zoe, at(ENDS - 90 * DAY))
    (card,) = news(zoe)
    assert card.title == "7 certificates of yours expire soon"
    hourly(zoe, at(ENDS - 90 * DAY), at(ENDS - 84 * DAY))
    assert len(news(zoe)) == 1
    hourly(zoe, at(ENDS - 84 * DAY), at(ENDS - 79 * DAY))
    assert len(news(zoe)) == 2
    assert "5 certificates" in news(zoe)[-1].title


def test_the_last_days_are_told_on_their_days(zoe, database, tmp_path):
    """Early, they would be worth nothing."""
    bring(database, tmp_path, held(ZOE, ENDS, "First"), held(ZOE, ENDS + DAY, "Second"), now=at(ENDS - 3 * DAY))
    for day in range(-2, 3):
        ticks(zoe, at(ENDS + day * DAY))
    assert [card.title for card in news(zoe)] == [
        "Your certificate expires tomorrow",
        "2 certificates of yours expire soon",
        "Your certificate expires today",
    ]


def test_nothing_past_is_sent(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS), now=at(ENDS - 20 * DAY, 12))
    hourly(zoe, at(ENDS - 20 * DAY, 12), at(ENDS - 15 * DAY, 23))
    assert news(zoe) == []
    ticks(zoe, at(ENDS - 14 * DAY))
    assert len(news(zoe)) == 1


def test_what_was_missed_is_told_once_with_the_days_that_are_left(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    ticks(zoe, at(ENDS - 22 * DAY))
    assert [card.title for card in news(zoe)] == ["Your certificate expires in 22 days"]
    ticks(zoe, at(ENDS - 22 * DAY, 12))
    assert len(news(zoe)) == 1


def test_what_was_missed_comes_at_nine_as_well(there, database, tmp_path):
    zoe = there(ZOE, quiet=Quiet(datetime(1, 1, 1, 22).time(), datetime(1, 1, 1, 6).time()))
    bring(database, tmp_path, held(ZOE, ENDS))
    ticks(zoe, *(at(ENDS - 22 * DAY, hour) for hour in (5, 6, 7)))
    assert news(zoe) == []
    ticks(zoe, at(ENDS - 22 * DAY, LONDON_NINE))
    assert len(news(zoe)) == 1


def test_nobody_is_written_to_at_night_or_on_a_weekend(zoe, database, tmp_path):
    saturday_after = date(2027, 7, 17)
    bring(database, tmp_path, held(ZOE, saturday_after + 14 * DAY), now=at(saturday_after - 10 * DAY))
    hourly(zoe, at(saturday_after, 0), at(saturday_after + 2 * DAY, 7))
    assert news(zoe) == []
    ticks(zoe, at(saturday_after + 2 * DAY, LONDON_NINE))
    assert [card.title for card in news(zoe)] == ["Your certificate expires in 12 days"]


def test_without_quiet_hours_a_sunday_is_a_day_like_others(there, database, tmp_path):
    zoe, sunday = there(ZOE, quiet=None), date(2027, 7, 18)
    bring(database, tmp_path, held(ZOE, sunday + 14 * DAY), now=at(sunday - DAY))
    ticks(zoe, at(sunday, LONDON_NINE - 1))
    assert news(zoe) == []
    ticks(zoe, at(sunday, LONDON_NINE))
    assert len(news(zoe)) == 1


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [("Europe/London", date(2027, 3, 29), 8), ("Europe/London", date(2027, 3, 25), 9),
     ("America/New_York", date(2027, 3, 15), 13), ("America/New_York", date(2027, 3, 12), 14),
     ("Pacific/Kiritimati", date(2027, 3, 15), -5), ("Pacific/Pago_Pago", date(2027, 3, 15), 20),
     ("Asia/Kathmandu", date(2027, 3, 15), 3.25), ("Nowhere/At_All", date(2027, 3, 15), 9)],
)  # fmt: skip
def test_nine_is_nine_where_somebody_is(zone, day, utc):
    assert nine(day, zone, QUIET["quiet"]) == at(day, 0) + timedelta(hours=utc)


def test_a_time_zone_that_changes_is_followed(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    with Session(database.engine) as session:
        session.exec(select(Contact).where(Contact.email == ZOE)).one().time_zone = "America/Los_Angeles"
        session.commit()
    ticks(zoe, at(ENDS - 90 * DAY, 15))
    assert news(zoe) == []
    ticks(zoe, at(ENDS - 90 * DAY, 16))
    assert len(news(zoe)) == 1


def test_a_renewal_and_leaving_end_the_reminders(there, database, tmp_path):
    zoe, layla = there(ZOE), there(LAYLA)
    bring(database, tmp_path, held(ZOE, ENDS), held(LAYLA, ENDS))
    bring(database, tmp_path, f"{ZOE},Vault Administrator,2027-02-01,2029-02-01,,", now=ENTERED + 40 * DAY)
    with Session(database.engine) as session:
        session.exec(select(Contact).where(Contact.email == LAYLA)).one().active = False
        session.commit()
    for day in range(90, -32, -1):
        ticks(zoe, at(ENDS - day * DAY, 20))
    assert news(zoe) == news(layla) == []
    with Session(database.engine) as session:
        session.exec(select(Contact).where(Contact.email == LAYLA)).one().active = True
        session.commit()
    ticks(zoe, at(ENDS + 40 * DAY, 20))
    assert news(layla) == [], "nothing of the past"
    assert certificates(database, ZOE)[0].remind_on is None


def test_admins_get_a_copy_from_thirty_days_on(there, database, tmp_path):
    zoe, idris = there(ZOE), there(IDRIS)
    bring(database, tmp_path, held(ZOE, LATER), held(LAYLA, LATER), held(IDRIS, LATER))
    ticks(zoe, at(LATER - 90 * DAY))
    ticks(zoe, at(LATER - 60 * DAY))
    assert all("team" not in card.title for card in news(idris))
    before = len(news(idris))
    ticks(zoe, at(LATER - 30 * DAY))
    own, copy = news(idris)[before:]
    assert own.title == "Your certificate expires in 30 days"
    assert copy.title == "2 certificates of your team to renew"
    assert "Zoë Marchbanks" in copy.plain()
    assert "ليلى حدّادين" in copy.plain()
    assert "3 of 3 required for Gold; without it you fall to Silver" in copy.plain()
    assert news(zoe, BETO) == []


def test_what_comes_before_nine_where_an_admin_is_comes_in_one_message_at_nine(there, database, tmp_path):
    zoe, layla, idris = there(ZOE), there(LAYLA), there(IDRIS)
    bring(database, tmp_path, held(ZOE, LATER), held(LAYLA, LATER))
    day = LATER - 30 * DAY
    ticks(zoe, at(day, 5), at(day, 7))  # nine in Dubai, where it is six in Dublin
    assert [card.title for card in news(layla)] == ["Your certificate expires in 30 days"]
    assert news(idris) == []
    ticks(zoe, at(day, LONDON_NINE), at(day, LONDON_NINE, 1), at(day, 12))
    (copy,) = news(idris)
    assert copy.title == "2 certificates of your team to renew"


def test_an_admin_hears_nothing_of_what_was_renewed_meanwhile_or_of_another_team(there, database, tmp_path):
    zoe, idris = there(ZOE), there(IDRIS)
    bring(database, tmp_path, held(LAYLA, LATER))
    day = LATER - 30 * DAY
    ticks(zoe, at(day, 5))
    bring(database, tmp_path, f"{LAYLA},Vault Administrator,{day},{day + 700 * DAY},,", now=at(day, 6))
    ticks(zoe, at(day, LONDON_NINE))
    assert news(idris) == []


def test_five_thousand_certificates_of_one_partner_are_one_message_to_each(there, database, tmp_path):
    zoe, idris = there(ZOE), there(IDRIS)
    lines = (held(ZOE, LATER, f"Course {number}") for number in range(5_000))
    bring(database, tmp_path, *lines, now=at(LATER - 40 * DAY))
    ticks(zoe, at(LATER - 30 * DAY))
    (card,) = news(zoe)
    assert card.title == "5,000 certificates of yours expire soon"
    assert "And 4992 more" in card.plain()
    (copy,) = news(idris)
    assert copy.title == "5,000 certificates of your team to renew"
    ticks(zoe, at(LATER - 30 * DAY, 10))
    assert len(news(zoe)) == 1


def test_two_clocks_at_the_same_time_remind_once(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    now = at(ENDS - 90 * DAY)
    ticks(zoe, now)
    ticks(zoe, now)
    ticks(zoe, now - timedelta(hours=3))
    assert len(news(zoe)) == 1
    assert certificates(database, ZOE)[0].remind_on == ENDS - 60 * DAY


def told_on(zoe, first, last):
    """Days before ``ENDS`` on which the clock itself, day by day, has something to say."""
    return [day for day in range(first, last, -1) if zoe.portal.tick("certifications.reminders", at(ENDS - day * DAY))]


def test_days_that_were_tried_out_change_nothing_of_those_before_them(zoe, database, tmp_path):
    """`portal tick --at`: two of the days that are laid down are on a weekend or a holiday, and come after it."""
    bring(database, tmp_path, held(ZOE, ENDS))
    before = certificates(database, ZOE)
    supposes(zoe, at(ENDS - 14 * DAY), at(ENDS), at(ENDS + 40 * DAY))
    assert len(news(zoe)) == 3
    assert certificates(database, ZOE) == before, "the mark does not move"
    assert told_on(zoe, 91, -50) == [90, 57, 29, 7, 1], "the rest was told"


def test_a_day_that_was_tried_out_is_told_once(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS), held(ZOE, ENDS + DAY, "Second"))
    supposes(zoe, at(ENDS - 14 * DAY), at(ENDS - 14 * DAY), at(ENDS - 14 * DAY, 12), at(ENDS - 13 * DAY))
    assert [card.title for card in news(zoe)] == ["2 certificates of yours expire soon"]
    supposes(zoe, at(ENDS - 90 * DAY), at(ENDS - 7 * DAY))
    assert len(news(zoe)) == 3
    assert told_on(zoe, 91, 2) == [57, 29], "the rest was told"


def test_days_that_are_tried_out_one_after_the_other_tell_what_the_clock_would_tell(there, database, tmp_path):
    zoe, layla = there(ZOE), there(LAYLA)
    days = [(ENDS, "First"), (ENDS + DAY, "Second"), (ENDS + 20 * DAY, "Third")]
    bring(database, tmp_path, *(held(ZOE, day, name) for day, name in days))
    tried_out = [at(ENDS - day * DAY) for day in range(91, -60, -1)]
    supposes(zoe, *tried_out)
    bring(database, tmp_path, *(held(LAYLA, day, name) for day, name in days))
    ticks(zoe, *tried_out)
    assert [card.title for card in news(zoe)] == [card.title for card in news(layla)]


def test_as_of_any_day_everybody_is_told(there, database, tmp_path, monkeypatch):
    """As nothing moves on, what one run leaves would be left for good."""
    monkeypatch.setattr(schedules, "AT_ONCE", 1)
    zoe, beto = there(ZOE), there(BETO)
    bring(database, tmp_path, held(ZOE, LATER), held(BETO, LATER))
    supposes(zoe, at(LATER - 30 * DAY, 15))
    assert [len(news(zoe)), len(news(beto))] == [1, 1]


def test_somebody_who_has_put_it_off_hears_of_it_as_of_that_day_and_on_it_only_once(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    ticks(zoe, at(ENDS - 90 * DAY))
    zoe.now = at(ENDS - 90 * DAY, 10)
    zoe.presses(news(zoe)[0], "In a week")
    supposes(zoe, at(ENDS - 83 * DAY), at(ENDS - 81 * DAY))
    assert len(news(zoe)) == 2
    assert certificates(database, ZOE)[0].remind_on == ENDS - 83 * DAY
    assert told_on(zoe, 89, 50) == [57]


def test_what_was_told_as_of_a_later_day_can_be_answered(zoe, database, tmp_path):
    bring(database, tmp_path, held(ZOE, ENDS))
    supposes(zoe, at(ENDS - 57 * DAY))
    (card,) = news(zoe)
    zoe.now = at(ENDS - 100 * DAY, 10)
    zoe.presses(card, "I've renewed")
    assert "I stay quiet" in zoe.rewritten().plain()
    ticks(zoe, *(at(ENDS - day * DAY) for day in range(99, 0, -1)))
    assert len(news(zoe)) == 1
