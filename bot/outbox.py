"""Delivers what turns wrote: at once by the process that ran the turn, later by whoever finds it left behind."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import ledger
from bot.calls import Done
from bot.claims import claim, lane_of, parked
from bot.keeper import Keeper
from bot.metrics import DELIVERIES
from bot.moment import Clock
from bot.paces import Paces
from bot.posting import Later, Parked, Refused, Throttled, Transport, Uncertain
from bot.writer import Writer
from handlers.hours import Quiet
from handlers.notices.models import REFERENCE, Delivery, DeliveryState
from handlers.notices.store import LEASE

log = structlog.get_logger()

ATTEMPTS = 12  # over about half an hour
IN_HAND = 256  # rows that this process has claimed at a time
AT_ONCE = 32  # of them that are sent side by side
LOOK_AGAIN = 1.0  # seconds until it is seen what others have left behind
GATHER = 0.005  # seconds that pass before the next look, so that it finds more than one row
LONGEST_WAIT = 600.0  # seconds between two attempts
SETTLE = 60.0
CALL = timedelta(seconds=16)  # no call begins with less of its lease left: a picture's upload, and the message
LINGER = 10.0  # seconds for a message to arrive whose lease has ended: when that is seen, it was given a call's time
SPARE = timedelta(seconds=1)  # by which it ends before that


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
        self._paces = Paces()
        self._keeper = Keeper(self._paces, clock)
        self._going: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._lanes = asyncio.Semaphore(AT_ONCE)
        self._news = asyncio.Event()

    async def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Send rows that this process holds the lease of, in order; one that fails holds back those behind it."""
        rows = list(deliveries)
        for position, row in enumerate(rows):
            if not await self._attempt(row, may_go=self._paces.take(lane_of(row), monotonic())):
                behind = rows[position + 1 :]
                await self._release(held for held in behind if held.conversation == row.conversation)
                await self.deliver(other for other in behind if other.conversation != row.conversation)
                return

    async def follow(self, done: Done) -> None:
        """Send what a turn has said; what is for others goes out at the pace of its place."""
        if done.notices:
            self._news.set()
        await self.deliver(done.deliveries)

    async def pump(self) -> None:
        """Take in hand what is due, as much as there is room for; then wait until there is reason to look again."""
        self._news.clear()
        room = IN_HAND - self._in_hand
        rows = await self._writer.run(partial(self._claim, room)) if room >= IN_HAND // 2 else []
        lanes: dict[tuple[str, str], list[tuple[Delivery, str]]] = {}
        for row, doubt in rows:
            lanes.setdefault((row.platform, row.conversation), []).append((row, doubt))
        for lane in lanes.values():
            self._start(lane)
        if not rows:
            await self._idle(self._paces.soonest(monotonic(), LOOK_AGAIN))

    async def drain(self, seconds: float) -> None:
        """Finish what is in hand. What is not done by then is taken up again from its row."""
        if self._going:
            await asyncio.wait(self._going, timeout=seconds)

    async def hand_over(self) -> None:
        """Other processes need not wait until they may send notices."""
        with suppress(SQLAlchemyError):  # the store is away: they have to
            await self._writer.run(self._keeper.give_back)

    async def _idle(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
            await asyncio.sleep(GATHER)

    def _claim(self, room: int, connection: Connection) -> list[tuple[Delivery, str]]:
        self._clock.sync(connection)
        return claim(
            connection,
            list(self._transports),
            self._clock.now(),
            lambda lane: self._paces.take(lane, monotonic()),
            self._quiet,
            room=room,
            full=lambda lane: self._paces.full(lane, monotonic()),
            noticed=self._keeper.kept(connection, list(self._transports)),
        )

    def _start(self, lane: list[tuple[Delivery, str]]) -> None:
        self._in_hand += len(lane)

        def ended(task: "asyncio.Task[None]") -> None:
            self._going.discard(task)
            self._in_hand -= len(lane)
            self._news.set()
            if not task.cancelled() and (error := task.exception()):
                log.error("delivery_broke", error=type(error).__name__, exc_info=error)

        task = asyncio.create_task(self._recover(lane))
        self._going.add(task)
        task.add_done_callback(ended)

    async def _recover(self, lane: Sequence[tuple[Delivery, str]]) -> None:
        """Rows of one conversation: what may have been posted is looked up first, and only the foremost is sent."""
        async with self._lanes:
            missing = await asyncio.gather(*(self._is_missing(row, doubt) for row, doubt in lane))
            (foremost, _), *behind = lane
            if missing[0]:
                await self._attempt(foremost, may_go=not self._paces.closed(lane_of(foremost), monotonic()))
            await self._release(row for (row, _), is_missing in zip(behind, missing[1:], strict=True) if is_missing)

    async def _is_missing(self, row: Delivery, doubt: str) -> bool:
        """Whether it is certain that the message was not posted, and that it may be now."""
        if not doubt:
            return True
        if not await self._hold(row) or not await self._is_not_there(row):
            return False
        if row.attempts > ATTEMPTS:
            await self._give_up(row, f"given up after {ATTEMPTS} attempts: {row.error}")
        elif doubt == DeliveryState.sending:  # the call may still be under way: its process was killed, or is frozen
            linger = min(self._settle_seconds, LINGER)
            await self._again(row, DeliveryState.unknown, linger, "whoever was sending it has gone")
        else:
            return True
        return False

    async def _is_not_there(self, row: Delivery) -> bool:
        """If it is there, or that cannot be known, it is written down."""
        before = row.card
        try:
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

    async def _attempt(self, row: Delivery, *, may_go: bool) -> bool:
        """Whether what stands behind it may go."""
        if may_go:
            return await self._send(row)
        wait = self._paces.closed(lane_of(row), monotonic())
        await self._put_back(row, DeliveryState.due, wait, "the platform asks to wait")
        return False

    async def _send(self, row: Delivery) -> bool:
        try:
            await self._resolve(row)
            if not await self._hold(row):
                return False
            await self._sent(row, await self._post(row) or row.platform_id)
            return True
        except Throttled as error:
            seconds = error.seconds or 1.0
            self._paces.refused(lane_of(row), seconds, monotonic())
            await self._put_back(row, DeliveryState.due, seconds, str(error))
        except Later as error:
            if row.attempts >= ATTEMPTS:
                await self._give_up(row, str(error))
                return True
            await self._again(row, DeliveryState.due, error.seconds, str(error))
        except Refused as error:
            await self._give_up(row, str(error))
            return True
        except Uncertain as error:
            settle = self._settle_seconds if error.settle is None else error.settle
            await self._again(row, DeliveryState.unknown, max(settle, _backoff(row.attempts)), str(error))
        return False

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

    async def _give_up(self, row: Delivery, reason: str) -> None:
        await self._settle(row, DeliveryState.failed, reason)

    async def _again(self, row: Delivery, state: DeliveryState, seconds: float | None, reason: str) -> None:
        """Try again when the platform says so, else exponentially later."""
        wait = _backoff(row.attempts) if seconds is None else seconds
        await self._settle(row, state, reason, due_at=self._clock.now() + timedelta(seconds=wait))

    async def _put_back(self, row: Delivery, state: DeliveryState, seconds: float, reason: str) -> None:
        """It waits, as everything to its place does, and this was no attempt; but it keeps its turn."""
        due_at = self._clock.now() + timedelta(seconds=seconds)
        await self._settle(row, state, reason, due_at=due_at, attempts=max(row.attempts - 1, 1))

    async def _settle(self, row: Delivery, state: DeliveryState, reason: str, **values: Any) -> None:
        place = {"conversation": row.conversation, "thread": row.thread}  # where it is posted may be known only now
        await self._change(row, state=state, lease_until=None, error=reason[:500], **place, **values)
        result = "later" if state == DeliveryState.due else str(state)
        DELIVERIES.labels(row.platform, result).inc()
        log.warning(
            "delivery_not_sent", delivery=row.delivery_id, result=result, attempt=row.attempts, reason=reason[:200]
        )

    async def _release(self, rows: Iterable[Delivery]) -> None:
        for row in rows:
            await self._change(row, state=DeliveryState.due, lease_until=None, attempts=max(row.attempts - 1, 1))

    async def _change(self, row: Delivery, **values: Any) -> bool:
        return await self._writer.run(lambda connection: ledger.change(connection, row, values))


def _backoff(attempts: int) -> float:
    """Seconds, with a jitter against the herd."""
    return min(LONGEST_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)  # noqa: S311
