"""The clock: every minute all schedules, in whichever process holds the lease."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session, select

from bot import lease
from bot.portal import Portal
from bot.workers import Workers
from bot.writer import Writer
from handlers import router
from handlers.audit import store as audit
from handlers.notices.models import Lease

log = structlog.get_logger()

CLOCK = "clock"
RENEW_SECONDS = 2
LEASE = timedelta(seconds=7)  # whoever is killed or frozen is replaced within this and a renewal
TICK_SECONDS = 60
WORK_SECONDS = 1
LONGEST_WORK = 300.0  # seconds; what is left then is there the next time
UNKEPT = timedelta(minutes=10)  # without anybody who keeps the clock, after which operators are told


def tick(
    portal: Portal,
    now: datetime,
    allowed: Callable[[Session], None] = lambda _: None,
    *,
    supposed: bool = False,
) -> tuple[dict[str, int], list[str]]:
    """How many messages each schedule and chore wrote, and which failed: one's failure is not the others'."""
    written, failed = dict[str, int](), dict[str, str]()
    tasks = [(name, partial(decide, portal)) for name, _ in router.schedules()]
    tasks += [(name, partial(work, portal)) for name, _ in router.chores()]
    for name, run in tasks:
        try:
            written[name] = run(name, now, allowed, supposed=supposed)
        except NotLeader:
            return written, list(failed)
        except (OperationalError, InterfaceError) as error:  # the store is away, or thinks little of this one
            failed[name] = type(error).__name__
            log.error("schedule_failed", schedule=name, error=type(error).__name__, reason=str(error.orig)[:200])
        except Exception as error:
            failed[name] = type(error).__name__
            log.error("schedule_failed", schedule=name, error=type(error).__name__, exc_info=error)
    if not supposed:
        _note(portal, failed, now)
    return written, list(failed)


def _note(portal: Portal, failed: dict[str, str], now: datetime) -> None:
    """For the auditor."""
    with portal.database.session() as session:
        audit.note(session, failed, now)
        session.commit()


def decide(
    portal: Portal,
    schedule: str,
    now: datetime,
    allowed: Callable[[Session], None] = lambda _: None,
    *,
    supposed: bool = False,
) -> int:
    """Run a schedule until it has nothing left to say: it takes only so much at once that its transaction is short."""
    began = monotonic()
    written = last = portal.tick(schedule, now, allowed, supposed=supposed)
    while last and monotonic() - began < LONGEST_WORK:
        last = portal.tick(schedule, now, allowed, supposed=supposed)
        written += last
    return written


def work(
    portal: Portal,
    chore: str,
    now: datetime,
    allowed: Callable[[Session], None] = lambda _: None,
    *,
    supposed: bool = False,
) -> int:
    """Do what there is to do of a chore; returns how many messages that wrote."""
    written, began = 0, monotonic()
    while portal.waits(chore, now) and monotonic() - began < LONGEST_WORK:
        written += portal.tick(chore, now, allowed, supposed=supposed)
    return written


class NotLeader(Exception):
    """Another process has taken the clock over meanwhile."""


class Scheduler:
    """Jobs live in memory and are made here: what has been done is known by the rows that were written."""

    def __init__(self, portal: Portal, writer: Writer, workers: Workers) -> None:
        self._portal = portal
        self._writer = writer
        self._workers = workers
        self._me = lease.myself()
        self._leads = False
        self._jobs: Any = None

    def start(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # for processes that keep the clock

        self._jobs = AsyncIOScheduler(timezone="UTC")
        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        for job, seconds in ((self._renew, RENEW_SECONDS), (self.tick, TICK_SECONDS), (self.work, WORK_SECONDS)):
            self._jobs.add_job(partial(_tried, job), "interval", seconds=seconds, **once)
        self._jobs.start()

    async def stop(self) -> None:
        """Give the lease back, so that the next process need not wait for its end."""
        if self._jobs is not None:
            self._jobs.shutdown(wait=False)
        if self._leads:
            now = self._portal.clock()
            await self._writer.run(lambda connection: lease.give_back(connection, CLOCK, self._me, now))

    async def _renew(self) -> None:
        led, now = self._leads, self._portal.clock()
        until = await self._writer.run(lambda connection: lease.ends(connection, CLOCK))
        self._leads = await self._writer.run(lambda connection: hold(connection, self._me, now))
        if self._leads and not led:
            log.info("clock_taken_over")
            if until is not None and now - until > UNKEPT:
                await self._workers.run(lambda: _note(self._portal, {CLOCK: "nobody kept it"}, until))
            await self.tick()

    async def tick(self) -> None:
        """Missed time is caught up by itself: schedules look at what is due, not at what became due since."""
        if self._leads:
            await self._workers.run(lambda: tick(self._portal, self._portal.clock(), self._still_mine))

    async def work(self) -> None:
        """What turns have left to do, within a second."""
        if self._leads:
            await self._workers.run(self._work)

    def _work(self) -> None:
        """As with schedules, one's failure is not the others', unless the store is away."""
        for name, _ in router.chores():
            try:
                work(self._portal, name, self._portal.clock(), self._still_mine)
            except (OperationalError, InterfaceError, NotLeader):
                raise
            except Exception as error:
                log.error("chore_failed", chore=name, error=type(error).__name__, exc_info=error)

    def _still_mine(self, session: Session) -> None:
        """Asked as the last thing before a commit: whoever was frozen meanwhile has lost the clock."""
        mine = select(Lease.until).where(Lease.name == CLOCK, Lease.holder == self._me)
        until = session.exec(mine).first()
        if until is None or until < self._portal.clock():
            self._leads = False
            raise NotLeader


async def _tried(job: Callable[[], Awaitable[None]]) -> None:
    """The store being away is said in a line, and the job comes again."""
    try:
        await job()
    except (OperationalError, InterfaceError, NotLeader) as error:
        log.warning("clock_waits", reason=type(error).__name__)


def hold(connection: Connection, me: str, now: datetime) -> bool:
    """Take the lease or renew it; False if another process has it."""
    return lease.hold(connection, CLOCK, me, now, LEASE) is not None
