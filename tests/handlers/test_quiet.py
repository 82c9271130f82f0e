"""When nobody is written to: nights, weekends and holidays where somebody is, through every change of their clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.hours import Quiet, country_of, day_off, instant

NIGHT = Quiet(time(20), time(8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "moment", "allowed"),
    [
        ("UTC", "2027-03-02T12:00+00:00", "2027-03-02T12:00+00:00"),  # a Tuesday at noon
        ("UTC", "2027-03-02T20:00+00:00", "2027-03-03T08:00+00:00"),
        ("UTC", "2027-03-02T19:59+00:00", "2027-03-02T19:59+00:00"),
        ("UTC", "2027-03-03T02:00+00:00", "2027-03-03T08:00+00:00"),
        ("UTC", "2027-03-05T21:00+00:00", "2027-03-08T08:00+00:00"),  # Friday night
        ("Asia/Tokyo", "2027-03-02T12:00+00:00", "2027-03-03T08:00+09:00"),
        ("Europe/Oslo", "2027-05-16T12:00+02:00", "2027-05-18T08:00+02:00"),  # Sunday before the 17th of May
        ("Asia/Riyadh", "2027-03-05T12:00+03:00", "2027-03-07T08:00+03:00"),  # Friday and Saturday are its weekend
        ("Asia/Riyadh", "2027-03-07T12:00+03:00", "2027-03-07T12:00+03:00"),  # and on Sunday people work
        ("Europe/Berlin", "2027-03-27T23:00+01:00", "2027-03-30T08:00+02:00"),  # Easter, clocks go forward
        ("Nowhere/Land", "2027-03-06T12:00+00:00", "2027-03-08T08:00+00:00"),
    ],
)
def test_the_first_moment_at_which_somebody_may_be_written_to(zone, moment, allowed):
    assert NIGHT.over(at(moment), zone) == at(allowed)


def test_hours_within_a_day_are_quiet_too():
    lunch = Quiet(time(12), time(14))
    assert lunch.over(at("2027-03-02T12:30+00:00"), "UTC") == at("2027-03-02T14:00+00:00")
    assert lunch.over(at("2027-03-02T03:00+00:00"), "UTC") == at("2027-03-02T03:00+00:00")
    assert lunch.over(at("2027-03-05T23:59+00:00"), "UTC") == at("2027-03-05T23:59+00:00")


ZONES = sorted(available_timezones() - {"localtime", "Factory"})
TIMES = st.times().map(lambda at: at.replace(microsecond=0, second=0))


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2012, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    hours=st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1]),
)
def test_never_at_night_nor_on_a_day_off_and_no_later_than_needed(zone, moment, hours):
    quiet = Quiet(*hours)
    allowed = quiet.over(moment, zone)
    assert allowed >= moment
    assert free(quiet, allowed, zone)
    assert allowed == moment or not free(quiet, moment, zone) or twice(moment, zone)


def free(quiet: Quiet, moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    at = local.time().replace(tzinfo=None)
    if quiet.begins < quiet.ends:
        asleep = quiet.begins <= at < quiet.ends
    else:
        asleep = at >= quiet.begins or at < quiet.ends
    return not asleep and not day_off(country_of(zone), local.date())


def twice(moment: datetime, zone: str) -> bool:
    """Whether the clock there shows, within a day, an hour that comes twice: then it is quiet in both if in one."""
    offsets = {(moment + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in range(-26, 27)}
    return len(offsets) > 1


def test_a_local_time_comes_once_where_clocks_are_set():
    assert instant(at("2027-03-28").date(), time(2, 30), "Europe/Berlin") == at("2027-03-28T03:30+02:00")
    assert instant(at("2027-10-31").date(), time(2, 30), "Europe/Berlin") == at("2027-10-31T02:30+02:00")
