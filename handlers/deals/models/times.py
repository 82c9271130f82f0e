"""When the clock has something to say about a deal."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from handlers.deals.models.deal import Deal
from handlers.deals.models.states import State
from handlers.hours import BUSINESS_DAY, Calendar

DECISION = 2 * BUSINESS_DAY
WARNED_AT = 0.75
OFFSETS = (30, 14, 3)  # days before the protection ends
EXTENSION = timedelta(days=60)
STALLED = timedelta(days=30)


class Deadline(NamedTuple):
    """``alert``: when the managers are warned."""

    alert: datetime
    due: datetime


def decision(start: datetime, time_zone: str, left: timedelta = DECISION) -> Deadline:
    """``left``: the business time that is left for it; a warning that would lie before the
    start is due at once."""
    calendar = Calendar(time_zone)
    until_warning = left - DECISION * (1 - WARNED_AT)
    return Deadline(calendar.add(start, until_warning), calendar.add(start, left))


def pause(deal: Deal, now: datetime, time_zone: str) -> None:
    """The partner is asked something: the clock of the decision stands still."""
    left = Calendar(time_zone).between(now, deal.due_at) if deal.due_at else timedelta()
    deal.clock_left = round(left.total_seconds())
    deal.alert_at = deal.due_at = None


def resume(deal: Deal, now: datetime, time_zone: str) -> None:
    left = timedelta(seconds=deal.clock_left or 0)
    deal.alert_at, deal.due_at = decision(now, time_zone, left)
    deal.clock_left = None


def protect(deal: Deal, now: datetime, until: datetime) -> None:
    deal.protected_until = until
    deal.remind_at = next_reminder(until, now)
    deal.nudge_at = now + STALLED


def next_reminder(until: datetime, now: datetime) -> datetime | None:
    """The next of the days on which the partner is reminded, from its beginning; what is past is never sent."""
    return min((day for day in _reminded_on(until) if day > now), default=None)


def last_reminder(until: datetime, now: datetime) -> datetime | None:
    """The last of those days that has begun."""
    return max((day for day in _reminded_on(until) if day <= now), default=None)


def last_nudge(first: datetime, now: datetime) -> datetime:
    """The last time that has come of those, a month from one to the next, at which a silent deal is asked about."""
    return first + (now - first) // STALLED * STALLED


def _reminded_on(until: datetime) -> list[datetime]:
    return [_beginning(until - timedelta(days=offset)) for offset in OFFSETS]


def _beginning(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def settle(deal: Deal) -> None:
    """What has no meaning in the deal's state any more is never due."""
    if deal.state != State.submitted:
        deal.alert_at = None
    if deal.state != State.approved:
        deal.remind_at = deal.nudge_at = None
