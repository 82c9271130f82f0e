"""Which rows of the outbox a process may send now: leased to it, one of every conversation, the oldest first."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from handlers.hours import Quiet
from handlers.notices.models import Campaign, Delivery, DeliveryState, Operation
from handlers.notices.store import LEASE

OPEN = (DeliveryState.due, DeliveryState.sending, DeliveryState.unknown)
AT_ONCE = 100
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
EXPIRED = {"state": DeliveryState.cancelled, "error": "expired before it could go out"}


def claim(
    connection: Connection,
    platforms: Sequence[str],
    now: datetime,
    may_go: Callable[[Delivery], bool],
    quiet: Quiet | None = None,
) -> list[tuple[Delivery, bool]]:
    """Rows to send now, each with whether it may have been posted already. ``may_go`` keeps the pace."""
    rows = []
    for values in connection.execute(_due(platforms, now)).mappings().all():
        row = Delivery(**values)
        if row.state == DeliveryState.due and _missed(connection, row, now, quiet):
            continue
        if not may_go(row):
            continue
        perhaps_sent = row.state in (DeliveryState.sending, DeliveryState.unknown) and row.operation == Operation.post
        row.attempts += 1
        row.state, row.lease_until = DeliveryState.sending, now + LEASE
        taken = update(Delivery).where(col(Delivery.id) == row.id)
        connection.execute(taken.values(state=row.state, attempts=row.attempts, lease_until=row.lease_until))
        rows.append((row, perhaps_sent))
    _fill(connection, [row for row, _ in rows if row.campaign and not row.card])
    return rows


def parked(why: str) -> dict[str, Any]:
    """What nobody can find out about waits for an operator, and holds up nothing that comes after it."""
    return {"state": DeliveryState.unknown, "due_at": NEVER, "attempts": 0, "error": why}


def _fill(connection: Connection, rows: Sequence[Delivery]) -> None:
    """The rows of a campaign say what it says now."""
    codes = {row.campaign for row in rows}
    if codes:
        named = select(col(Campaign.code), col(Campaign.card)).where(col(Campaign.code).in_(codes))
        cards = {row.code: row.card for row in connection.execute(named)}
        for row in rows:
            row.card = cards[row.campaign]


def _missed(connection: Connection, row: Delivery, now: datetime, quiet: Quiet | None) -> bool:
    """Whether its time has passed: what came to be sent too late goes out in the next waking hours, or never."""
    changed: dict[str, Any] = {}
    if row.expires_at is not None and row.expires_at <= now:
        changed = EXPIRED
    elif row.quiet_zone and quiet is not None and (allowed := quiet.over(now, row.quiet_zone)) > now:
        changed = {"due_at": allowed}
    if changed:
        connection.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**changed))
    return bool(changed)


def _due(platforms: Sequence[str], now: datetime) -> Select[Delivery]:
    """What was to go before goes first; but what is to go tomorrow holds up nobody today."""
    ahead = aliased(Delivery)
    blocked = exists().where(
        col(ahead.platform) == col(Delivery.platform),
        col(ahead.conversation) == col(Delivery.conversation),
        col(ahead.id) < col(Delivery.id),
        col(ahead.state).in_(OPEN),
        or_(col(ahead.due_at) <= now, col(ahead.attempts) > 0),
    )
    return (
        select(Delivery)
        .where(
            col(Delivery.state).in_(OPEN),
            col(Delivery.due_at) <= now,
            col(Delivery.platform).in_(platforms),
            col(Delivery.campaign).not_in(select(col(Campaign.code)).where(col(Campaign.paused))),
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < now),
            ~blocked,
        )
        .order_by(col(Delivery.kind), col(Delivery.id))  # "answer" stands before "notice"
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
