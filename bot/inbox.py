"""What comes in is a row before it is acknowledged, and is worked on until its turn is committed."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, literal, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from bot.calls import Event, EventKey
from bot.moment import Clock
from bot.told import PARTS, TOLD
from bot.writer import Writer
from handlers.notices.models import InboxEvent, InboxState
from knowledge.base import Instant, insert_into

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
ATTEMPTS = 5  # times that a process may die over one event
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=5)  # between two attempts while something is away
TOO_OLD = timedelta(days=1)


Incoming = tuple[str, str, str, str]
"""Platform, team, key, body."""


class Inbox:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def put(self, platform: str, team: str, key: str, body: str) -> int | None:
        """The new row's id, once it is on disk; None if this event was here before."""
        return await self._writer.together(self._put, (platform, team, key, body))

    def _put(self, connection: Connection, events: Sequence[Incoming]) -> list[int | None]:
        """One statement for all that came at once. Of the same event twice, the first is the one that is taken."""
        now = self._clock.now()
        values = {TOLD: json.dumps(events), "now": now, "until": now + LEASE}
        new = {tuple(named): number for number, *named in connection.execute(_PUT[connection.dialect.name], values)}
        return [new.pop(event[:3], None) for event in events]

    async def abandoned(self, platforms: Sequence[str]) -> list[tuple[int, str, str]]:
        """Claim the events of these platforms whose turn never ended: (id, platform, body)."""
        return await self._writer.run(lambda connection: _claim(connection, platforms, self._clock.now()))

    async def put_off(self, event: int) -> None:
        """Something that the turn needs is away; that is no fault of the event, so no attempt is counted. The longer
        it has been waiting, the longer it waits until the next one."""
        try:
            await self._writer.run(lambda connection: _put_off(connection, event, self._clock.now()))
        except SQLAlchemyError as error:  # the store itself is away: the row's lease ends by itself
            log.warning("not_put_off", row=event, reason=type(error).__name__)

    async def done(self, event: int) -> None:
        """There was nothing to do about it."""
        ended = update(InboxEvent).where(col(InboxEvent.id) == event).values(state=InboxState.done, body="")
        await self._writer.run(lambda connection: connection.execute(ended))


def known(look: Session, platform: str, team: str, key: str) -> bool:
    """Whether this event was here before; asked before anything is said about what it asks for."""
    same = (col(InboxEvent.platform) == platform, col(InboxEvent.team) == team, col(InboxEvent.key) == key)
    return look.execute(select(col(InboxEvent.id)).where(*same)).first() is not None


def insert(
    connection: Connection,
    platform: str,
    team: str,
    key: str,
    body: str,
    now: datetime,
    state: InboxState = InboxState.received,
) -> int | None:
    row = insert_into(InboxEvent, connection.dialect.name).values(
        platform=platform,
        team=team,
        key=key,
        body=body,
        state=state,
        received_at=now,
        lease_until=now + LEASE,
        attempts=1,
        error="",
    )
    found: int | None = connection.execute(row.on_conflict_do_nothing().returning(col(InboxEvent.id))).scalar()
    return found


def begin(session: Session, event: Event, came: datetime) -> bool:
    """Take the event into the turn's transaction; False if another turn has committed it."""
    if isinstance(event, EventKey):
        key = (event.platform, event.team, event.key, event.body)
        return insert(session.connection(), *key, came, InboxState.done) is not None
    return event is None or end(session, event, InboxState.done)


_END = (
    update(InboxEvent)
    .where(col(InboxEvent.id) == bindparam("event"), col(InboxEvent.state) == InboxState.received)
    .values(state=bindparam("ended"), body="")
)


def end(session: Session, event: int, state: InboxState) -> bool:
    return session.connection().execute(_END, {"event": event, "ended": state}).rowcount == 1


def _put_off(connection: Connection, event: int, now: datetime) -> None:
    mine = (col(InboxEvent.id) == event, col(InboxEvent.state) == InboxState.received)
    received = connection.execute(select(col(InboxEvent.received_at)).where(*mine)).scalar()
    if received is None:
        return
    values: dict[str, object] = {"attempts": 1, "lease_until": now + min(max(now - received, SOONEST), LATEST)}
    if now - received > TOO_OLD:
        values = {"state": InboxState.failed, "error": "what it needed stayed away for too long"}
    connection.execute(update(InboxEvent).where(*mine).values(**values))


def _claim(connection: Connection, platforms: Sequence[str], now: datetime) -> list[tuple[int, str, str]]:
    open_rows = (
        select(col(InboxEvent.id), col(InboxEvent.platform), col(InboxEvent.body), col(InboxEvent.attempts))
        .where(col(InboxEvent.state) == InboxState.received, col(InboxEvent.lease_until) < now)
        .where(col(InboxEvent.platform).in_(platforms))
        .order_by(col(InboxEvent.id))
        .limit(20)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for event, platform, body, attempts in connection.execute(open_rows).all():
        lost = attempts >= ATTEMPTS
        values = (
            {"state": InboxState.failed, "error": "given up after repeated attempts"}
            if lost
            else {"attempts": attempts + 1, "lease_until": now + LEASE * (attempts + 1)}
        )
        connection.execute(update(InboxEvent).where(col(InboxEvent.id) == event).values(**values))
        if not lost and event is not None:
            claimed.append((event, platform, body))
    return claimed


def _statement(dialect: str) -> Any:
    told, part = PARTS[dialect]
    values = {
        **{name: part(told.c.value, at) for at, name in enumerate(("platform", "team", "key", "body"))},
        "state": literal(str(InboxState.received)),
        "received_at": bindparam("now", type_=Instant),
        "lease_until": bindparam("until", type_=Instant),
        "attempts": literal(1),
        "error": literal(""),
    }
    rows = select(*values.values()).select_from(told).where(true())  # without a WHERE, SQLite takes ON for a join's
    taken = insert_into(InboxEvent, dialect).from_select(list(values), rows).on_conflict_do_nothing()
    return taken.returning(col(InboxEvent.id), col(InboxEvent.platform), col(InboxEvent.team), col(InboxEvent.key))


_PUT = {dialect: _statement(dialect) for dialect in PARTS}
