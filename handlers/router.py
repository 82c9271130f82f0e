"""Which feature takes what came in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlmodel import Session

from handlers.access import feature as access
from handlers.announcements import feature as announcements
from handlers.answers import feature as answers
from handlers.audit import feature as audit
from handlers.certifications import feature as certifications
from handlers.deals import feature as deals
from handlers.errors import PortalError
from handlers.feature import Chore, Command, Feature, Guests, Handler
from handlers.library import feature as library
from handlers.preferences import feature as preferences
from handlers.reviews import feature as reviews
from handlers.tickets import feature as tickets
from handlers.turn import Guest, Outcome, Person, Tick, Turn
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

GONE = "This button is from an older version of me. Ask me again, and I'll show you the current one."


def say(turn: Turn, words: str) -> Sequence[Outcome]:
    about = turn.subject.partition(":")[0]
    for feature in FEATURES:
        if about in feature.threads:
            return feature.threads[about](turn, words)
    *others, last = FEATURES
    for feature in others:
        if handler := feature.hears(words):
            return handler(turn, words)
    for feature in others:
        if about in feature.replies and (outcomes := feature.replies[about](turn, words)) is not None:
            return outcomes
    handler = last.hears(words)
    assert handler, "answers hears everything"
    return handler(turn, words)


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
    for feature in FEATURES:
        if form in feature.forms:
            return feature.forms[form](turn, context, values)
    raise PortalError(GONE)


def close(turn: Turn, form: str, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    """A dialog was closed without being sent."""
    for feature in FEATURES:
        if (found := feature.forms.get(form)) and found.closed:
            return found.closed(turn, context, values)
    return ()


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


def _action(name: str) -> Handler:
    for feature in FEATURES:
        if name in feature.actions:
            return feature.actions[name]
    raise PortalError(GONE)
