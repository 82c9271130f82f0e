"""Delivers what turns wrote: at once by the process that ran the turn, later by whoever finds it left behind."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.calls import Done
from bot.claims import claim, lane_of
from bot.keeper import Keeper
from bot.moment import Clock
from bot.paces import Paces
from bot.posting import Transport
from bot.sender import Sender
from bot.writer import Writer
from handlers.hours import Quiet
from handlers.notices.models import Delivery, DeliveryState

log = structlog.get_logger()

IN_HAND = 256  # rows of a platform that this process has claimed at a time
AT_ONCE = 32  # of them that are sent side by side
PATIENCE = 10.0  # seconds that a row waits for others that are sent; then it is given back, before its lease ends
LOOK_AGAIN = 1.0  # seconds until it is seen what others have left behind
GATHER = 0.005  # seconds that pass before the next look, so that it finds more than one row
SETTLE = 60.0

Claimed = tuple[Delivery, str]
"""A row, and the state it was in if it may have been posted already, else ""."""


class Outbox:
    """What of it this process has in hand, of each platform apart: one that does not answer holds up no other."""

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
        self._quiet = quiet
        self._paces = Paces()
        self._keeper = Keeper(self._paces, clock)
        self._sender = Sender(writer, transports, clock, self._paces, settle)
        self._going: set[asyncio.Task[None]] = set()
        self._in_hand: Counter[str] = Counter()
        self._lanes: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._news = asyncio.Event()

    async def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Send answers that this process holds the lease of, in order; one that fails holds back those behind it."""
        rows = [(row, row.conversation) for row in deliveries]
        held = set[str]()
        for row, conversation in rows:
            if conversation in held:
                await self._sender.release(row)
                continue
            self._paces.take(lane_of(row), monotonic())
            if not await self._sender.send(row):
                held.add(conversation)

    async def follow(self, done: Done) -> None:
        """Send what a turn has said; what is for others goes out at the pace of its place."""
        if done.notices:
            self._news.set()
        await self.deliver(done.deliveries)

    async def pump(self) -> None:
        """Take in hand what is due, as much as there is room for; then wait until there is reason to look again."""
        self._news.clear()
        free = [platform for platform in self._transports if self._in_hand[platform] <= IN_HAND // 2]
        lanes: dict[tuple[str, str], list[Claimed]] = {}
        for row, doubt in await self._claimed(free) if free else ():
            lanes.setdefault((row.platform, row.conversation), []).append((row, doubt))
        for (platform, _), lane in lanes.items():
            self._start(platform, lane)
        if not lanes:
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

    async def _claimed(self, platforms: Sequence[str]) -> list[Claimed]:
        try:
            return await self._writer.run(partial(self._claim, platforms))
        except SQLAlchemyError:
            self._keeper.forget()
            raise

    def _claim(self, platforms: Sequence[str], connection: Connection) -> list[Claimed]:
        self._clock.sync(connection)
        kept = self._keeper.kept(connection, list(self._transports))
        return claim(
            connection,
            platforms,
            self._clock.now(),
            lambda lane: self._paces.take(lane, monotonic()),
            self._quiet,
            room=IN_HAND - max(self._in_hand[platform] for platform in platforms),
            full=lambda lane: self._paces.full(lane, monotonic()),
            noticed=[platform for platform in platforms if platform in kept],
        )

    def _start(self, platform: str, lane: list[Claimed]) -> None:
        self._in_hand[platform] += len(lane)

        def ended(task: "asyncio.Task[None]") -> None:
            self._going.discard(task)
            self._in_hand[platform] -= len(lane)
            self._news.set()
            if not task.cancelled() and (error := task.exception()):
                log.error("delivery_broke", error=type(error).__name__, exc_info=error)

        task = asyncio.create_task(self._work_off(platform, lane))
        self._going.add(task)
        task.add_done_callback(ended)

    async def _work_off(self, platform: str, lane: Sequence[Claimed]) -> None:
        """Rows of one conversation. What may have been posted is looked up, and what is missing is due again, so that
        it goes out in its turn, if it still may."""
        try:
            async with self._turn(platform):
                may = await asyncio.gather(*(self._sender.may_be_sent(row, doubt) for row, doubt in lane))
                for (row, doubt), may_be_sent in zip(lane, may, strict=True):
                    if may_be_sent:
                        await (self._sender.release(row) if doubt else self._sender.send(row))
        except _TooMany:
            for row, doubt in lane:
                await self._sender.release(row, doubt or DeliveryState.due)

    @asynccontextmanager
    async def _turn(self, platform: str) -> AsyncIterator[None]:
        lanes = self._lanes[platform]
        try:
            async with asyncio.timeout(PATIENCE):
                await lanes.acquire()
        except TimeoutError:
            raise _TooMany from None
        try:
            yield
        finally:
            lanes.release()


class _TooMany(Exception):
    """What was taken in hand earlier is still under way."""
