"""A fictional vendor's programme, with dates relative to today, and the page to try it in."""

import re
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from sqlmodel import Session

from bot import certifications, people
from bot.content import Progress, build_index, progress, reading_of
from bot.database import Database, open_store
from bot.demo import story
from bot.logs import configure
from bot.serve import listen, loopback, serve
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.partners import store as partners
from indexer.sync import sync
from knowledge import store as knowledge

HERE = Path(__file__).parent
VENDOR = "Halden Cloud"
ITS_PEOPLE = "@halden.example"
FOR_PARTNERS = (
    "My certificate expires next month, what do I have to do?",
    "What discount do Gold partners get?",
    "Do you offer a student discount?",
    "Can an admin delete locked backups?",
    "Which hotel is closest to your office in Lisbon?",
)
FOR_THE_TEAM = ("Write an announcement", "Announcements", "Deals", "Certifications by partner", FOR_PARTNERS[1])
"""What to begin with: FOR_PARTNERS, or for the vendor's own people."""
SIGN_EVERY = 5.0  # seconds between two signs of life where no bar can be drawn
_DATE = re.compile(r"\{\{today([+-]\d{1,4})?\}\}")


def open_demo(settings: Settings, host: str) -> None:
    """Fill the store, then serve the page; its address is told when it can be opened, not before."""
    if not loopback(host):
        raise PortalError(f"The demo lets anybody be anybody, so it is served on this machine only, not on {host}.")
    configure("WARNING" if settings.log_level == "INFO" else settings.log_level)
    listener = listen(host, settings.port)
    database = open_store(settings.database, settings.portal_home)
    fill(settings, database)
    tell(settings, database, database.clock.now())
    database.close()
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"

    def ready() -> None:
        click.echo(f"The demo is at {address}  (Ctrl+C ends it)")
        if not settings.portal_no_browser:
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()

    serve(settings, listener, demo=True, ready=ready)
    click.echo("The demo has ended. What was said is kept: `portal demo` goes on from there.")


def fill(settings: Settings, database: Database) -> None:
    """Import people and articles and publish the index; what is there already is left as it is."""
    with database.session() as session:
        _refuse_a_real_programme(session)
        people.import_partners(session, HERE / "partners.csv")
        session.flush()
        people.import_contacts(session, HERE / "contacts.csv")
        session.flush()
        now = database.clock.now()
        _certify(session, settings.portal_home / "demo", now)
        folder = render(settings.portal_home / "demo" / "articles", now.date())
        counts = sync(session, str(folder.resolve()), reading_of(folder), lambda _done, _total: None)
        session.commit()
    number = counts.added + counts.changed + counts.unchanged
    click.echo(f"{VENDOR}: {number} articles. Indexing them (about half a minute the first time)...")
    with _signs("passages") as shown:
        build_index(settings, database, shown)


def _certify(session: Session, folder: Path, now: datetime) -> None:
    """Certificates that end soon, late and yesterday; where there are any already, nothing happens."""
    if partners.programmes(session):
        return
    certifications.import_programmes(session, HERE / "programmes.csv")
    session.flush()
    folder.mkdir(parents=True, exist_ok=True)
    held = folder / "certificates.csv"
    held.write_text(_dated((HERE / "certificates.csv").read_text("utf-8"), now.date()), "utf-8")
    certifications.import_certifications(session, held, now)


def tell(settings: Settings, database: Database, now: datetime) -> None:
    """Some deals and tickets to begin with; where there are any already, nothing happens."""
    deals = settings.portal_home / "demo" / "deals.csv"
    deals.write_text(_dated((HERE / "deals.csv").read_text("utf-8"), now.date()), "utf-8")
    story.tell(database, deals, now)


@contextmanager
def _signs(unit: str) -> Iterator[Progress]:
    """The usual bar at a terminal; elsewhere (a log, a pipe) a line now and then, so that nobody takes it for dead."""
    if sys.stderr.isatty():
        with progress(unit) as bar:
            yield bar
        return
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if done in (0, total) or time.monotonic() - last >= SIGN_EVERY:
            click.echo(f"{done} of {total} {unit} ({100 * done // max(total, 1)} %)", err=True)
            last = time.monotonic()

    yield show


def is_demo(emails: frozenset[str]) -> bool:
    return any(email.endswith(ITS_PEOPLE) for email in emails)


def _refuse_a_real_programme(session: Session) -> None:
    emails = partners.active_emails(session)
    if not is_demo(emails) and (emails or partners.partners_by_name(session) or knowledge.count(session)):
        raise PortalError(
            "This store holds a programme already, and the demo would mix its own people into it. "
            "Set PORTAL_HOME to an empty folder (and unset DATABASE_URL)."
        )


def render(target: Path, today: date) -> Path:
    """The articles with their dates filled in: {{today-30}} becomes the day a month ago."""
    for path in sorted((HERE / "articles").rglob("*.md")):
        copy = target / path.relative_to(HERE / "articles")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_dated(path.read_text("utf-8"), today), "utf-8")
    return target


def _dated(text: str, today: date) -> str:
    return _DATE.sub(lambda found: (today + timedelta(days=int(found[1] or 0))).isoformat(), text)
