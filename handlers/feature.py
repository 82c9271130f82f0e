"""The manifest of an ability: everything by which the rest of the house can reach it, as a table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from sqlmodel import Session

from handlers.errors import FormError
from handlers.notices.models import Dialog
from handlers.turn import Guest, Outcome, Person, Tick, Turn
from handlers.ui import Element

Handler: TypeAlias = Callable[[Turn, str], Sequence[Outcome]]
"""Takes the words of a message or command, or the value of a button."""


@dataclass(frozen=True, slots=True)
class Command:
    """A handler with what platforms say of it in their lists of commands. ``hint``: what may stand behind its name."""

    run: Handler
    does: str
    hint: str = ""

    def __call__(self, turn: Turn, words: str) -> Sequence[Outcome]:
        return self.run(turn, words)


class Typed(BaseModel):
    """What somebody typed into a dialog: nothing that it does not ask for, and never quoted in a log."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed in a dialog, kept as a draft: under this context it goes on. ``said`` is for who closed it."""

    context: str
    said: Sequence[Outcome] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A form's model and what follows when it is sent: ``then(turn, context, entry)``. Where it has drafts:
    ``closed(turn, context, values)`` keeps what was typed so far, None if that is nothing, and ``left(turn, dialog)``
    offers one to who has turned up on another platform."""

    model: type[BaseModel]
    then: Callable[[Turn, str, Any], Sequence[Outcome]]
    closed: Callable[[Turn, str, Mapping[str, str]], Kept | None] | None = None
    left: Callable[[Turn, Dialog], Sequence[Outcome]] | None = None

    def __call__(self, turn: Turn, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
        return self.then(turn, context, checked(self.model, values))


M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], values: Mapping[str, str]) -> M:
    """The values as the model takes them; what was left empty is missing. Raises FormError."""
    try:
        return model.model_validate({name: value for name, value in values.items() if value.strip()})
    except ValidationError as error:
        raise FormError(**{str(problem["loc"][0]): _say(problem) for problem in error.errors()}) from None


CHOOSE, DAY = "Please choose one of the options.", "Please write the day as 2027-03-31."
SAID = {
    "missing": "Please fill this in.",
    "extra_forbidden": "This dialog is from an older version of me. Please open it again.",
    "string_too_long": "Please shorten this to {max_length:,} characters.",
    "literal_error": CHOOSE,
    "enum": CHOOSE,
    "string_pattern_mismatch": CHOOSE,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
}
"""What pydantic finds, in words for the person. A model's own ValueErrors are written for them already."""


def _say(problem: ErrorDetails) -> str:
    if said := SAID.get(problem["type"]):
        return said.format(**problem.get("ctx", {}))
    return problem["msg"].removeprefix("Value error, ").rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that is too much for one turn. As long as there is some (``waits``, which only looks), the process that
    keeps the clock does one ``step`` of it after another, each in a transaction of its own."""

    waits: Callable[[Session, datetime], bool]
    step: Callable[[Tick], Sequence[Outcome]]


@dataclass(frozen=True, slots=True)
class Guests:
    """What somebody may do who is no contact. ``hears`` always answers."""

    hears: Callable[[Guest, str], Sequence[Outcome]]
    actions: Mapping[str, Callable[[Guest, str], Sequence[Outcome]]] = field(default_factory=dict)
    forms: Mapping[str, Callable[[Guest, str, Mapping[str, str]], Sequence[Outcome]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """``hears`` returns a handler for words that are meant for this feature, else None; ``threads`` takes words that
    were written under a message with such a subject ("ticket" for "ticket:T-7K2M") before anybody hears them, and
    ``replies`` what no other ability but answers hears, both unless they return None.
    ``overhears``: whether words that somebody wrote to others in a channel concern this feature all the same.
    ``edited`` gets the new words of a message that was changed later (``turn.place.message``), None if it was deleted.

    Commands are answered to the person alone; those that are a ``Command`` are also offered to who looks for one.
    Those of the ``actions`` that ``undo`` another are done as well for who writes so soon after it.
    ``shortcuts`` get the text of the message they were called on. ``schedules`` are run by the clock, each in a
    transaction of its own, ``chores`` as long as there is work. ``documents`` write the text
    of files for a person, piece by piece. ``home`` gives this feature's part of the Home.
    """

    name: str
    hears: Callable[[str], Handler | None] = lambda _: None
    overhears: Callable[[str], bool] = lambda _: False
    threads: Mapping[str, Callable[[Turn, str], Sequence[Outcome] | None]] = field(default_factory=dict)
    replies: Mapping[str, Callable[[Turn, str], Sequence[Outcome] | None]] = field(default_factory=dict)
    edited: Callable[[Turn, str | None], Sequence[Outcome]] | None = None
    commands: Mapping[str, Handler] = field(default_factory=dict)
    shortcuts: Mapping[str, Handler] = field(default_factory=dict)
    actions: Mapping[str, Handler] = field(default_factory=dict)
    undo: frozenset[str] = frozenset()
    forms: Mapping[str, Submission] = field(default_factory=dict)
    schedules: Mapping[str, Callable[[Tick], Sequence[Outcome]]] = field(default_factory=dict)
    chores: Mapping[str, Chore] = field(default_factory=dict)
    documents: Mapping[str, Callable[[Session, Person, str], Iterable[str]]] = field(default_factory=dict)
    home: Callable[[Turn], Sequence[Element]] = lambda _: ()
    guests: Guests | None = None
