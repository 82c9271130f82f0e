"""Business hours: Monday to Friday, nine to five where somebody is, without the public holidays there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel.core import get_global

OPENS, CLOSES = time(9), time(17)
BUSINESS_DAY = timedelta(hours=8)
FRIDAY = 4
LONGEST = 3_660  # calendar days that are counted at most; what lies further away is as far as that
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC)
NONE = timedelta()


class Calendar:
    """The business hours of a time zone, with the holidays of its country. An unknown zone is UTC, without any."""

    def __init__(self, time_zone: str) -> None:
        self._zone = zone_of(time_zone)
        self._country = _country(time_zone)

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
            if day.weekday() > FRIDAY or (self._country and day in _holidays(self._country, day.year)):
                continue
            opens, closes = (datetime.combine(day, at, self._zone).astimezone(UTC) for at in (OPENS, CLOSES))
            if opens.astimezone(self._zone).date() == day:  # else a day that this zone has left out
                yield opens, closes


def _bounded(moment: datetime) -> datetime:
    return min(max(moment, EARLIEST), LATEST).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        return ZoneInfo("UTC")


def _country(time_zone: str) -> str:
    """The two letters of the country that a zone belongs to; "" where there is none or its holidays are unknown."""
    territories, aliases = get_global("zone_territories"), get_global("zone_aliases")
    country = territories.get(time_zone) or territories.get(aliases.get(time_zone, ""), "")
    return country if country in _supported() else ""


@lru_cache(maxsize=1)
def _supported() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=1_000)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Made whole before anybody sees it: the library fills its own calendars while they are being asked."""
    return frozenset(holidays.country_holidays(country, years=year))
