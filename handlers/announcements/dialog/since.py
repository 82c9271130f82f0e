"""Since when: "since 1 March", "since last week", "in the past 3 months", "since 2026-11-01"."""

import re
from calendar import day_name
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from handlers.cite import shortened
from handlers.days import A_MONTH, last
from handlers.errors import PortalError
from handlers.hours import instant

USUALLY = timedelta(days=90)
UNCLEAR = (
    "I do not understand since when: “{words}”. Write it like “since March”, “since last week” or “since 2027-03-31”."
)
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_UNIT = "|".join(_UNITS)
_LEAD = r"(?:\b(?:since|from|after|in|over|within|for|during)\s+)?(?:the\s+)?"
_START = r"(?:(?:beginning|start)\s+of\s+)"
_DATE = re.compile(rf"{_LEAD}\b(20\d\d)-(\d\d?)-(\d\d?)\b", re.I)
_SINCE = re.compile(r"\b(?:since|from|after)\s+(20\d\d)([-/.])(\d\d?)(?:\2(\d\d?))?\b(?!\2)", re.I)
_DOTTED = re.compile(rf"{_LEAD}\b(\d\d?)\.\s?(\d\d?)\.\s?(20\d\d)\b", re.I)
_SPAN = re.compile(
    rf"{_LEAD}(?:\b(?:last|past|previous)\s+)?\b(\d{{1,3}}|an?|one|two|three|six)\s+({_UNIT})s?\b(?:\s+ago\b)?",
    re.I,
)
_LAST = re.compile(rf"{_LEAD}\b(?:last|past)\s+({_UNIT})\b", re.I)
_THIS = re.compile(rf"{_LEAD}(?:{_START}(?:this|the)|\bthis)\s+(week|month|quarter|year)\b", re.I)
_DAY = re.compile(rf"{_LEAD}\b(\d\d?)(?:st|nd|rd|th|\.)?\s+(?:of\s+)?({A_MONTH})\b\.?(?:,?\s+(20\d\d))?", re.I)
_MONTH = re.compile(
    rf"\b(?:since|from|after|in)\s+(?:the\s+)?(?:{_START}|last\s+)?({A_MONTH})\b\.?"
    r"(?:\s+(\d\d?)(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(20\d\d))?",
    re.I,
)
_DAYS = {name.casefold(): number for number, name in enumerate(day_name)}
_WEEKDAY = re.compile(rf"{_LEAD}(?:last\s+)?\b({'|'.join(_DAYS)})\b", re.I)
_SLASHED = re.compile(rf"{_LEAD}\b(\d\d?)/(\d\d?)/(20\d\d)\b", re.I)
_OTHERWISE = re.compile(r"\b(?:since|after)\s+(.+)", re.I)
_WORDS = re.compile(rf"{_LEAD}\b(yesterday|today)\b", re.I)
_YEAR = re.compile(rf"\b(?:since|from|in)\s+(?:the\s+)?{_START}?(20\d\d)\b(?![-/.]\d)", re.I)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "six": 6}


def since(words: str, today: date, zone: str) -> tuple[datetime, str]:
    """The beginning of that day where the person is, and the words without it; three months ago where none is said.
    Raises PortalError where one is said that cannot be understood."""
    readings: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date]], ...] = (
        (_DATE, lambda said: date(int(said[1]), int(said[2]), int(said[3]))),
        (_SINCE, lambda said: date(int(said[1]), int(said[3]), int(said[4] or 1))),  # alone it may be a version
        (_DOTTED, lambda said: date(int(said[3]), int(said[2]), int(said[1]))),
        (_SLASHED, lambda said: _slashed(int(said[1]), int(said[2]), int(said[3]))),
        (_WEEKDAY, lambda said: today - timedelta(days=(today.weekday() - _DAYS[said[1].casefold()]) % 7 or 7)),
        (_SPAN, lambda said: today - timedelta(days=_count(said[1]) * _UNITS[said[2].casefold()])),
        (_LAST, lambda said: today - timedelta(days=_UNITS[said[1].casefold()])),
        (_THIS, lambda said: _this(said[1].casefold(), today)),
        (_DAY, lambda said: last(said[2], int(said[1]), said[3], today)),
        (_MONTH, lambda said: last(said[1], int(said[2] or 1), said[3], today)),
        (_WORDS, lambda said: today - timedelta(days=said[1].casefold() == "yesterday")),
        (_YEAR, lambda said: date(int(said[1]), 1, 1)),
    )
    for pattern, day_of in readings:
        found = pattern.search(words)
        if found is None:
            continue
        try:
            day = day_of(found)
        except (ValueError, OverflowError):
            continue
        return _begins(day, zone), f"{words[: found.start()]} {words[found.end() :]}"
    if unclear := _OTHERWISE.search(words):
        raise PortalError(UNCLEAR.format(words=shortened(unclear[1])))
    return _begins(today - USUALLY, zone), words


def _begins(day: date, zone: str) -> datetime:
    return instant(max(day, date(1990, 1, 1)), time(), zone).astimezone(UTC)


def _slashed(first: int, second: int, year: int) -> date:
    """The day or the month is first, as the country has it; where both could be, nobody knows which."""
    if first != second and max(first, second) <= 12:
        raise ValueError
    return date(year, second, first) if first > 12 else date(year, first, second)


def _count(said: str) -> int:
    return int(said) if said.isdecimal() else _COUNTS[said.casefold()]


def _this(unit: str, today: date) -> date:
    """When the week or whatever it is began."""
    if unit == "week":
        return today - timedelta(days=today.weekday())
    first = {"month": today.month, "quarter": today.month - (today.month - 1) % 3, "year": 1}
    return date(today.year, first[unit], 1)
