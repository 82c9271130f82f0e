"""What the clock has to say something about. Every run reads a bounded number; the rest is there for the next."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from handlers.deals.models.deal import Deal
from handlers.deals.models.states import State

AT_ONCE = 200


def alerts(session: Session, now: datetime, *, all_at_once: bool) -> Sequence[Deal]:
    """Decisions of which the managers are to be reminded."""
    return _due(session, State.submitted, col(Deal.alert_at), now, None if all_at_once else AT_ONCE)


def reminders(session: Session, now: datetime, *, all_at_once: bool) -> Sequence[Deal]:
    """Protections of whose end the partner is to be reminded."""
    return _due(session, State.approved, col(Deal.remind_at), now, None if all_at_once else AT_ONCE)


def over(session: Session, now: datetime) -> Sequence[Deal]:
    """Protections that have ended."""
    return _due(session, State.approved, col(Deal.protected_until), now, AT_ONCE)


def silent(session: Session, now: datetime, *, all_at_once: bool) -> Sequence[Deal]:
    """Approved deals about which nobody has done anything for long."""
    return _due(session, State.approved, col(Deal.nudge_at), now, None if all_at_once else AT_ONCE)


def _due(
    session: Session, state: State, at: Mapped[datetime | None], now: datetime, limit: int | None
) -> Sequence[Deal]:
    """Locked; those that somebody is changing right now are there for the next run."""
    waiting = select(Deal).where(Deal.state == state, at <= now).order_by(at, col(Deal.id)).limit(limit)
    return session.exec(waiting.with_for_update(skip_locked=True)).all()
