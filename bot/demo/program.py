"""A fictional vendor's programme, with dates relative to today, and the page to try it in."""

import re
import threading
import webbrowser
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from bot import people
from bot.content import build_index, progress, reading_of
from bot.database import Database, open_store
from bot.serve import serve
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.partners import store as partners
from indexer.sync import sync

HERE = Path(__file__).parent
VENDOR = "Halden Cloud"
SUGGESTIONS = (
    "My certificate expires next month, what do I have to do?",
    "What discount do Gold partners get?",
    "What is the API rate limit?",
    "Can an admin delete locked backups?",
    "Can I transfer a registered deal to another reseller?",
)
_DATE = re.compile(r"\{\{today([+-]\d{1,4})?\}\}")


def open_demo(settings: Settings, host: str) -> None:
    database = open_store(settings.database, settings.portal_home)
    fill(settings, database)
    database.close()
    address = f"http://{host}:{settings.port}/"
    click.echo(f"The demo is at {address}  (Ctrl+C ends it)")
    if not settings.portal_no_browser:
        threading.Timer(1.5, webbrowser.open, [address]).start()
    serve(settings, host, demo=True)


def fill(settings: Settings, database: Database) -> None:
    """Import people and articles and publish the index; what is there already is left as it is."""
    with database.session() as session:
        _refuse_a_real_programme(session_emails=partners.active_emails(session))
        people.import_partners(session, HERE / "partners.csv")
        session.flush()
        people.import_contacts(session, HERE / "contacts.csv")
        folder = render(settings.portal_home / "demo" / "articles", datetime.now(UTC).date())
        counts = sync(session, str(folder.resolve()), reading_of(folder), lambda _done, _total: None)
        session.commit()
    click.echo(f"{VENDOR}: {counts.added + counts.changed + counts.unchanged} articles. Indexing them...")
    with progress("passages") as shown:
        build_index(settings, database, shown)


def _refuse_a_real_programme(session_emails: frozenset[str]) -> None:
    if session_emails and not any(email.endswith("@halden.example") for email in session_emails):
        raise PortalError(
            "This store holds a programme already, and the demo would mix its own people into it. "
            "Set PORTAL_HOME to an empty folder (and unset DATABASE_URL)."
        )


def render(target: Path, today: date) -> Path:
    """The articles with their dates filled in: {{today-30}} becomes the day a month ago."""
    for path in sorted((HERE / "articles").rglob("*.md")):
        copy = target / path.relative_to(HERE / "articles")
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = _DATE.sub(
            lambda found: (today + timedelta(days=int(found[1] or 0))).isoformat(), path.read_text("utf-8")
        )
        copy.write_text(text, "utf-8")
    return target
