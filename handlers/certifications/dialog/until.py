"""Until when: "3 days", "next week", "Friday", "15 January", "31.03.2027", "2027-03-31"."""

import re
from calendar import day_abbr, day_name
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from handlers.days import A_MONTH, coming
from handlers.errors import PortalError

_COUNTED = "one two three four five six seven eight nine ten".split()
_NUMBERS = {"a": 1, "an": 1, "next": 1} | {word: number for number, word in enumerate(_COUNTED, 1)}
_UNITS = {"d": 1, "w": 7, "m": 30}
_WEEKDAYS = {name.casefold(): number for names in (day_name, day_abbr) for number, name in enumerate(names)}

_SPAN = re.compile(rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}) ?(d(?:ays?)?|w(?:k|eek)?s?|months?)")
_WEEKDAY = re.compile(rf"(?:next |this )?({'|'.join(_WEEKDAYS)})")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_DOTTED = re.compile(r"(\d\d?)\. ?(\d\d?)\. ?(\d{4})")
_DAY = re.compile(rf"(?:the )?(\d\d?)(?:st|nd|rd|th|\.)?(?: of)? ({A_MONTH})\.?,?(?: (\d{{4}}))?")
_MONTH = re.compile(rf"({A_MONTH})\.?(?: (\d\d?)(?:st|nd|rd|th)?)?,?(?: (\d{{4}}))?")


def until(words: str) -> Callable[[date], date] | None:
    """What day the words mean on a given one; None where they mean none. It raises PortalError for a day that there is
    not, such as 30 February."""
    said = words.casefold()
    for pattern, day_of in _READINGS:
        if found := pattern.fullmatch(said):
            return partial(_there_is, words, found, day_of)
    return None


def _there_is(words: str, found: re.Match[str], day_of: "_Reading", today: date) -> date:
    try:
        return day_of(found, today)
    except (ValueError, OverflowError):
        raise PortalError(f"“{words}” is no day. Write it like 2027-03-31.") from None


def _span(said: re.Match[str], today: date) -> date:
    return today + int(_NUMBERS.get(said[1], said[1])) * timedelta(days=_UNITS[said[2][0]])


def _weekday(said: re.Match[str], today: date) -> date:
    return today + timedelta(days=(_WEEKDAYS[said[1]] - today.weekday()) % 7 or 7)


_Reading = Callable[[re.Match[str], date], date]
_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = (
    (re.compile("tomorrow"), lambda _, today: today + timedelta(days=1)),
    (_SPAN, _span),
    (_WEEKDAY, _weekday),
    (_ISO, lambda said, _: date(int(said[1]), int(said[2]), int(said[3]))),
    (_DOTTED, lambda said, _: date(int(said[3]), int(said[2]), int(said[1]))),
    (_DAY, lambda said, today: coming(said[2], int(said[1]), said[3], today)),
    (_MONTH, lambda said, today: coming(said[1], int(said[2] or 1), said[3], today)),
)
