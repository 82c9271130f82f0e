"""Taking back what is out: a line takes the place of its messages, or they are removed altogether."""

from collections.abc import Sequence
from enum import StrEnum

from handlers.announcements.dialog.access import to_change
from handlers.announcements.dialog.asking import withdraw
from handlers.announcements.dialog.going import told
from handlers.announcements.dialog.writing import discard
from handlers.announcements.models.announcement import OUT, Announcement, State, Work
from handlers.announcements.store import progress, writing
from handlers.announcements.views import forms, reader
from handlers.errors import PortalError
from handlers.feature import Typed
from handlers.turn import Open, Outcome, Turn

RECALLED = "recalled by its author"
SAID = {
    Work.update: "A line takes the place of every message that was sent.",
    Work.remove: "Every message that was sent is removed; where that is not allowed, a line takes its place.",
}


class How(StrEnum):
    line = "line"
    gone = "gone"


class Recall(Typed):
    how: How = How.line


def ask(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "opened"
    return [Open(forms.recall(_out(turn, code, lock=False).code))]


def recall(turn: Turn, code: str, entry: Recall) -> Sequence[Outcome]:
    return (remove if entry.how == How.gone else replace)(turn, code)


def replace(turn: Turn, code: str) -> Sequence[Outcome]:
    return _take_back(turn, _out(turn, code), Work.update)


def remove(turn: Turn, code: str) -> Sequence[Outcome]:
    """Also the lines of what was recalled before."""
    what = _out(turn, code, State.recalled)
    if what.state == State.recalled and progress.did(turn.session, what, Work.remove):
        turn.result = "again"
        raise PortalError(f"{what.code} was recalled, and its messages removed. Nothing was changed.")
    return _take_back(turn, what, Work.remove)


def delete(turn: Turn, code: str) -> Sequence[Outcome]:
    """In words: nobody has anything of a draft."""
    what = to_change(turn, code, *State, lock=False)
    return (discard if what.state == State.draft else remove)(turn, code)


def _out(turn: Turn, code: str, *more: State, lock: bool = True) -> Announcement:
    what = to_change(turn, code, *OUT, State.cancelled, *more, lock=lock)
    if what.begun_at is None:
        raise PortalError(f"{what.code} was never sent, so there is nothing to recall.")
    return what


def _take_back(turn: Turn, what: Announcement, work: Work) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "recalled"
    progress.stop(turn.session, what, RECALLED, turn.now)
    progress.pause(turn.session, what, paused=False)
    line, withdrawn = reader.recalled(what), withdraw(what, f"Its author has recalled {what.code}.")
    what.state, what.revision = State.recalled, what.revision + 1
    what.finished_at = turn.now if work == Work.update else None
    writing.says(turn.session, what.code, line)
    writing.begin(turn.session, what, work, what.change, line)
    return [*told(turn, what, f"{what.code} was recalled. {SAID[work]}"), *withdrawn]
