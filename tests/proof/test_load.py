"""A hundred events a second while Slack has a bad day, the database away, the disk full: what was acknowledged is
done."""

import asyncio
import itertools
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import aiohttp
import httpx
import pytest
from sqlmodel import Session, select

from bot.people import import_contacts
from handlers.notices.models import Delivery, InboxEvent
from tests.conftest import fill
from tests.proof.line import Line
from tests.proof.rough import RoughSlack
from tests.slack_requests import SECRET, event, message, signed
from tests.wire import free_port, until

ROOT = Path(__file__).parents[2]
RATE = int(os.environ.get("SOAK_RATE", "100"))
SECONDS = int(os.environ.get("SOAK_LOAD_SECONDS", "10"))
PEOPLE = 100
TROUBLE = {"429": 0.2, "500": 0.025, "broken": 0.025, "lost": 0.05}
WORDS = itertools.cycle(["thanks", "What discount do Gold partners get on new business?", *["help", "thank you"] * 4])
"""One of ten is a question, which costs the model's time; the others say how many events are taken in and answered."""


class Program:
    """`portal web` in a process of its own, for people whom Slack knows."""

    def __init__(self, settings, slack, url=""):
        self.port = free_port()
        environment = {
            **os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": url or settings.database_url,
            "SLACK_BOT_TOKEN": "xoxb-test", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": slack.url,
            "PORT": str(self.port), "PORTAL_SETTLE_SECONDS": "2", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        command = [sys.executable, "-m", "bot", "web"]
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        until(self.up, 60)

    def up(self):
        assert self.process.poll() is None, "portal web ended"
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def may_write(self, most=resource.RLIM_INFINITY):
        """No file may grow beyond this: what a full disk is like for a process."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        finally:
            self.process.kill()


@pytest.fixture
def settings_of_people(settings, database, tmp_path):
    """The demo's content and index, and people who can be told apart."""
    fill(settings, database)
    people = tmp_path / "people.csv"
    rows = [f"u{number}@soak.example,Person {number},,operator,en,UTC" for number in range(PEOPLE)]
    people.write_text("\n".join(["email,name,partner,role,language,time_zone", *rows]))
    with database.session() as session:
        import_contacts(session, people)
        session.commit()
    return settings


async def send(port, rate, seconds, until_taken=False):
    """Events at this rate, whatever becomes of them: how long each acknowledgement took, and with which status. What
    was not taken is sent again, as Slack does it, where ``until_taken``."""
    acks = []

    async def one(number, client):
        user = f"U{number % PEOPLE}"
        raw = json.dumps(event(message(user, f"D{user[1:]}", next(WORDS)))).encode()
        while True:
            began = time.perf_counter()
            try:
                async with client.post(
                    f"http://127.0.0.1:{port}/slack/events", data=raw, headers=signed(raw)
                ) as answer:
                    acks.append((time.perf_counter() - began, answer.status))
            except (aiohttp.ClientError, TimeoutError):
                acks.append((time.perf_counter() - began, 0))
            if not until_taken or acks[-1][1] == 200:
                return
            await asyncio.sleep(1)

    limit = aiohttp.ClientTimeout(total=15)
    lines = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)  # less than the server's, which would hang up meanwhile
    async with aiohttp.ClientSession(timeout=limit, connector=lines) as client:
        began, tasks = time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number, client)))
        await asyncio.gather(*tasks)
    return acks


def open_rows(database):
    with Session(database.engine) as session:
        events = Counter(session.exec(select(InboxEvent.state)))
        deliveries = Counter(session.exec(select(Delivery.state)))
    return events["received"] + deliveries["due"] + deliveries["sending"] + deliveries["unknown"]


def all_is_done(database, slack, taken, seconds):
    """Every event that was acknowledged has been answered, once."""
    until(lambda: not open_rows(database), seconds)
    with Session(database.engine) as session:
        events = Counter(session.exec(select(InboxEvent.state)))
        sent = session.exec(select(Delivery.delivery_id).where(Delivery.state == "sent")).all()
    posted = Counter(delivery for posts in slack.posted.values() for _, delivery in posts)
    assert events == {"done": taken}
    assert len(sent) == taken
    assert posted == dict.fromkeys(sent, 1)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_hundred_events_a_second_are_acknowledged_at_once_and_all_are_answered(settings_of_people, database):
    with RoughSlack(TROUBLE) as slack:
        program = Program(settings_of_people, slack)
        try:
            asyncio.run(send(program.port, 10, 2))  # all is warm
            acks = asyncio.run(send(program.port, RATE, SECONDS))
            assert Counter(status for _, status in acks) == {200: RATE * SECONDS}
            all_is_done(database, slack, len(acks) + 20, 60 + SECONDS)
        finally:
            program.end()
    times = sorted(took for took, _ in acks)
    p99 = times[int(len(times) * 0.99)]
    print(
        f"soak: load: {RATE} events/s for {SECONDS} s, {slack.troubled} posts troubled, ack p50 "
        f"{times[len(times) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, max {times[-1] * 1000:.0f} ms, 0 lost"
    )
    assert p99 < 1


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_while_the_database_is_away_nothing_is_acknowledged_that_is_not_kept(settings_of_people, database):
    away = int(os.environ.get("SOAK_AWAY_SECONDS", "4"))
    with RoughSlack({}) as slack, Line(settings_of_people.database_url) as line:
        program = Program(settings_of_people, slack, line.url)
        try:

            async def load():
                sending = asyncio.create_task(send(program.port, 10, away + 4, until_taken=True))
                await asyncio.sleep(2)
                line.cut()
                await asyncio.sleep(away)
                line.join()
                return await sending

            acks = asyncio.run(load())
            taken = sum(status == 200 for _, status in acks)
            refused = len(acks) - taken
            all_is_done(database, slack, taken, 60)
        finally:
            program.end()
    print(f"soak: database away for {away} s: {taken} events acknowledged and answered, {refused} refused meanwhile")
    assert taken == 10 * (away + 4)
    assert refused > 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_full_disk_is_a_refusal_and_no_more_than_that(settings_of_people, database):
    store = Path(str(database.url.database))
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = store.stat().st_size
    with RoughSlack({}) as slack:
        program = Program(settings_of_people, slack)
        try:
            program.may_write(size + 100_000)
            acks = asyncio.run(send(program.port, 50, 6))
            taken = sum(status == 200 for _, status in acks)
            assert 0 < taken < len(acks), "at some time the disk was full"
            assert {status for _, status in acks} <= {200, 500}
            program.may_write()
            acks = asyncio.run(send(program.port, 10, 2, until_taken=True))
            taken += sum(status == 200 for _, status in acks)
            all_is_done(database, slack, taken, 60)
        finally:
            program.end()
    print(f"soak: disk full: {taken} events acknowledged and answered, the others refused with 500")
