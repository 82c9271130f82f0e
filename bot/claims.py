"""Which rows of the outbox a process may send now: leased to it, one of every conversation, the oldest first."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.directory import BY_EMAIL, USERS
from bot.paces import Lane
from handlers.hours import Quiet
from handlers.notices.models import ANSWER, CALL, MASS, NOTICE, PARKED, Campaign, Delivery, DeliveryState, Operation
from handlers.notices.store import LEASE, is_open

PERHAPS_SENT = (DeliveryState.sending, DeliveryState.unknown)
ROOM = 100
PAGE = 500  # rows at most that are looked at together
PAGES = 20
URGENT = (ANSWER, CALL)  # kinds that wait for nobody
EXPIRED = {"state": DeliveryState.cancelled, "error": "expired before it could go out"}
_ASKS = or_(col(Delivery.conversation).startswith(BY_EMAIL), func.substr(Delivery.conversation, 1, 1).in_(USERS))
_SEEN: tuple[Any, ...] = (
    *(Delivery.id, Delivery.platform, Delivery.team, Delivery.conversation, Delivery.kind, Delivery.operation),
    *(Delivery.state, Delivery.due_at, Delivery.quiet_zone, Delivery.expires_at),
)


def claim(
    connection: Connection,
    platforms: Sequence[str],
    now: datetime,
    may_go: Callable[[Lane], bool],
    quiet: Quiet | None = None,
    *,
    room: int = ROOM,
    full: Callable[[Lane], bool] = lambda _: False,
    noticed: Sequence[str] | None = None,
) -> list[tuple[Delivery, str]]:
    """At most ``room`` rows to send now, each with the state it was in if it may have been posted already, else "".
    ``may_go`` keeps the pace; ``full`` tells whether it is of no use to look at more of the same workspace; ``noticed``
    are the platforms that notices may go to, if not to all. Whatever else of a conversation may have been posted comes
    with it, so that all of it can be looked up at once."""
    chosen: dict[int, Any] = {}
    kept = platforms if noticed is None else noticed
    for row in _candidates(connection, ((URGENT, platforms), ((NOTICE,), kept), ((MASS,), kept)), now, room, full):
        if row.state == DeliveryState.due and _missed(connection, row, now, quiet):
            continue
        if may_go(lane_of(row)):
            chosen[row.id] = row
        if len(chosen) >= room:
            break
    heads = {(row.platform, row.conversation) for row in chosen.values() if _doubt(row)}
    if heads:
        chosen |= {row.id: row for row in connection.execute(_others(heads, now))}
    rows = _take(connection, list(chosen), now)
    _fill(connection, [row for row in rows if row.campaign and not row.card])
    return [(row, _doubt(chosen[row.id or 0])) for row in rows]


def waiting(connection: Connection, platform: str, now: datetime) -> bool:
    """Whether there are notices that are due."""
    due = is_open(Delivery), col(Delivery.kind).in_((NOTICE, MASS)), col(Delivery.due_at) <= now
    first = select(col(Delivery.id)).where(*due, col(Delivery.platform) == platform).limit(1)
    return connection.execute(first).first() is not None


def lane_of(row: Any) -> Lane:
    """Notices keep the pace; answers and calls of other systems go at once."""
    asks = row.conversation.startswith((BY_EMAIL, *USERS))
    return Lane(row.platform, row.team, row.conversation, waits=row.kind not in URGENT, asks=asks)


def _doubt(row: Any) -> str:
    return str(row.state) if row.state in PERHAPS_SENT and row.operation == Operation.post else ""


def parked(why: str) -> dict[str, Any]:
    """What nobody can find out about waits for an operator, and holds up nothing that comes after it."""
    return {"state": DeliveryState.unknown, "due_at": PARKED, "attempts": 0, "error": why}


def _candidates(
    connection: Connection,
    kinds: Sequence[tuple[Sequence[str], Sequence[str]]],
    now: datetime,
    room: int,
    full: Callable[[Lane], bool],
) -> Iterator[Any]:
    """What is due, one kind after the other, without the workspaces that turn out to be full on the way."""
    first = tuple[str, ...]()
    for kind, platforms in kinds:
        first += tuple(kind)
        if not platforms:
            continue
        due = _due(now, first).where(col(Delivery.kind).in_(kind), col(Delivery.platform).in_(platforms))
        place = col(Delivery.platform), col(Delivery.team), _ASKS
        shut: set[tuple[str, str, bool]] = set()
        most = min(room, PAGE)
        for _ in range(PAGES):
            page = connection.execute(due.limit(most)).all()
            yield from page
            if len(page) < most:
                break
            last, most = page[-1], PAGE
            due = due.where(
                col(Delivery.due_at) >= last.due_at,
                tuple_(col(Delivery.due_at), col(Delivery.id)) > (last.due_at, last.id),
            )
            lanes = {lane_of(row) for row in page}
            found = {(lane.platform, lane.team, lane.asks) for lane in lanes if full(lane)} - shut
            if found:
                due = due.where(tuple_(*place).not_in(sorted(found)))
            shut |= found


def _due(now: datetime, first: Sequence[str]) -> Select[Any]:
    """What was to go before goes first; but what is to go tomorrow holds up nobody today, and only kinds that go
    ``first`` hold up anything before they are begun. Conversations of two platforms have different ids; were the
    platform asked for as well, PostgreSQL would look through all of it."""
    ahead = aliased(Delivery)
    blocked = exists().where(
        col(ahead.conversation) == col(Delivery.conversation),
        col(ahead.id) < col(Delivery.id),
        is_open(ahead),
        or_(and_(col(ahead.due_at) <= now, col(ahead.kind).in_(first)), col(ahead.attempts) > 0),
    )
    return (
        select(*_SEEN)
        .where(
            is_open(Delivery),
            col(Delivery.due_at) <= now,
            col(Delivery.campaign).not_in(select(col(Campaign.code)).where(col(Campaign.paused))),
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < now),
            ~blocked,
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .with_for_update(skip_locked=True)
    )


def _others(heads: set[tuple[str, str]], now: datetime) -> Select[Any]:
    """What else may have been posted in these conversations."""
    return (
        select(*_SEEN)
        .where(
            is_open(Delivery),
            tuple_(col(Delivery.platform), col(Delivery.conversation)).in_(sorted(heads)),
            col(Delivery.state).in_(PERHAPS_SENT),
            col(Delivery.operation) == Operation.post,
            col(Delivery.due_at) <= now,
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < now),
        )
        .limit(PAGE)
        .with_for_update(skip_locked=True)
    )


def _missed(connection: Connection, row: Any, now: datetime, quiet: Quiet | None) -> bool:
    """Whether its time has passed: what came to be sent too late goes out in the next waking hours, or never."""
    changed: dict[str, Any] = {}
    if row.expires_at is not None and row.expires_at <= now:
        changed = EXPIRED
    elif row.quiet_zone and quiet is not None and (allowed := quiet.over(now, row.quiet_zone)) > now:
        changed = {"due_at": allowed}
    if changed:
        connection.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**changed))
    return bool(changed)


def _take(connection: Connection, ids: Sequence[int], now: datetime) -> list[Delivery]:
    """Lease these rows to this process; they come back in the order of their ids here."""
    if not ids:
        return []
    taken = (
        update(Delivery)
        .where(col(Delivery.id).in_(ids))
        .values(state=DeliveryState.sending, attempts=col(Delivery.attempts) + 1, lease_until=now + LEASE)
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )
    with Session(connection, expire_on_commit=False) as session:
        rows = session.scalars(taken).all()
        session.expunge_all()
    order = {number: position for position, number in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.id or 0])


def _fill(connection: Connection, rows: Sequence[Delivery]) -> None:
    """The rows of a campaign say what it says now."""
    codes = {row.campaign for row in rows}
    if codes:
        named = select(col(Campaign.code), col(Campaign.card)).where(col(Campaign.code).in_(codes))
        cards = {row.code: row.card for row in connection.execute(named)}
        for row in rows:
            row.card = cards[row.campaign]
