"""Whatever befalls the process that keeps the clock, every occurrence comes, and none twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import inbox, moment
from bot.claims import claim
from bot.moment import Clock
from bot.scheduler import CLOCK, hold
from handlers.notices.models import NOTICE, Delivery, InboxEvent, Lease
from tests.proof.leaders import KEY
from tests.proof.line import Line
from tests.wire import until

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("SOAK_LEADERS", "1"))
MISFORTUNES = ("killed", "frozen", "cut off")


class Process:
    """Somebody who may keep the clock, at the end of a line of their own."""

    def __init__(self, settings):
        self.settings = settings
        self.line = Line(settings.database_url).__enter__()
        self.start()

    def start(self):
        environment = {**os.environ, "PORTAL_HOME": str(self.settings.portal_home), "DATABASE_URL": self.line.url}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.leaders"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "ready\n"

    def suffers(self, misfortune):
        if misfortune == "cut off":
            self.line.cut()
        else:
            self.process.send_signal(signal.SIGKILL if misfortune == "killed" else signal.SIGSTOP)

    def recovers(self, misfortune):
        if misfortune == "cut off":
            self.line.join()
        elif misfortune == "frozen":
            self.process.send_signal(signal.SIGCONT)
        else:
            self.process.wait()
            self.start()

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        self.line.__exit__()


def leader(database):
    with Session(database.engine) as session:
        lease = session.get(Lease, CLOCK)
        return int(lease.holder.split(":")[1]) if lease and lease.until > database.clock.now() else 0


def seconds(database):
    with Session(database.engine) as session:
        keys = session.exec(select(Delivery.unique_key).where(Delivery.subject == "second").order_by(Delivery.id)).all()
    return [datetime.fromisoformat(key.removeprefix(KEY)) for key in keys]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_no_occurrence_is_missing_and_none_comes_twice(settings, database):
    database.remark()
    processes = [Process(settings) for _ in range(3)]
    replaced = []
    try:
        for misfortune in MISFORTUNES * ROUNDS:
            number = until(lambda: leader(database), 30)
            victim = next(one for one in processes if one.process.pid == number)
            before, began = len(seconds(database)), time.monotonic()
            victim.suffers(misfortune)
            until(lambda number=number: leader(database) not in (0, number), 20)
            until(lambda before=before: len(seconds(database)) > before, 20)
            replaced.append(time.monotonic() - began)
            victim.recovers(misfortune)
        last = seconds(database)[-1]
        until(lambda: seconds(database)[-1] > last + timedelta(seconds=2), 20)
    finally:
        for process in processes:
            process.end()
    met = seconds(database)
    print(f"soak: leaders: {len(replaced)} lost, replaced in {max(replaced):.1f} s at most, {len(met)} occurrences")
    assert met == [met[0] + number * timedelta(seconds=1) for number in range(len(met))]


# -- a machine whose clock is an hour off ------------------------------------------------------------------------------


class AnHourAhead(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)


@pytest.fixture
def ahead(monkeypatch, database):
    """What time it is for a process whose machine is an hour ahead."""
    with database.engine.begin() as connection:
        database.clock.sync(connection)
        monkeypatch.setattr(moment, "datetime", AnHourAhead)
        clock = Clock()
        assert clock.now() - database.clock.now() > timedelta(minutes=50)
        clock.sync(connection)
    return clock


def test_it_sends_nothing_early_and_steals_nothing(database, ahead):
    now = database.clock.now()
    soon, half_an_hour = now + timedelta(seconds=15), now + timedelta(minutes=30)
    with Session(database.engine) as session:
        default = {"platform": "test", "team": "", "kind": NOTICE, "card": {}}
        session.add(Delivery(conversation="C1", due_at=half_an_hour, **default))
        session.add(Delivery(conversation="C2", state="sending", attempts=1, lease_until=soon, due_at=now, **default))
        session.add(InboxEvent(platform="test", team="", key="k", body="", lease_until=soon))
        session.add(Lease(name=CLOCK, holder="another", until=soon))
        session.commit()
    assert abs(ahead.now() - database.clock.now()) < timedelta(seconds=5)
    with database.engine.begin() as connection:
        assert claim(connection, ["test"], ahead.now(), lambda _: True) == []
        assert inbox._claim(connection, ("test",), ahead.now()) == []
        assert not hold(connection, "me", ahead.now())
