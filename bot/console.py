"""Asking and measuring at the console."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import Session

from bot.channels.text import clean
from bot.content import progress, reading_of
from bot.database import Database, open_store
from bot.library import Library
from bot.settings import Settings
from handlers import router
from handlers.errors import PortalError
from handlers.notices.models import Place
from handlers.partners import store as partners
from handlers.turn import Person, Policy, Say, Turn
from handlers.ui import Card
from knowledge import store as knowledge
from knowledge.audience import VENDOR, Reader
from knowledge.search import Found

OURSELVES = Person(
    contact_id=0,
    name="console",
    email="",
    role="operator",
    language="en",
    time_zone="UTC",
    partner_id=None,
    partner="",
    reader=VENDOR,
)


def ask_once(settings: Settings, question: str, email: str | None, *, as_json: bool) -> str:
    """The card a person would get. The turn is never committed: asking here leaves no trace."""
    database = open_store(settings.database, settings.portal_home)
    library = Library(settings, database)
    library.bring_up_to_date()
    person = _person(database, email)
    seen: list[Found] = []

    def search(text: str, reader: Reader) -> Found:
        seen.append(library.search(text, reader))
        return seen[-1]

    policy = Policy(withhold_stale=settings.portal_stale == "withhold")
    place = Place(platform="console", team="", conversation="console", user=person.email)
    with database.read() as look, Session() as unbound:
        turn = Turn(
            look=look, session=unbound, who=person, place=place, now=database.clock.now(), search=search, policy=policy
        )
        outcomes = router.say(turn, question)
        card = next(outcome.card for outcome in outcomes if isinstance(outcome, Say))
        told = _told(turn, look, question, email, card, seen[-1:]) if as_json else {}
        unbound.expunge_all()
    return json.dumps(told, ensure_ascii=False, indent=2) if as_json else clean(card.plain())


def _person(database: Database, email: str | None) -> Person:
    if email is None:
        return OURSELVES
    with database.read() as look:
        found = partners.by_email(look, email)
    if found is None:
        raise PortalError(f"There is no active contact {email}. Import them with `portal import contacts`.")
    return Person.of(*found)


def _told(
    turn: Turn, look: Session, question: str, email: str | None, card: Card, seen: Sequence[Found]
) -> dict[str, Any]:
    """``outcome`` is what the person got: answer, clarify or abstain; null for small talk."""
    found = seen[0] if seen else None
    article = knowledge.by_id(look, turn.article_id, turn.who.reader) if turn.article_id else None
    hits = found.hits[:10] if found else ()
    return {
        "question": question,
        "as": email,
        "kind": turn.kind,
        "outcome": turn.result if turn.kind == "asked" else None,
        "confidence": round(found.confidence, 4) if found else None,
        "article": article
        and {
            "id": article.key,
            "title": article.title,
            "source_url": article.source_url,
            "owner": article.owner,
            "verified_on": article.verified_on.isoformat() if article.verified_on else None,
            "overdue": article.overdue(turn.today),
            "stale": article.stale(turn.today),
        },
        "passage": next((element.text for element in card.body if element.kind == "markdown"), None),
        "offered": [hit.key for hit in found.offered] if found and turn.result == "clarify" else [],
        "nearest": [{"id": hit.key, "title": hit.title, "score": round(float(hit.score), 4)} for hit in hits],
        "card": card.model_dump(mode="json"),
        "text": card.plain(),
    }


def evaluate_set(settings: Settings, kb: Path, queries: Path, split: str | None, *, as_json: bool) -> str:
    from bot.content import publish, sources_of
    from indexer.evaluate import evaluate, read_questions, select
    from knowledge.index import load
    from knowledge.search import Search

    reading = reading_of(kb)
    for problem in reading.problems:
        sys.stderr.write(clean(f"{problem}\n"))
    try:
        asked = select(read_questions(queries, by_file=kb.is_dir()), split)
    except UnicodeDecodeError:
        raise PortalError(f"{queries} is not UTF-8; save the file as UTF-8.") from None
    except ValueError as error:
        raise PortalError(str(error)) from None
    except OSError as error:
        raise PortalError(f"{queries} cannot be read: {error.strerror}.") from None
    with TemporaryDirectory() as folder, progress("passages") as shown:
        home = Path(folder)
        publish(settings, home, sources_of(reading), shown)
        loaded = load(home, models=settings.portal_home / "models")
        search = Search(lambda: loaded)
        figures = evaluate(lambda question: search(question, VENDOR), len(loaded.entries), asked)
    return json.dumps(figures, indent=2) if as_json else _table(figures)


def _table(figures: dict[str, Any]) -> str:
    lines: list[str] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines.extend(f"{name + '.' + inner:<44} {_short(shown)}" for inner, shown in value.items())
        else:
            lines.append(f"{name:<44} {_short(value)}")
    return "\n".join(lines)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name} {_short(inner)}" for name, inner in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
