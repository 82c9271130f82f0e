"""What becomes of one delivery whose lease this process holds: sent, looked up, tried again, given up."""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

import structlog

from bot import ledger
from bot.claims import lane_of, parked
from bot.metrics import DELIVERIES
from bot.moment import Clock
from bot.paces import Paces
from bot.posting import Later, Parked, Refused, Throttled, Transport, Uncertain
from bot.writer import Writer
from handlers.notices.models import REFERENCE, Delivery, DeliveryState, Operation
from handlers.notices.store import LEASE

log = structlog.get_logger()

ATTEMPTS = 12  # over about half an hour
LONGEST_WAIT = 600.0  # seconds between two attempts
CALL = timedelta(seconds=16)  # no call begins with less of its lease left: a picture's upload, and the message
LINGER = 10.0  # seconds for a message to arrive whose lease has ended: when that is seen, it was given a call's time
SPARE = timedelta(seconds=1)  # by which it ends before that
GONE = "whoever was sending it has gone"


class Sender:
    """``settle``: seconds after a cut line until a message that was on its way has arrived or never will."""

    def __init__(
        self, writer: Writer, transports: Mapping[str, Transport], clock: Clock, paces: Paces, settle: float
    ) -> None:
        self._writer = writer
        self._transports = transports
        self._clock = clock
        self._paces = paces
        self._settle_seconds = settle

    async def send(self, row: Delivery) -> bool:
        """Whether what stands behind it may go."""
        lane = lane_of(row)  # a transport gives its conversation another name, if it knows whom it asked for by then
        if wait := self._paces.closed(lane, monotonic()):
            await self._put_back(row, DeliveryState.due, wait, "the platform asks to wait")
            return False
        try:
            await self._resolve(row)
            if not await self._hold(row):
                return False
            await self._sent(row, await self._post(row) or row.platform_id)
            return True
        except Throttled as error:
            seconds = error.seconds or 1.0
            self._paces.refused(lane_of(row) if lane.asks else lane, seconds, monotonic())
            await self._put_back(row, DeliveryState.due, seconds, str(error))
        except Later as error:
            if row.attempts >= ATTEMPTS:
                await self._give_up(row, str(error))
                return True
            await self._again(row, DeliveryState.due, error.seconds, str(error))
        except Refused as error:
            return await self._refused(row, str(error))
        except Uncertain as error:
            settle = self._settle_seconds if error.settle is None else error.settle
            await self._again(row, DeliveryState.unknown, max(settle, _backoff(row.attempts)), str(error))
        return False

    async def may_be_sent(self, row: Delivery, doubt: str) -> bool:
        """Whether it certainly was not posted, and may be now."""
        if doubt and not (await self._hold(row) and await self._is_not_there(row)):
            return False
        if row.attempts > ATTEMPTS:
            await self._give_up(row, f"given up after {ATTEMPTS} attempts: {row.error or GONE}")
        elif doubt == DeliveryState.sending:  # the call may still be under way: its process was killed, or is frozen
            linger = min(self._settle_seconds, LINGER)
            await self._again(row, DeliveryState.unknown, linger, GONE)
        else:
            return True
        return False

    async def release(self, row: Delivery, state: str = DeliveryState.due) -> None:
        """Whoever comes next may take it; this was no attempt."""
        await self._change(row, state=state, lease_until=None, attempts=max(row.attempts - 1, 1))

    async def _is_not_there(self, row: Delivery) -> bool:
        """If it is there, or that cannot be known, it is written down."""
        before = row.card
        try:
            await self._resolve(row)
            known = await self._transports[row.platform].find(row)
        except (Later, Refused, Uncertain) as error:
            await self._still_unknown(row, error)
            return False
        except Parked as error:
            await self._change(row, lease_until=None, **parked(str(error)[:500]))
            DELIVERIES.labels(row.platform, "parked").inc()
            return False
        if known is not None:
            await self._sent(row, known)
        elif row.card is not before:  # kept, since it may have to wait once more
            await self._change(row, card=row.card)
        return known is None

    async def _still_unknown(self, row: Delivery, error: Exception) -> None:
        """Not even the look-up worked. It is tried again, but not for ever: what is behind it waits."""
        if isinstance(error, Throttled):
            await self._put_back(row, DeliveryState.unknown, error.seconds or 1.0, str(error))
        elif isinstance(error, Refused) or row.attempts >= ATTEMPTS:
            await self._give_up(row, str(error))
        else:
            seconds = error.seconds if isinstance(error, Later) else None
            await self._again(row, DeliveryState.unknown, seconds, str(error))

    async def _hold(self, row: Delivery) -> bool:
        """Whether this process may still act on the row; its lease is prolonged where a call could outlast it."""
        now = self._clock.now()
        if row.lease_until is not None and row.lease_until - now > CALL:
            return True
        row.lease_until = now + LEASE
        return await self._change(row, lease_until=row.lease_until)

    async def _post(self, row: Delivery) -> str:
        """All of it, whatever a transport does, ends before the lease does."""
        try:
            async with asyncio.timeout((CALL - SPARE).total_seconds()):
                return await self._transports[row.platform].send(row)
        except TimeoutError as error:
            raise Uncertain(f"{row.platform} did not answer in time") from error

    async def _resolve(self, row: Delivery) -> None:
        """Where the row names a message that was not sent yet when it was written: by now it is, or never will be."""
        reference = row.thread if row.thread.startswith(REFERENCE) else row.platform_id
        if not reference.startswith(REFERENCE):
            return
        found = await self._writer.run(lambda connection: ledger.named(connection, reference.removeprefix(REFERENCE)))
        if found is None:
            raise Refused("the message that it belongs to was never sent")
        message, row.conversation = found
        if row.thread == reference:
            row.thread = message
        else:
            row.platform_id = message

    async def _sent(self, row: Delivery, platform_id: str) -> None:
        row.platform_id = platform_id
        await self._writer.together(ledger.sent, row)
        DELIVERIES.labels(row.platform, "sent").inc()

    async def _refused(self, row: Delivery, reason: str) -> bool:
        """Some workspaces keep every message: what may not be removed says at least that it does not hold."""
        if row.operation == Operation.remove:
            await self._again(row, DeliveryState.due, 0.0, reason, operation=Operation.update)
            return False
        await self._give_up(row, reason)
        return True

    async def _give_up(self, row: Delivery, reason: str) -> None:
        await self._settle(row, DeliveryState.failed, reason)

    async def _again(
        self, row: Delivery, state: DeliveryState, seconds: float | None, reason: str, **values: Any
    ) -> None:
        """Try again when the platform says so, else exponentially later."""
        wait = _backoff(row.attempts) if seconds is None else seconds
        await self._settle(row, state, reason, due_at=self._clock.now() + timedelta(seconds=wait), **values)

    async def _put_back(self, row: Delivery, state: DeliveryState, seconds: float, reason: str) -> None:
        """It waits, as everything to its place does, and this was no attempt; but it keeps its turn."""
        due_at = self._clock.now() + timedelta(seconds=seconds)
        await self._settle(row, state, reason, due_at=due_at, attempts=max(row.attempts - 1, 1))

    async def _settle(self, row: Delivery, state: DeliveryState, reason: str, **values: Any) -> None:
        """It keeps the name of its conversation, and so its place in front of what else is for there."""
        await self._change(row, state=state, lease_until=None, error=reason[:500], **values)
        result = "later" if state == DeliveryState.due else str(state)
        DELIVERIES.labels(row.platform, result).inc()
        log.warning(
            "delivery_not_sent", delivery=row.delivery_id, result=result, attempt=row.attempts, reason=reason[:200]
        )

    async def _change(self, row: Delivery, **values: Any) -> bool:
        return await self._writer.run(lambda connection: ledger.change(connection, row, values))


def _backoff(attempts: int) -> float:
    """Seconds, with a jitter against the herd."""
    return min(LONGEST_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)  # noqa: S311
