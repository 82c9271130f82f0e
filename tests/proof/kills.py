"""Deliveries while the processes that send them are killed: at random, and in front of every statement in turn.

python -m tests.proof.kills WORKERS KILLS SECONDS: the rest is in the environment (PORTAL_HOME, DATABASE_URL, and
TEAMS_SERVICE_URL or SLACK_API_URL). Workers are forks, so that a new one stands at once. All in them is the real thing;
only leases and waits are shorter. Prints JSON: how many were killed, and how many rows are left.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select
from sqlmodel import col

from bot import claims, outbox, sender
from bot.channels.slack import transport as slack
from bot.channels.slack.identity import Identity
from bot.channels.teams import service
from bot.channels.teams import transport as teams
from bot.channels.teams.addresses import Addresses
from bot.channels.teams.references import References
from bot.database import Database
from bot.logs import configure
from bot.outbox import Outbox
from bot.posting import Transport
from bot.settings import Settings
from bot.workers import Workers, forever
from bot.writer import Writer
from handlers.notices.models import PARKED, Delivery
from handlers.notices.store import is_open
from handlers.ui import Document
from tests.proof.crash import kill_at

LEASE, CALL, TIMEOUT, SETTLE = timedelta(seconds=5), timedelta(seconds=3), 1.0, 4.0
LONGEST_WAIT = 5.0  # seconds; a life that is cut short counts as an attempt, and here that is often
LIVES = (0.3, 2.5)  # seconds that a worker lives
STRIDE = 7  # so that few kills are spread, and many meet every statement
STATEMENTS = 60  # of a worker's first ones, in front of which it is killed


def shorten() -> None:
    claims.LEASE = sender.LEASE = LEASE  # type: ignore[attr-defined]
    sender.CALL, sender.LONGEST_WAIT, outbox.LOOK_AGAIN = CALL, LONGEST_WAIT, 0.2
    slack.ANSWERED = teams.ANSWERED = 0.5
    service.SECONDS = TIMEOUT


async def _nothing(_: Document) -> bytes:
    return b""


async def work(settings: Settings, database: Database) -> None:
    async with _teams(settings, database) if settings.teams_service_url else _slack(settings) as transports:
        await forever(Outbox(Writer(database), transports, database.clock, SETTLE).pump, 0.0, "deliver")


@asynccontextmanager
async def _slack(settings: Settings) -> AsyncIterator[dict[str, Transport]]:
    client = AsyncWebClient(token="xoxb-test", base_url=settings.slack_api_url, retry_handlers=[])
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as client.session:
        yield {"slack": slack.SlackTransport(client, Identity(client), _nothing)}


@asynccontextmanager
async def _teams(settings: Settings, database: Database) -> AsyncIterator[dict[str, Transport]]:
    addresses = Addresses(settings.teams_service_url)
    calls = service.Service(service.bearer(settings, None), addresses)
    calls.open()
    yield {"teams": teams.TeamsTransport(calls, References(database), addresses, Workers())}
    await calls.close()


def born(settings: Settings, statement: int | None) -> int:
    number = os.fork()
    if number == 0:
        try:
            database = Database(settings.database)
            if statement is not None:
                kill_at(database, statement)
            asyncio.run(work(settings, database))
        finally:
            os._exit(1)
    return number


def left(settings: Settings) -> int:
    """What waits for nobody's decision."""
    database = Database(settings.database)
    try:
        with database.read() as look:
            waiting = (is_open(Delivery), col(Delivery.due_at) < PARKED)
            return int(look.execute(select(func.count(col(Delivery.id))).where(*waiting)).scalar_one())
    finally:
        database.close()


def run(settings: Settings, workers: int, kills: int, seconds: float) -> dict[str, Any]:
    """Kill until it was done often enough, and then let the last ones finish."""
    chance, killed, end = Random(1), 0, time.monotonic() + seconds
    alive = [born(settings, None) for _ in range(workers)]
    while killed < kills:
        time.sleep(chance.uniform(*LIVES) / workers)
        number = alive.pop(0)
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        killed += 1
        if killed % 2:  # this one ends by itself, in the middle of a transaction, before the next one is killed
            os.waitpid(born(settings, killed // 2 * STRIDE % STATEMENTS), 0)
            killed += 1
        alive.append(born(settings, None))
    while (rest := left(settings)) and time.monotonic() < end:
        time.sleep(0.5)
    for number in alive:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    return {"killed": killed, "left": rest}


if __name__ == "__main__":
    configure("ERROR")
    shorten()
    workers, kills, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    sys.stdout.write(json.dumps(run(Settings(), workers, kills, seconds)))
