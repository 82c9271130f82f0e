"""Hours where somebody is, with their weekends and public holidays: when work is done, when nobody is written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel.core import get_global

OPENS, CLOSES = time(9), time(17)
BUSINESS_DAY = timedelta(hours=8)
LONGEST = 3_660  # calendar days that are counted at most; what lies further away is as far as that
LONGEST_REST = 30  # days in a row that nobody works anywhere
SATURDAY, SUNDAY = 5, 6
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC)
NONE = timedelta()


class Calendar:
    """The business hours of a time zone, nine to five, without the weekends and holidays of its country. An unknown
    zone is UTC, Monday to Friday."""

    def __init__(self, time_zone: str) -> None:
        self._zone = zone_of(time_zone)
        self._country = country_of(time_zone)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The instant, in UTC, when so much business time has passed since ``start``."""
        start = reached = _bounded(start)
        if span <= NONE:
            return start
        for opens, closes in self._days(start):
            room = closes - max(opens, start)
            if span <= room:
                return max(opens, start) + span
            if room > NONE:
                span, reached = span - room, closes
        return reached

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Business time from ``start`` to ``end``; none where the end comes first."""
        start, end = _bounded(start), _bounded(end)
        passed = NONE
        for opens, closes in self._days(start):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, start), NONE)
        return passed

    def share(self, start: datetime, due: datetime, now: datetime) -> float:
        """How much of the business time from ``start`` to ``due`` has passed: 0 at the start, 1 when it is due, more
        afterwards. Where there is none between them, 0 before it is due and 1 from then on."""
        whole = self.between(start, due)
        return self.between(start, now) / whole if whole else float(now >= due)

    def _days(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing of every business day from the one of ``start``, in UTC."""
        first = start.astimezone(self._zone).date()
        for number in range(LONGEST):
            day = first + timedelta(days=number)
            if day_off(self._country, day):
                continue
            opens, closes = (datetime.combine(day, at, self._zone).astimezone(UTC) for at in (OPENS, CLOSES))
            if opens.astimezone(self._zone).date() == day:  # else a day that this zone has left out
                yield opens, closes


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is written to unasked: from ``begins`` to ``ends`` on their own clock, over midnight where it ends
    earlier than it begins, and all day on their weekends and holidays."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def over(self, moment: datetime, time_zone: str) -> datetime:
        """The first instant from ``moment`` on at which somebody there may be written to, in UTC. Where the clock is
        set, neither an hour that is left out nor one that comes twice lets anything out early."""
        zone, country, moment = zone_of(time_zone), country_of(time_zone), _bounded(moment)
        first = moment.astimezone(zone).date() - timedelta(days=1)
        for number in range(LONGEST_REST):
            day = first + timedelta(days=number)
            for opens, closes in () if day_off(country, day) else self._waking(day, zone):
                if max(opens, moment) < closes:
                    return max(opens, moment)
        return moment

    def _waking(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        midnight, tomorrow = (day, time()), (day + timedelta(days=1), time())
        begins, ends = (day, self.begins), (day, self.ends)
        whole = [(midnight, begins), (ends, tomorrow)] if self.begins < self.ends else [(ends, begins)]
        for opens, closes in whole:
            yield max(_instants(*opens, zone)), min(_instants(*closes, zone))


def _instants(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The two instants that a local time may mean where the clock is set; else the same twice."""
    local = datetime.combine(day, at, zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def instant(day: date, at: time, time_zone: str) -> datetime:
    """When a local time comes for the first time; one that is left out comes when the clock has passed it."""
    return datetime.combine(day, at, zone_of(time_zone)).astimezone(UTC)


@lru_cache(maxsize=20_000)
def nine(day: date, time_zone: str, quiet: Quiet | None) -> datetime:
    """Nine o'clock of that day; where nobody is written to then, of the next day on which it is allowed."""
    moment = instant(day, OPENS, time_zone)
    allowed = quiet.over(moment, time_zone) if quiet else moment
    if allowed == moment:
        return moment
    return max(allowed, instant(allowed.astimezone(zone_of(time_zone)).date(), OPENS, time_zone))


def from_nine(day: date, now: datetime, time_zone: str, quiet: Quiet | None) -> datetime:
    """The first instant from ``now`` on at which it is that day or a later one, nine o'clock or later, and nobody
    sleeps."""
    today = now.astimezone(zone_of(time_zone)).date()
    begins = nine(max(day, today), time_zone, quiet)
    if now <= begins:
        return begins
    return now if awake(now, time_zone, quiet) else nine(today + timedelta(days=1), time_zone, quiet)


def awake(now: datetime, time_zone: str, quiet: Quiet | None) -> bool:
    return quiet is None or quiet.over(now, time_zone) <= now


def day_off(country: str, day: date) -> bool:
    """Whether nobody works there on that day; "" is nowhere, with Saturdays and Sundays."""
    if not country:
        return day.weekday() in (SATURDAY, SUNDAY)
    return day.weekday() in _weekend(country) or day in _holidays(country, day.year)


def _bounded(moment: datetime) -> datetime:
    return min(max(moment, EARLIEST), LATEST).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        return ZoneInfo("UTC")


@lru_cache(maxsize=1_000)
def country_of(time_zone: str) -> str:
    """The two letters of the country that a zone belongs to; "" where there is none or its holidays are unknown."""
    territories, aliases = get_global("zone_territories"), get_global("zone_aliases")
    country = territories.get(time_zone) or territories.get(aliases.get(time_zone, ""), "")
    return country if country in _supported() else ""


@lru_cache(maxsize=1)
def _supported() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=300)
def _weekend(country: str) -> frozenset[int]:
    return frozenset(holidays.country_holidays(country).weekend)


@lru_cache(maxsize=1_000)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Made whole before anybody sees it: the library fills its own calendars while they are being asked."""
    return frozenset(holidays.country_holidays(country, years=year))
