"""What somebody gets to read who is no contact."""

from collections.abc import Sequence

from handlers.access import views
from handlers.turn import Guest, Outcome, Say


def refuse(_: Guest, __: str) -> Sequence[Outcome]:
    return [Say(views.refusal(), to="asker")]
