"""The manifest of an ability: everything by which the rest of the house can reach it, as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from handlers.errors import FormError
from handlers.turn import Outcome, Turn
from handlers.ui import Element

Handler: TypeAlias = Callable[[Turn, str], Sequence[Outcome]]
"""Takes the words of a message or command, or the value of a button."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form's model and what follows when it is sent: ``then(turn, context, entry)``."""

    model: type[BaseModel]
    then: Callable[[Turn, str, Any], Sequence[Outcome]]

    def __call__(self, turn: Turn, context: str, values: Mapping[str, str]) -> Sequence[Outcome]:
        try:
            entry = self.model.model_validate({name: value for name, value in values.items() if value.strip()})
        except ValidationError as error:
            raise FormError(**{str(problem["loc"][0]): _say(problem["msg"]) for problem in error.errors()}) from None
        return self.then(turn, context, entry)


def _say(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Feature:
    """``hears`` returns a handler for words that are meant for this feature, else None.

    Commands are answered to the person alone. ``home`` gives this feature's part of the Home.
    """

    name: str
    hears: Callable[[str], Handler | None] = lambda _: None
    commands: Mapping[str, Handler] = field(default_factory=dict)
    actions: Mapping[str, Handler] = field(default_factory=dict)
    forms: Mapping[str, Submission] = field(default_factory=dict)
    home: Callable[[Turn], Sequence[Element]] = lambda _: ()
