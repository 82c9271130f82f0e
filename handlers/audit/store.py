"""What should have gone out, come in or been decided by now. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, delete, func, literal_column, select
from sqlmodel import Session, col

from handlers.audit.models import Failing, Group, Matter
from handlers.notices.models import NOBODY_FOUND, PARKED, Campaign, Delivery, DeliveryState, InboxEvent
from handlers.notices.store import is_open

LATE = timedelta(minutes=15)
OFTEN = 7  # attempts to find out, after which operators hear of it, though it is still tried
RECENT = timedelta(days=1)  # what failed earlier is no news
MOST = 20  # groups of one kind


def overdue(session: Session, now: datetime, per_second: float) -> Sequence[Group]:
    """What ought to have gone out: at once, and with a campaign in the time that as many messages take."""
    open_rows = select(*_PLACE, func.min(Delivery.error), *_COUNTED).where(
        is_open(Delivery),
        col(Delivery.state) != DeliveryState.unknown,
        col(Delivery.due_at) < now - LATE,
        col(Delivery.campaign).not_in(select(col(Campaign.code)).where(col(Campaign.paused))),
    )
    groups = _groups(session, open_rows.group_by(*_PLACE))
    return [
        group
        for group in groups
        if not group.of or now - group.since > LATE + 2 * timedelta(seconds=group.count / per_second)
    ]


def in_doubt(session: Session, now: datetime) -> Sequence[Group]:
    """Nobody knows whether they were posted, and nobody has found out in a while, or will."""
    due = col(Delivery.due_at)
    looked_up = (due >= now - LATE) & (due < PARKED) & (col(Delivery.attempts) < OFTEN)
    oldest = func.min(Delivery.created_at)
    unknown = select(*_PLACE, func.min(Delivery.error), func.count(), oldest).where(
        is_open(Delivery),
        col(Delivery.state) == DeliveryState.unknown,
        col(Delivery.created_at) < now - LATE,
        ~looked_up,
    )
    return _groups(session, unknown.group_by(*_PLACE))


def failed(session: Session, now: datetime) -> Sequence[Group]:
    """What was given up, by reason. Whom an announcement does not find counts as left out, and its author sees it."""
    columns = (*_PLACE, col(Delivery.error))
    left_out = (col(Delivery.campaign) != "") & col(Delivery.error).startswith(NOBODY_FOUND)
    given_up = select(*columns, *_COUNTED).where(
        col(Delivery.state) == FAILED, col(Delivery.due_at) > now - RECENT, col(Delivery.due_at) <= now, ~left_out
    )
    return _groups(session, given_up.group_by(*columns))


def stuck(session: Session, now: datetime) -> Sequence[Group]:
    """What came in and was not worked on for long."""
    waiting = (col(InboxEvent.state) == RECEIVED) & (col(InboxEvent.received_at) < now - LATE)
    return _groups(session, _events().where(waiting))


def lost(session: Session, now: datetime) -> Sequence[Group]:
    """What came in and was given up."""
    given_up = (col(InboxEvent.state) == FAILED) & (col(InboxEvent.received_at) > now - RECENT)
    return _groups(session, _events().where(given_up))


def failing(session: Session) -> Sequence[Failing]:
    return session.scalars(select(Failing).order_by(col(Failing.name))).all()


def note(session: Session, failures: dict[str, str], now: datetime) -> None:
    """Which schedules failed just now, and why; all others did not."""
    known = set(session.scalars(select(col(Failing.name))).all())
    if over := known - failures.keys():
        session.execute(delete(Failing).where(col(Failing.name).in_(over)))
    for name in failures.keys() - known:
        session.add(Failing(name=name, since=now, error=failures[name]))


def news(session: Session, titles: Mapping[str, str], now: datetime) -> tuple[list[Matter], list[Matter]]:
    """Of these matters, by name, those that nobody was told of yet: from now on they count as told. And those that are
    none any more: they are forgotten, so that they are told if they come again."""
    known = {matter.name: matter for matter in session.scalars(select(Matter))}
    fresh = [Matter(name=name, since=now, title=title) for name, title in titles.items() if name not in known]
    over = [matter for name, matter in known.items() if name not in titles]
    session.add_all(fresh)
    for matter in over:
        session.delete(matter)
    session.flush()
    return fresh, over


def _events() -> Select[Any]:
    platform, error = col(InboxEvent.platform), col(InboxEvent.error)
    counted = (func.count(), func.min(InboxEvent.received_at))
    shown: tuple[Any, ...] = (platform, literal_column("''", String), error, *counted)
    return select(*shown).group_by(platform, error)


FAILED, RECEIVED = (
    literal_column(f"'{state}'", String) for state in ("failed", "received")
)  # written out, as their indexes are
_PLACE: tuple[Any, ...] = (col(Delivery.platform), col(Delivery.campaign))
_COUNTED: tuple[Any, ...] = (func.count(), func.min(Delivery.due_at))


def _groups(session: Session, grouped: Select[Any]) -> list[Group]:
    found = session.execute(grouped.order_by(func.count().desc()).limit(MOST)).all()
    return [Group(platform, of, reason or "", count, since) for platform, of, reason, count, since in found]
