"""Delivers what turns wrote: at once by the process that ran the turn, later by whoever finds it left behind."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, select, update
from sqlmodel import col

from bot.calls import Done
from bot.claims import claim, parked
from bot.metrics import DELIVERIES
from bot.moment import Clock
from bot.pace import Pace
from bot.writer import Writer
from handlers.hours import Quiet
from handlers.notices.models import ANSWER, NOTICE, REFERENCE, Delivery, DeliveryState
from handlers.notices.store import LEASE

log = structlog.get_logger()

ATTEMPTS = 8
ROUNDS = 10  # claims after a turn; each takes one row of every conversation
AT_ONCE = 8  # deliveries that are recovered side by side
LONGEST_WAIT = 600.0  # seconds between two attempts
SETTLE = 60.0
RATES = {"teams": 30.0}
"""Notices a second to begin with, where it is not what the pace begins with: Teams allows 30 to 50 in a tenant."""
CALL = timedelta(seconds=16)  # how long posting may take: a picture's upload, and the call


class Later(Exception):
    """The platform did not take the message now; it was certainly not posted."""

    def __init__(self, seconds: float | None, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Throttled(Later):
    """The platform asks everybody to wait. That is no fault of the message, so that it is never given up for it."""


class Refused(Exception):
    """The platform will never take this message."""


class Uncertain(Exception):
    """Nobody knows whether the message was posted, and looking it up tells only after ``settle`` seconds."""

    def __init__(self, reason: str, settle: float | None = None) -> None:
        super().__init__(reason)
        self.settle = settle


class Parked(Exception):
    """Nobody knows whether the message was posted, and nothing will ever tell: an operator decides."""


class Transport(Protocol):
    """One platform's way to post. Raises Later, Refused or Uncertain."""

    async def send(self, delivery: Delivery) -> str:
        """Post it; returns the platform's id of the message ("" if it gives none)."""
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """The id of the message if it was posted before, else None. May raise Parked as well."""
        ...


