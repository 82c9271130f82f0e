"""Days that people name by their month, and the year that they mean if they do not say it."""

from calendar import month_abbr, month_name, monthrange
from collections.abc import Callable, Iterable
from datetime import date

MONTHS = {name.casefold(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
MONTHS["sept"] = 9
A_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
"""A pattern for the name of one."""

YEARS = range(9)  # within which there is a 29 February


def last(month: str, day: int, year: str | None, today: date) -> date:
    """Of a year that is not said, the last time that it was. Raises ValueError for a day that there is not."""
    return _named(month, day, year, (today.year - ago for ago in YEARS), lambda found: found <= today)


def coming(month: str, day: int, year: str | None, today: date) -> date:
    """Of a year that is not said, the next time that it comes. Raises ValueError for a day that there is not."""
    return _named(month, day, year, (today.year + ahead for ahead in YEARS), lambda found: found > today)


def _named(name: str, day: int, year: str | None, years: Iterable[int], meant: Callable[[date], bool]) -> date:
    month = MONTHS[name.casefold()]
    if year:
        return date(int(year), month, day)
    days = (date(one, month, day) for one in years if 0 < day <= monthrange(one, month)[1])
    found = next(filter(meant, days), None)
    if found is None:
        raise ValueError(f"there is no {day} {name}")
    return found
