"""Which feature takes what came in."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session

from handlers.access import feature as access
from handlers.announcements import feature as announcements
from handlers.answers import feature as answers
from handlers.audit import feature as audit
from handlers.certifications import feature as certifications
from handlers.deals import feature as deals
from handlers.errors import PortalError
from handlers.feature import Chore, Command, Feature, Guests, Handler, Kept, Submission
from handlers.library import feature as library
from handlers.notices import store as notices
from handlers.notices.models import Dialog
from handlers.preferences import feature as preferences
from handlers.reviews import feature as reviews
from handlers.tickets import feature as tickets
from handlers.turn import Guest, Open, Outcome, Person, Refuse, Tick, Turn
from handlers.ui import Card
from handlers.welcome import feature as welcome

FEATURES: tuple[Feature, ...] = (
    welcome,
    access,
    deals,
    certifications,
    library,
    reviews,
    tickets,
    announcements,
    audit,
    preferences,
    answers,
)
"""In the order in which they are asked whether words are meant for them; answers takes what nobody else takes."""

UNDONE_WITHIN = timedelta(minutes=15)
NOTHING_TO_UNDO = "There is nothing that I could undo. Where something can be taken back, a button below it says so."
_UNDO = re.compile(
    r"(?:please\s+)?(?:(?:undo|revert)(?:\s+(?:that|it|this))?|take\s+(?:that|it|this)\s+back)(?:\s+please)?\s*[.!]*",
    re.I,
)

GONE = "This button is from an older version of me. Ask me again, and I'll show you the current one."


def say(turn: Turn, words: str) -> Sequence[Outcome]:
    about = turn.subject.partition(":")[0]
    for feature in FEATURES:
        if about in feature.threads and (outcomes := feature.threads[about](turn, words)) is not None:
            return outcomes
    *others, last = FEATURES
    for feature in others:
        if handler := feature.hears(words):
            return handler(turn, words)
    for feature in others:
        if about in feature.replies and (outcomes := feature.replies[about](turn, words)) is not None:
            return outcomes
    if _UNDO.fullmatch(words.strip()):
        return _undo(turn)
    handler = last.hears(words)
    assert handler, "answers hears everything"
    return handler(turn, words)


def _undo(turn: Turn) -> Sequence[Outcome]:
    """The last thing here that has a button to take it back."""
    undo = {name for feature in FEATURES for name in feature.undo}
    for card in notices.just_shown(turn.look, turn.place, turn.now - UNDONE_WITHIN):
        for button in Card.model_validate(card).buttons:
            if button.action in undo:
                return press(turn, button.action, button.value)
    raise PortalError(NOTHING_TO_UNDO)


def document(look: Session, who: Person, source: str, value: str) -> Iterable[str]:
    """The text of a file. Raises PortalError where it is not for this person."""
    feature = next((feature for feature in FEATURES if source in feature.documents), None)
    if feature is None:
        raise PortalError(GONE)
    return feature.documents[source](look, who, value)


def overhears(words: str) -> bool:
    """Whether words in a channel that were not meant for us concern us all the same."""
    return any(feature.overhears(words) for feature in FEATURES)


def edited(turn: Turn, words: str | None) -> Sequence[Outcome]:
    """A message that was written earlier says something else now, or nothing any more."""
    hooks = (feature.edited for feature in FEATURES if feature.edited)
    return [outcome for hook in hooks for outcome in hook(turn, words)]


def commands() -> Iterator[tuple[str, Command]]:
    """Those that people are told of."""
    for feature in FEATURES:
        for name, found in feature.commands.items():
            if isinstance(found, Command):
                yield name, found


def command(turn: Turn, name: str, words: str) -> Sequence[Outcome]:
    """A command without a handler of its own is a message: /portal my deals. Without words it asks for help."""
    for feature in FEATURES:
        if name in feature.commands:
            return feature.commands[name](turn, words)
    return say(turn, words.strip() or "help")


def shortcut(turn: Turn, name: str, words: str) -> Sequence[Outcome]:
    for feature in FEATURES:
        if name in feature.shortcuts:
            return feature.shortcuts[name](turn, words)
    raise PortalError(GONE)


def press(turn: Turn, action: str, value: str) -> Sequence[Outcome]:
    return _action(action)(turn, value)


def submit(turn: Turn, form: str, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    found = _submission(form)
    if found is None:
        raise PortalError(GONE)
    outcomes = found(turn, context, values)
    if found.left and not any(isinstance(outcome, Refuse) for outcome in outcomes):
        notices.ended(turn.session, turn.who.contact_id, form)
    return outcomes


def close(turn: Turn, form: str, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    """A dialog was closed without being sent."""
    kept = keep(turn, form, context, values, closed=True)
    if kept is None:
        notices.ended(turn.session, turn.who.contact_id, form)
    return kept.said if kept else ()


def keep(turn: Turn, form: str, context: str, values: Mapping[str, str], *, closed: bool = False) -> Kept | None:
    """What was typed so far."""
    found = _submission(form)
    kept = found.closed(turn, context, values) if found and found.closed else None
    if found and found.left and kept:
        _remember(turn, form, kept.context, closed=closed)
    return kept


def with_dialogs(turn: Turn, outcomes: Sequence[Outcome], *, opens: bool) -> Sequence[Outcome]:
    """Not every platform tells of a dialog that was closed, and none of one that was left open: each is remembered as
    it opens, and offered once to who turns up on another platform before it was sent. Unless it ``opens`` now, there
    is a button for it."""
    if any(isinstance(outcome, Refuse) for outcome in outcomes):
        return outcomes
    opened = {outcome.form.name: outcome.form.context for outcome in outcomes if isinstance(outcome, Open)}
    offers = _left_elsewhere(turn, opened)
    for form, context in opened.items() if opens else ():
        if (found := _submission(form)) and found.left:
            _remember(turn, form, context)
    return [*outcomes, *offers]


def _left_elsewhere(turn: Turn, opened: Mapping[str, str]) -> list[Outcome]:
    """But not what the dialog that opens here has in it already."""
    platform = turn.place.platform
    ids = notices.left_elsewhere(turn.look, turn.who.contact_id, platform)
    offers: list[Outcome] = []
    left = notices.taken_up(turn.session, ids, platform, turn.now) if ids else ()
    for dialog in {dialog.context or dialog.form: dialog for dialog in left}.values():
        found = _submission(dialog.form)
        here = dialog.form in opened and dialog.context in ("", opened[dialog.form])
        if found and found.left and not here:
            with suppress(PortalError):  # it was sent or thrown away since, or is not theirs to send any more
                offers += found.left(turn, dialog)
    return offers


def _remember(turn: Turn, form: str, context: str, *, closed: bool = False) -> None:
    where, who = turn.place.platform, turn.who.contact_id
    notices.opened(
        turn.session, Dialog(contact_id=who, form=form, context=context, platform=where, closed=closed, at=turn.now)
    )


def home(turn: Turn) -> Card:
    return Card(body=tuple(element for feature in FEATURES for element in feature.home(turn)))


def schedules() -> Iterator[tuple[str, Callable[[Tick], Sequence[Outcome]]]]:
    """Every schedule by its full name."""
    for feature in FEATURES:
        for name, run in feature.schedules.items():
            yield f"{feature.name}.{name}", run


def chores() -> Iterator[tuple[str, Chore]]:
    """Every chore by its full name."""
    for feature in FEATURES:
        for name, chore in feature.chores.items():
            yield f"{feature.name}.{name}", chore


def guests() -> Guests:
    return next(feature.guests for feature in FEATURES if feature.guests)


def guest_press(guest: Guest, action: str, value: str) -> Sequence[Outcome]:
    handler = guests().actions.get(action)
    return handler(guest, value) if handler else guests().hears(guest, "")


def guest_submit(guest: Guest, form: str, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    handler = guests().forms.get(form)
    return handler(guest, context, values) if handler else guests().hears(guest, "")


def _submission(form: str) -> Submission | None:
    return next((feature.forms[form] for feature in FEATURES if form in feature.forms), None)


def _action(name: str) -> Handler:
    for feature in FEATURES:
        if name in feature.actions:
            return feature.actions[name]
    raise PortalError(GONE)