class Outbox:
    """``settle``: seconds after a cut line until a message that was on its way has arrived or never will."""

    def __init__(
        self,
        writer: Writer,
        transports: Mapping[str, Transport],
        clock: Clock,
        settle: float = SETTLE,
        quiet: Quiet | None = None,
    ) -> None:
        self._writer = writer
        self._transports = transports
        self._clock = clock
        self._settle_seconds = settle
        self._quiet = quiet
        self._paces: dict[tuple[str, str], Pace] = {}

    async def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Send rows that this process holds the lease of, in order; one that fails holds back those behind it."""
        rows = list(deliveries)
        for position, delivery in enumerate(rows):
            if not await self._send(delivery):
                behind = [row for row in rows[position + 1 :] if row.conversation == delivery.conversation]
                await self._release(behind)
                await self.deliver(row for row in rows[position + 1 :] if row.conversation != delivery.conversation)
                return

    async def follow(self, done: Done) -> None:
        """Send what a turn has written; then claim what else is due, so that nobody waits for the next round."""
        await self.deliver(done.deliveries)
        rounds = ROUNDS if done.notices else 0
        while rounds and await self.deliver_due():
            rounds -= 1

    async def deliver_due(self) -> int:
        """Claim what is due or was left behind, and send it; returns how many rows there were."""
        rows = await self._writer.run(self._claim)
        lanes = asyncio.Semaphore(AT_ONCE)  # one row a conversation was claimed, so these need no order
        await asyncio.gather(*(self._recover(row, perhaps_sent, lanes) for row, perhaps_sent in rows))
        return len(rows)

    def _claim(self, connection: Connection) -> list[tuple[Delivery, bool]]:
        self._clock.sync(connection)
        return claim(connection, list(self._transports), self._clock.now(), self._may_go, self._quiet)

    def _may_go(self, row: Delivery) -> bool:
        """Answers always; notices at the pace of their workspace."""
        return row.kind == ANSWER or self._pace(row).take(monotonic())

    def _pace(self, row: Delivery) -> Pace:
        key = (row.platform, row.team)
        if key not in self._paces:
            self._paces[key] = Pace(RATES[row.platform]) if row.platform in RATES else Pace()
        return self._paces[key]

    async def _recover(self, row: Delivery, perhaps_sent: bool, lanes: asyncio.Semaphore) -> None:
        async with lanes:
            if not perhaps_sent:
                await self._send(row)
                return
            if not await self._hold(row):
                return
            try:
                known = await self._transports[row.platform].find(row)
            except (Later, Refused, Uncertain) as error:
                await self._still_unknown(row, error)
                return
            except Parked as error:
                await self._settle(row, **parked(str(error)))
                DELIVERIES.labels(row.platform, "parked").inc()
                return
            if known is None:
                await self._send(row)
            else:
                await self._settle(row, state=DeliveryState.sent, platform_id=known, error="")

    async def _still_unknown(self, row: Delivery, error: Exception) -> None:
        """Not even the look-up worked. It is tried again, but not for ever: what is behind it waits."""
        given_up = isinstance(error, Refused) or row.attempts >= ATTEMPTS
        state = DeliveryState.failed if given_up else DeliveryState.unknown
        seconds = error.seconds if isinstance(error, Later) else None
        await self._settle(row, state=state, error=str(error), **self._again(row, seconds))
        DELIVERIES.labels(row.platform, str(state)).inc()

    async def _hold(self, row: Delivery) -> bool:
        """Whether this process may still act on the row; its lease is prolonged where a call could outlast it."""
        now = self._clock.now()
        if row.lease_until is not None and row.lease_until - now > CALL:
            return True
        row.lease_until = now + LEASE
        values = {"lease_until": row.lease_until}
        return await self._writer.run(lambda connection: _change(connection, row, values))

    async def _send(self, row: Delivery) -> bool:
        if not await self._hold(row):
            return False
        result = "sent"
        try:
            await self._resolve(row)
            platform_id = await self._transports[row.platform].send(row)
            await self._settle(row, state=DeliveryState.sent, platform_id=platform_id or row.platform_id, error="")
        except Later as error:
            result = "later" if row.attempts < ATTEMPTS or isinstance(error, Throttled) else "failed"
            if isinstance(error, Throttled) and row.kind == NOTICE:
                self._pace(row).refused(error.seconds or 1.0, monotonic())
            state = DeliveryState.due if result == "later" else DeliveryState.failed
            await self._settle(row, state=state, error=str(error), **self._again(row, error.seconds))
        except Refused as error:
            result = "failed"
            await self._settle(row, state=DeliveryState.failed, error=str(error))
        except Uncertain as error:
            result = "unknown"
            settle = self._settle_seconds if error.settle is None else error.settle
            await self._settle(row, state=DeliveryState.unknown, error=str(error), **self._again(row, settle))
        DELIVERIES.labels(row.platform, result).inc()
        if result != "sent":
            log.warning("delivery_not_sent", delivery=row.delivery_id, result=result, attempt=row.attempts)
        return result in ("sent", "failed")

    async def _resolve(self, row: Delivery) -> None:
        """Where the row names a message that was not sent yet when it was written: by now it is, or never will be."""
        reference = row.thread if row.thread.startswith(REFERENCE) else row.platform_id
        if not reference.startswith(REFERENCE):
            return
        found = await self._writer.run(lambda connection: _named(connection, reference.removeprefix(REFERENCE)))
        if found is None:
            raise Refused("the message that it belongs to was never sent")
        message, row.conversation = found
        if row.thread == reference:
            row.thread = message
        else:
            row.platform_id = message

    async def _settle(self, row: Delivery, **values: Any) -> None:
        if "error" in values:
            values["error"] = values["error"][:500]
        values |= {"conversation": row.conversation, "thread": row.thread}  # where it is posted may be known only now
        await self._writer.run(lambda connection: _change(connection, row, {"lease_until": None} | values))

    def _again(self, row: Delivery, seconds: float | None) -> dict[str, datetime]:
        """When to try again: when the platform says so, else exponentially later, with a jitter against the herd."""
        wait = seconds if seconds is not None else min(LONGEST_WAIT, 2.0**row.attempts) * random.uniform(0.5, 1.0)  # noqa: S311
        return {"due_at": self._clock.now() + timedelta(seconds=wait)}

    async def _release(self, rows: Sequence[Delivery]) -> None:
        for row in rows:
            await self._settle(row, state=DeliveryState.due)


def _change(connection: Connection, row: Delivery, values: dict[str, Any]) -> bool:
    """Change a row that is still ours. Whoever takes it over counts an attempt, and what we learn later is void."""
    ours = update(Delivery).where(
        col(Delivery.id) == row.id,
        col(Delivery.attempts) == row.attempts,
        col(Delivery.state) == DeliveryState.sending,
    )
    return connection.execute(ours.values(**values)).rowcount == 1


def _named(connection: Connection, delivery_id: str) -> tuple[str, str] | None:
    """The platform's id and the conversation of a message that was sent."""
    sent = select(col(Delivery.platform_id), col(Delivery.conversation)).where(
        col(Delivery.delivery_id) == delivery_id, col(Delivery.state) == DeliveryState.sent
    )
    found = connection.execute(sent).first()
    return (found[0], found[1]) if found else None


async def forever(step: Any, seconds: float, name: str) -> None:
    """Run a step again and again. The database being away is no reason to end."""
    while True:
        try:
            await step()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 the loop is an edge: whatever fails now is tried again, and seen in the log
            log.error("loop_failed", loop=name, error=type(error).__name__, reason=str(error)[:200])
        await asyncio.sleep(seconds)
