"""One process at a time lets the clock decide; one that dies or freezes is replaced."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot.directory import Address, Directory
from bot.portal import Portal
from bot.scheduler import CLOCK, LEASE, Scheduler, _tried, hold, tick
from bot.workers import Workers
from bot.writer import Writer
from handlers import router
from handlers.feature import Feature
from handlers.notices.models import Delivery, Lease
from handlers.turn import Policy, Say
from handlers.ui import Card
from tests.wire import until

NOW = datetime(2031, 5, 5, 9, tzinfo=UTC)


def take(database, me, now):
    with database.engine.begin() as connection:
        return hold(connection, me, now)


def test_the_lease_goes_to_one_and_stays_until_it_ends(database):
    assert take(database, "one", NOW)
    assert not take(database, "two", NOW)
    assert take(database, "one", NOW + timedelta(seconds=2))
    assert not take(database, "two", NOW + LEASE)
    assert take(database, "two", NOW + LEASE + timedelta(seconds=3))
    assert not take(database, "one", NOW + LEASE + timedelta(seconds=4))


def portal_of(database):
    return Portal(database, lambda *_: None, Policy(), Directory(managers=Address("test", "", "managers")))


@pytest.fixture
def every_minute(monkeypatch):
    """A schedule that wants something every minute, once."""

    def run(tick):
        return [Say(Card(title="Tick"), to="managers", key=f"tick:{tick.now:%FT%H:%M}")]

    monkeypatch.setattr(router, "FEATURES", (Feature(name="minute", schedules={"now": run}),))


async def test_the_leader_ticks_and_the_other_does_not(database, every_minute):
    writer, portals = Writer(database), [portal_of(database), portal_of(database)]
    first, second = (Scheduler(portal, writer, Workers()) for portal in portals)
    for scheduler in (first, second):
        await scheduler._renew()
    await second.tick()
    assert (first._leads, second._leads) == (True, False)
    assert ticks(database) == 1
    await first.stop()
    await second._renew()
    assert second._leads, "the lease was given back at the end"
    await second.stop()
    writer.close()


def test_a_schedule_that_takes_only_so_much_at_once_is_asked_until_it_has_nothing_left(database, monkeypatch):
    left = [1, 2, 3]

    def run(_):
        return [Say(Card(title="One"), to="managers")] if left and left.pop() else []

    monkeypatch.setattr(router, "FEATURES", (Feature(name="much", schedules={"now": run}),))
    assert tick(portal_of(database), NOW) == ({"much.now": 3}, [])
    assert ticks(database) == 3


@pytest.mark.parametrize(
    "at", ["", "now", "2027-03-01", "2027-03-01T09:00", "2027-02-30T09:00Z", "9999-12-31T23:59-12:00"]
)
def test_a_time_that_is_none_decides_nothing(portal, every_minute, database, at):
    said = portal("tick", "--at", at)
    assert (said.exit_code, said.stdout, ticks(database)) == (1, "", 0)
    assert "no time with its offset. Write it like 2027-03-01T09:00+01:00." in said.stderr or "between" in said.stderr


async def test_who_lost_the_lease_while_deciding_has_done_nothing(database, every_minute):
    writer, portal = Writer(database), portal_of(database)
    scheduler = Scheduler(portal, writer, Workers())
    await scheduler._renew()
    before = ticks(database)
    portal.clock = lambda: datetime.now(UTC) + timedelta(minutes=5)
    await scheduler.tick()
    assert ticks(database) == before
    assert not scheduler._leads
    writer.close()


async def test_it_runs_by_itself(database, every_minute):
    writer, portal = Writer(database), portal_of(database)
    scheduler = Scheduler(portal, writer, Workers())
    scheduler.start()
    await asyncio.sleep(2.5)
    assert ticks(database) >= 1
    await scheduler.stop()
    writer.close()


def ticks(database) -> int:
    with Session(database.engine) as session:
        return len(session.exec(select(Delivery.id)).all())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_is_killed_or_frozen_is_replaced_within_ten_seconds(settings, database, how, tmp_path):
    if database.sqlite:
        pytest.skip("several workers share a PostgreSQL")
    environment = {**os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "bot", "worker"]
    workers = [subprocess.Popen(command, env=environment, cwd=os.getcwd(), stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        leader = until(lambda: holder(database), seconds=60)
        time.sleep(3)
        assert holder(database) == leader, "it is renewed"
        os.kill(int(leader.split(":")[1]), how)
        until(lambda: holder(database) not in ("", leader), seconds=10)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()


def holder(database) -> str:
    with Session(database.engine) as session:
        found = session.exec(select(Lease.holder, Lease.until).where(Lease.name == CLOCK)).first()
    return found[0] if found and found[1] > database.clock.now() else ""


async def test_a_store_that_is_away_is_a_line_in_the_log_and_the_job_comes_again(database, every_minute, capfd):
    portal, writer = portal_of(database), Writer(database)
    scheduler = Scheduler(portal, writer, Workers())

    def away(_):
        raise OperationalError("SELECT 1", {}, OSError("no route"))

    kept, writer.run = writer.run, lambda _: kept(away)
    await _tried(scheduler._renew)
    writer.run = kept
    said = "".join(capfd.readouterr())
    assert "clock_waits" in said
    assert "Traceback" not in said
    await _tried(scheduler._renew)
    assert scheduler._leads
    await scheduler.stop()
    writer.close()


async def test_chores_say_it_in_the_same_line(database, monkeypatch, capfd):
    def away(*_):
        raise OperationalError("SELECT 1", {}, OSError("no route"))

    scheduler = Scheduler(portal_of(database), Writer(database), Workers())
    scheduler._leads = True
    monkeypatch.setattr("bot.scheduler.work", away)
    await _tried(scheduler.work)
    said = "".join(capfd.readouterr())
    assert said.count("clock_waits") == 1
    assert "Traceback" not in said
