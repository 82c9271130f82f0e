"""What the commands on articles do: import, list, index."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session
from tqdm import tqdm

from bot.channels.text import clean
from bot.database import Database, open_store
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.partners.store import active_emails
from indexer.sources import Reading, read
from indexer.sync import sync
from knowledge import store
from knowledge.models import Article

if TYPE_CHECKING:
    from indexer.build import Published, Source

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    counts: store.Counts
    reading: Reading


def import_articles(settings: Settings, path: Path) -> Report:
    database = open_store(settings.database, settings.portal_home)
    reading = reading_of(path)
    with database.session() as session, progress("articles") as shown:
        counts = sync(session, str(path.resolve()), reading, shown)
        session.commit()
    return Report(counts, reading)


def reading_of(path: Path) -> Reading:
    try:
        return read(path)
    except ValueError as error:
        raise PortalError(str(error)) from None


@contextmanager
def progress(unit: str) -> Iterator[Progress]:
    """A bar on standard error where somebody looks; nothing in a log."""
    with tqdm(unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def listing(settings: Settings, *, overdue: bool, orphaned: bool, as_json: bool) -> str:
    database = open_store(settings.database, settings.portal_home)
    today = database.clock.now().date()
    with database.read() as session:
        found = store.listing(session, today, active_emails(session), overdue, orphaned)
        rows = [_row(article, today) for article in found]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if not rows:
        return "No articles.\n"
    return "".join(_line(row) for row in rows) + f"{len(rows)} articles\n"


def _row(article: Article, today: date) -> dict[str, object]:
    due = article.review_due
    return {
        "id": article.key,
        "title": article.title,
        "category": article.category,
        "kind": article.kind,
        "language": article.language,
        "owner": article.owner,
        "overdue": article.overdue(today),
        "stale": article.stale(today),
        "verified_on": article.verified_on.isoformat() if article.verified_on else None,
        "review_due": due.isoformat() if due else None,
        "source": article.source,
    }


def _line(row: dict[str, object]) -> str:
    state = "STALE, due since" if row["stale"] else "OVERDUE since" if row["overdue"] else "review by"
    due = f"{state} {row['review_due']}" if row["review_due"] else "never verified"
    kept = f"[{row['category'] or 'no category'}]  {row['owner'] or 'no owner'}"
    return clean(f"{row['id']}  {row['title']}  {kept}  {due}\n")


def index(settings: Settings, *, as_json: bool) -> str:
    database = open_store(settings.database, settings.portal_home)
    with progress("passages") as shown:
        published = build_index(settings, database, shown)
    done = {
        "revision": published.revision,
        "articles": len(published.entries),
        "passages": len(published.units),
        "embedded": published.embedded,
        "reused": published.reused,
    }
    if as_json:
        return json.dumps(done)
    return (
        f"Index {published.revision[:12]}: {done['articles']} articles, {done['passages']} lines, "
        f"{done['embedded']} embedded, {done['reused']} taken over."
    )


def build_index(settings: Settings, database: Database, shown: Progress) -> "Published":
    def stored() -> Iterator["Source"]:
        with database.read() as session:
            yield from _sources(session)

    def edition() -> str:
        with database.read() as session:
            return store.edition(session)

    return publish(settings, settings.portal_home, stored(), shown, edition)


def publish(
    settings: Settings, home: Path, sources: Iterable["Source"], shown: Progress, edition: Callable[[], str] = str
) -> "Published":
    """An index below ``home``. The model's twin stays in PORTAL_HOME, wherever the index goes."""
    from indexer.build import build
    from indexer.export import ModelRefused

    try:
        return build(home, sources, settings.portal_model, shown, settings.portal_home / "models", edition)
    except ModelRefused as error:
        raise PortalError(str(error)) from None
    except OSError as error:
        raise PortalError(f"No index could be written below {home}: {error.strerror or error}.") from error


def _sources(session: Session) -> Iterator["Source"]:
    from indexer.build import Source
    from indexer.passages import Piece, line, telling

    for article, phrasings, passages in store.everything(session):
        assert article.id is not None
        lines = tuple((part.digest, line(article.title, Piece(part.section, part.text))) for part in telling(passages))
        yield Source(
            article_id=article.id,
            key=article.key,
            title=article.title,
            language=article.language,
            audience=article.for_whom,
            phrasings=tuple(phrasings),
            passages=lines,
        )


def sources_of(reading: Reading) -> list["Source"]:
    """What an index is built from, straight from files: for measuring, without a store."""
    from indexer.build import Source
    from indexer.passages import line, passages, telling

    return [
        Source(
            article_id=number,
            key=draft.key,
            title=draft.title,
            language=draft.language,
            audience=draft.audience,
            phrasings=tuple(draft.phrasings),
            passages=tuple(
                (str(place), line(draft.title, piece))
                for place, piece in enumerate(telling(passages(draft.title, draft.body)))
            ),
        )
        for number, draft in enumerate(reading.drafts.values(), start=1)
    ]
