"""Business hours, in several zones and through their clock changes."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.hours import BUSINESS_DAY, Calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "start", "span", "due"),
    [
        ("UTC", "2027-03-01T09:00+00:00", 2 * BUSINESS_DAY, "2027-03-02T17:00+00:00"),  # Monday
        ("UTC", "2027-03-01T10:30+00:00", 2 * BUSINESS_DAY, "2027-03-03T10:30+00:00"),
        ("UTC", "2027-03-05T16:00+00:00", 2 * HOUR, "2027-03-08T10:00+00:00"),  # over a weekend
        ("UTC", "2027-03-06T12:00+00:00", HOUR, "2027-03-08T10:00+00:00"),  # from a Saturday
        ("UTC", "2027-03-05T03:00+00:00", HOUR, "2027-03-05T10:00+00:00"),  # before opening
        ("Europe/Oslo", "2027-05-14T12:00+02:00", 2 * BUSINESS_DAY, "2027-05-19T12:00+02:00"),  # 17 May
        ("Europe/Oslo", "2027-03-24T12:00+01:00", 2 * BUSINESS_DAY, "2027-03-31T12:00+02:00"),  # Easter, clock change
        ("America/Chicago", "2026-11-25T09:00-06:00", BUSINESS_DAY + HOUR, "2026-11-27T10:00-06:00"),  # Thanksgiving
        ("Asia/Kolkata", "2027-03-01T16:30+05:30", HOUR, "2027-03-02T09:30+05:30"),
        ("Asia/Calcutta", "2027-01-25T16:30+05:30", HOUR, "2027-01-27T09:30+05:30"),  # Republic Day, an old name
        ("Pacific/Apia", "2011-12-29T16:00-10:00", 2 * HOUR, "2012-01-03T10:00+14:00"),  # a Friday that never was
    ],
)
def test_so_much_business_time_later(zone, start, span, due):
    calendar = Calendar(zone)
    assert calendar.add(at(start), span) == at(due)
    assert calendar.between(at(start), at(due)) == span


def test_nights_weekends_and_holidays_are_no_time():
    oslo = Calendar("Europe/Oslo")
    assert oslo.between(at("2027-05-14T17:00+02:00"), at("2027-05-18T09:00+02:00")) == timedelta()
    assert oslo.between(at("2027-05-20T12:00+02:00"), at("2027-05-18T09:00+02:00")) == timedelta()


def test_a_share_passes_three_quarters_when_that_much_business_time_has_passed():
    utc = Calendar("UTC")
    start, due = at("2027-03-05T09:00+00:00"), at("2027-03-08T17:00+00:00")
    assert utc.share(start, due, start) == 0
    assert utc.share(start, due, at("2027-03-07T12:00+00:00")) == 0.5
    assert utc.share(start, due, at("2027-03-08T13:00+00:00")) == 0.75
    assert utc.share(start, due, due) == 1
    assert utc.share(start, due, at("2027-03-09T17:00+00:00")) == 1.5
    saturday, sunday = at("2027-03-06T12:00+00:00"), at("2027-03-07T12:00+00:00")
    assert (utc.share(saturday, sunday, saturday), utc.share(saturday, sunday, sunday)) == (0, 1)


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "America", "../etc/passwd", "x\0", "Ü" * 5_000])
def test_an_unknown_zone_is_utc(zone):
    assert Calendar(zone).add(at("2027-03-05T09:00+00:00"), HOUR) == at("2027-03-05T10:00+00:00")


def test_no_span_is_the_start_itself():
    saturday = at("2027-03-06T12:00+00:00")
    assert Calendar("UTC").add(saturday, timedelta()) == saturday
    assert Calendar("UTC").add(saturday, -HOUR) == saturday


def test_what_is_far_away_takes_no_long_time():
    oslo = Calendar("Europe/Oslo")
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    began = process_time()
    assert oslo.between(first, last) > 2_000 * BUSINESS_DAY
    assert oslo.add(last, 10**6 * BUSINESS_DAY) > last - timedelta(days=3_000_000)
    assert process_time() - began < 5


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=20)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Tehran", "Australia/Lord_Howe", "Asia/Tokyo"]),
)
def test_adding_and_measuring_agree(start, span, zone):
    calendar = Calendar(zone)
    assert calendar.between(start, calendar.add(start, span)) == span
