"""Other words for what is announced already: what was sent is changed in place, the rest says it from the beginning."""

from collections.abc import Mapping, Sequence

from handlers.announcements.dialog import entry as entries
from handlers.announcements.dialog.access import to_change
from handlers.announcements.dialog.asking import ask, reached
from handlers.announcements.dialog.entry import Words
from handlers.announcements.dialog.going import card, told
from handlers.announcements.models.announcement import OUT, Announcement, State, Work
from handlers.announcements.store import announcements, writing
from handlers.announcements.views import draft, forms, reader
from handlers.errors import FormError, PortalError
from handlers.turn import Open, Outcome, Say, Turn

STILL = "What was sent is being corrected in place, and what is not sent yet says it from the beginning."


def ask_edit(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "opened"
    what = _changeable(turn, code, lock=False)
    values = entries.shown_words(what.proposed or what.words)
    return [Open(forms.correction(values, what.code, asks=_asks_again(turn, what)))]


def wish_edit(turn: Turn, code: str) -> Sequence[Outcome]:
    """In words: a draft shows its preview, which has all its dialogs; what is beyond that is corrected."""
    turn.kind, turn.result = "announcement", "wished"
    what = _changeable(turn, code, State.draft, lock=False)
    return card(turn, code) if what.state == State.draft else [Say(draft.edits(what), to="asker")]


def _changeable(turn: Turn, code: str, *more: State, lock: bool = True) -> Announcement:
    what = to_change(turn, code, State.asked, State.scheduled, *OUT, State.cancelled, *more, lock=lock)
    if what.state == State.cancelled and what.begun_at is None:
        raise PortalError(f"{what.code} was cancelled before anybody got it, so there is nothing to edit.")
    return what


def _asks_again(turn: Turn, what: Announcement) -> bool:
    """A second manager has approved these words; others of its author need a second person again."""
    return what.approved_by is not None and what.author_id == turn.who.contact_id


def edit(turn: Turn, code: str, entry: Words) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "edited"
    what = _changeable(turn, code)
    errors = dict[str, str]()
    words = entries.words(entry, errors)
    if errors:
        raise FormError(**errors)
    if words == what.words and what.proposed is None:
        raise PortalError(f"{what.code} says this already. Nothing was changed.")
    if _asks_again(turn, what) and words != what.words:
        return _propose(turn, what, words)
    asked = what.state == State.asked
    change(turn, what, words)
    said = f"{what.code} was changed. " + (STILL if what.begun_at else "Nothing of it was sent yet.")
    return [*told(turn, what, said), *(ask(turn, what, reached(turn, what)) if asked else ())]


def _propose(turn: Turn, what: Announcement, words: Mapping[str, str]) -> Sequence[Outcome]:
    """What was approved stays meanwhile."""
    turn.result = "asked"
    requests = ask(turn, what, reached(turn, what), words)
    said = f"A second manager has been asked to approve the new words of {what.code}. Until then it stays as it is."
    return [*told(turn, what, said), *requests]


def change(turn: Turn, what: Announcement, words: Mapping[str, str]) -> None:
    """What is not sent yet says it at once; what was sent is rewritten by the clock, in batches."""
    what.says(words)
    what.proposed = None
    turn.session.add(what)
    if what.begun_at is None:
        return
    author = announcements.author(turn.session, what).name
    text, done = reader.announcement(what, author), reader.acknowledged(what, author)
    what.revision += 1
    writing.says(turn.session, what.code, text)
    for number in range(1, what.reminders + 1):
        writing.says(turn.session, f"{what.code}/r{number}", reader.reminder(what, author))
    writing.begin(turn.session, what, Work.update, what.change, text)
    writing.also(turn.session, writing.acknowledged(what.change), done)
