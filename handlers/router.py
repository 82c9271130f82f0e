"""Which feature takes what came in."""

from collections.abc import Mapping, Sequence

from handlers.answers import feature as answers
from handlers.errors import PortalError
from handlers.feature import Feature, Handler
from handlers.library import feature as library
from handlers.turn import Outcome, Turn
from handlers.ui import Card
from handlers.welcome import feature as welcome

FEATURES: tuple[Feature, ...] = (welcome, library, answers)
"""In the order in which they are asked whether words are meant for them; answers takes what nobody else takes."""

GONE = "This button is from an older version of me. Ask me again, and I'll show you the current one."


def say(turn: Turn, words: str) -> Sequence[Outcome]:
    for feature in FEATURES:
        if handler := feature.hears(words):
            return handler(turn, words)
    raise AssertionError("answers hears everything")


def command(turn: Turn, name: str, words: str) -> Sequence[Outcome]:
    """A command without a handler of its own is a message."""
    for feature in FEATURES:
        if name in feature.commands:
            return feature.commands[name](turn, words)
    return say(turn, words)


def press(turn: Turn, action: str, value: str) -> Sequence[Outcome]:
    return _action(action)(turn, value)


def submit(turn: Turn, form: str, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    for feature in FEATURES:
        if form in feature.forms:
            return feature.forms[form](turn, context, values)
    raise PortalError(GONE)


def home(turn: Turn) -> Card:
    return Card(body=tuple(element for feature in FEATURES for element in feature.home(turn)))


def _action(name: str) -> Handler:
    for feature in FEATURES:
        if name in feature.actions:
            return feature.actions[name]
    raise PortalError(GONE)
