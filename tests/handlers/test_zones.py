"""Every zone of the world whose clock is set in fifteen years: what is daily or weekly comes exactly once for each
local day, at the hour that was asked for, and never in quiet hours."""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from handlers.hours import Quiet, awake, country_of, day_off, instant, nine

FIRST, YEARS = date(2026, 1, 1), 15
HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, int(os.environ.get("SOAK_MINUTES", "60")))]
QUIET = Quiet(time(20), time(8))
HOUR = timedelta(hours=1)


@lru_cache
def changes(zone):
    """The days on which the clock is set there; nowhere is it set back within a week."""
    tz, found = ZoneInfo(zone), []

    def offset(day):
        return datetime.combine(day, time(), UTC).astimezone(tz).utcoffset()

    weeks = [FIRST + timedelta(weeks=number) for number in range(YEARS * 52)]
    for week, then in pairwise((week, offset(week)) for week in weeks):
        if week[1] != then[1]:
            days = (week[0] + timedelta(days=number) for number in range(7))
            found.append(next(day for day in days if offset(day + timedelta(days=1)) != week[1]))
    return found


@lru_cache
def zones():
    """One of those that do the same all the time."""
    seen, different = set(), []
    for zone in sorted(available_timezones()):
        tz = ZoneInfo(zone)
        same = tuple((day, datetime.combine(day, time(12), tz).utcoffset()) for day in changes(zone))
        if same and same not in seen:
            seen.add(same)
            different.append(zone)
    return different


def around(zone):
    """The days before, on and after each change, in rows that follow each other."""
    for day in changes(zone):
        yield [day + timedelta(days=number) for number in range(-2, 4)]


def local(moment, zone):
    return moment.astimezone(ZoneInfo(zone))


def test_there_are_such_zones():
    assert len(changes("Europe/Berlin")) == 2 * YEARS
    assert len(zones()) > 20


def test_each_local_day_has_its_instant_once_at_the_hour_asked_for():
    for zone in zones():
        for days in around(zone):
            for at in HOURS:
                moments = [instant(day, at, zone) for day in days]
                assert all(a < b for a, b in pairwise(moments)), (zone, days, at)
                for day, moment in zip(days, moments, strict=True):
                    there = local(moment, zone)
                    asked = there.replace(tzinfo=None) == datetime.combine(day, at)
                    assert asked or left_out(day, at, zone), (zone, day, at, there)
    print(f"soak: zones: {len(zones())} that differ, {YEARS} years, {len(HOURS)} times of the day")


def left_out(day, at, zone):
    """A local time that the clock jumps over: no instant there is called so."""
    tz = ZoneInfo(zone)
    return all(
        datetime.combine(day, at, tz).replace(fold=fold).astimezone(UTC).astimezone(tz).time() != at for fold in (0, 1)
    )


def test_a_minutely_clock_meets_each_daily_and_weekly_occurrence_once_even_where_an_hour_comes_twice():
    """As schedules look: what is due by now and was not done yet, by local day."""
    for zone in zones():
        days = next(around(zone))
        start = datetime.combine(days[0], time(), UTC)
        earlier = [start.date() - timedelta(days=number) for number in range(4)]
        done = {day for day in earlier if instant(day, time(2, 30), zone) < start}
        met = []
        for minutes in range(0, 5 * 24 * 60, 5):
            now = start + timedelta(minutes=minutes)
            today = local(now, zone).date()
            for day in (today - timedelta(days=1), today):
                if day not in done and instant(day, time(2, 30), zone) <= now:
                    done.add(day)
                    met.append(day)
        assert len(met) == len(set(met)), zone
        assert all(b - a == timedelta(days=1) for a, b in pairwise(met)), (zone, met)
        weeks = [day.isocalendar()[:2] for day in met if day.weekday() == 0]
        assert len(weeks) == len(set(weeks))


@pytest.mark.parametrize(
    "quiet", [QUIET, Quiet(time(22), time(6, 30)), Quiet(time(0), time(7)), Quiet(time(12), time(13))]
)
def test_nothing_is_let_out_in_quiet_hours(quiet):
    for zone in zones():
        for days in list(around(zone))[:6]:
            start, last = datetime.combine(days[0], time(), UTC), None
            for number in range(0, 5 * 24, 3):
                moment = start + number * HOUR
                allowed = quiet.over(moment, zone)
                there = local(allowed, zone)
                assert allowed >= moment
                assert not day_off(country_of(zone), there.date()), (zone, there)
                assert not within(quiet, there.time()), (zone, there)
                assert quiet.over(allowed, zone) == allowed
                assert last is None or allowed >= last
                last = allowed


def within(quiet, at):
    if quiet.begins < quiet.ends:
        return quiet.begins <= at < quiet.ends
    return at >= quiet.begins or at < quiet.ends


def test_what_comes_at_nine_comes_once_on_each_working_day_and_when_people_may_be_written_to():
    """As reminders and digests look: nine o'clock has come, and it is not quiet there."""
    for zone in zones():
        for days in around(zone):
            comes = [nine(day, zone, QUIET) for day in days]
            assert comes == sorted(comes)
            for day, moment in zip(days, comes, strict=True):
                there = local(moment, zone)
                assert there.time() == time(9), (zone, day, there)
                assert there.date() == day or day_off(country_of(zone), day)
                assert awake(moment, zone, QUIET)
