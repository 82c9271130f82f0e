"""Which words are about deals."""

from collections.abc import Sequence

from handlers.deals.dialog import lists, register, typed, wish
from handlers.feature import Handler
from handlers.turn import Outcome, Turn


def hears(text: str) -> Handler | None:
    if (said := wish.register(text)) is not None:
        return _with(register.offer, said)
    if handler := typed.hears(text):
        return handler
    if code := wish.one(text):
        return _with(lists.show, code)
    if (customer := wish.about(text)) is not None:
        return _with(lists.about, customer)
    if (chosen := wish.listing(text)) is not None:
        return _with(lists.pipeline, chosen)
    return None


def _with(handler: Handler, words: str) -> Handler:
    """The handler, with what was meant in the place of all that was said."""

    def handle(turn: Turn, _: str) -> Sequence[Outcome]:
        return handler(turn, words)

    return handle
