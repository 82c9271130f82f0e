"""A day that words speak of: "by 15 December", "closing in March", "end of the year", "in 3 weeks"."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel import Locale

from handlers.deals.models.amounts import locale_of

_LEAD = (
    r"(?:\b(?:with (?:an )?)?(?:expected (?:to )?|should |will |planned (?:to )?)?(?:clos(?:ing|es?|ed)|due|abschluss|"
    r"cierre|clôture)(?: date| am| is| on)?[:\s]+)?"
    r"(?:\b(?:by|in|on|until|till|before|around|end of|late|im|am|bis(?: zum)?|ende|en|el|avant|d['’]ici|fin|"
    r"final de)\s+(?:the\s+)?)*"
)
_NUMBERED = re.compile(
    r"(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)|(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y>20\d\d)"
    r"|(?P<one>\d\d?)/(?P<other>\d\d?)/(?P<of>20\d\d)"
)
PARTS = {"early": "10", "beginning of": "10", "anfang": "10", "mid": "15", "middle of": "15", "mitte": "15"}
"""Days of a month that is not said more exactly."""

_PERIOD = re.compile(
    r"(?P<which>end of (?:the |this )?|next |this )(?P<unit>week|month|quarter|year)"
    r"|(?P<tomorrow>tomorrow)|(?P<yearend>year[- ]end|jahresende)|in (?P<count>\d{1,2}) (?P<units>day|week|month)s?"
    r"|q(?P<quarter>[1-4])(?:[/\s]+(?P<qyear>20\d\d))?",
    re.I,
)


class Found(NamedTuple):
    """``start`` and ``end``: where in the text, with the words that lead to it."""

    day: date
    start: int
    end: int


def find(text: str, today: date, language: str) -> Found | None:
    """The first day that the text speaks of and that is not over. A month alone is its end."""
    for pattern, day_of in ((_NUMBERED, _numbered), (_named(language), _by_name), (_PERIOD, _period)):
        whole = re.compile(rf"{_LEAD}(?P<all>\b(?:{pattern.pattern})(?!\w))", re.I)
        for match in whole.finditer(text):
            said = match.groupdict()
            exact = day_of is not _by_name or said["before"] or said["after"] or said["part"]
            if not exact and match["all"] == match[0]:
                continue  # "March" alone may be anything
            try:
                day = day_of(said, today, language)
            except (ValueError, OverflowError):
                continue
            if day >= today:
                return Found(day, match.start(), match.end())
    return None


def _numbered(said: dict[str, str], _today: date, language: str) -> date:
    if said["of"]:
        return _with_slashes(int(said["one"]), int(said["other"]), int(said["of"]), language)
    parts = ("year", "month", "day") if said["year"] else ("y", "m", "d")
    return date(*(int(said[part]) for part in parts))


def _with_slashes(one: int, other: int, year: int, language: str) -> date:
    """3/15/2027 or 15/3/2027. Those who write English do both: where it could be either, ValueError."""
    if one <= 12 and other <= 12 and one != other:
        if locale_of(language) == Locale("en"):
            raise ValueError
        day_first = not str(locale_of(language).date_formats["short"].pattern).startswith("M")
        return date(year, other, one) if day_first else date(year, one, other)
    return date(year, one, other) if one <= 12 else date(year, other, one)


def _by_name(said: dict[str, str], today: date, language: str) -> date:
    month = _months(language)[said["name"].casefold().rstrip(".")]
    number = said["before"] or said["after"] or (said["part"] and PARTS[said["part"].casefold()])
    year = int(said["of_year"] or today.year)
    day = date(year, month, int(number)) if number else _last(year, month)
    if day >= today or said["of_year"]:
        return day
    return date(year + 1, month, day.day) if number else _last(year + 1, month)


def _period(said: dict[str, str], today: date, _language: str) -> date:
    if said["quarter"]:
        end = _last(int(said["qyear"] or today.year), 3 * int(said["quarter"]))
        return end if end >= today or said["qyear"] else _last(today.year + 1, end.month)
    if said["tomorrow"]:
        return today + timedelta(days=1)
    if said["yearend"]:
        return _last(today.year, 12)
    if said["units"]:
        count = int(said["count"])
        days = {"day": 1, "week": 7}.get(said["units"].casefold())
        return today + timedelta(days=count * days) if days else _same_day(today, count)
    return _end_of(said["unit"].casefold(), today, said["which"].casefold().startswith("next"))


def _end_of(unit: str, today: date, following: bool) -> date:
    if unit == "week":
        return today + timedelta(days=4 - today.weekday() % 7 + 7 * following)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    months = (today.month - 1) // length * length + length - 1 + length * following
    return _last(today.year + months // 12, months % 12 + 1)


def _same_day(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


@lru_cache(maxsize=50)
def _named(language: str) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months(language)), key=len, reverse=True))
    ordinal = r"(?:st|nd|rd|th|\.|º)?"
    return re.compile(
        rf"(?:(?P<before>\d\d?){ordinal}\s+(?:of |de )?|(?P<part>{'|'.join(PARTS)})[\s-]+)?(?P<name>{names})\.?"
        rf"(?:\s+(?P<after>\d\d?){ordinal}(?!\d))?(?:,?\s+(?:de )?(?P<of_year>20\d\d))?"
    )


@lru_cache(maxsize=50)
def _months(language: str) -> dict[str, int]:
    """Names of the months in English and in the person's language, in small letters, by number."""
    locales = (Locale("en"), locale_of(language))
    return {"sept": 9} | {name.rstrip("."): month for locale in locales for name, month in _names(locale)}


def _names(locale: Locale) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[context][width].items():
                if len(name) > 2 and not name[0].isdigit():
                    yield name.casefold(), month
