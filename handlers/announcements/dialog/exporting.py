"""Everybody of an announcement's audience as a file: what became of their message, or why they are left out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from handlers.announcements.dialog.access import NOT_YOURS, UNKNOWN, begun, code_of, seen
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement
from handlers.announcements.store import announcements, progress, sent
from handlers.announcements.views import desk
from handlers.errors import NotAllowed
from handlers.notices.models import NOBODY_FOUND
from handlers.sheets import line
from handlers.turn import Outcome, Person, Say, Turn

COLUMNS = ("name", "email", "partner", "state", "reason", "at", "acknowledged_at")


def everybody(session: Session, what: Announcement) -> Iterator[str]:
    """Line by line."""
    yield line(COLUMNS)
    unwritten = progress.unwritten(session, what)
    for name, email, partner, reason, state, error, at, read in sent.everybody(session, what):
        became = _became(state, str(error), reason, unwritten)
        yield line((name, email, partner, became, reason or error or "", _moment(at), _moment(read)))


def _became(state: str | None, error: str, reason: str, unwritten: str) -> str:
    """In the words of the card, so that the file adds up to its numbers."""
    if reason or (state == "failed" and error.startswith(NOBODY_FOUND)):
        return "left out"
    if state == "cancelled" and error.startswith(progress.EXPIRED):
        return "expired"
    return {"due": "waiting", None: unwritten}.get(state) or str(state)


def _moment(at: object) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if isinstance(at, datetime) else ""


def file(session: Session, who: Person, code: str) -> Iterator[str]:
    what = announcements.by_code(session, code_of(code))
    if what is None or not rules.commands(what, who):
        raise NotAllowed(UNKNOWN if what is None else NOT_YOURS)
    return everybody(session, what)


def ask(turn: Turn, code: str) -> Sequence[Outcome]:
    """It names people and their addresses, so that it is for those who decide about the announcement, and directly."""
    turn.kind, turn.result = "announcement", "exported"
    what = seen(turn, code)
    if not rules.commands(what, turn.who):
        raise NotAllowed(NOT_YOURS)
    counts = progress.counts(turn.look, begun(what))
    return [Say(desk.document(what, counts.audience, turn.who.contact_id), to="direct")]
