"""What can be done with a deal by writing it: the whole message says it, and names the deal by its number."""

import re
from collections.abc import Sequence

from handlers.codes import understood
from handlers.deals.dialog import decide, work
from handlers.deals.dialog.work import Noting, Staging
from handlers.deals.models.states import STAGES
from handlers.deals.views.forms import LONGEST_NOTE
from handlers.errors import FormError, PortalError
from handlers.feature import Handler
from handlers.turn import Outcome, Turn

_CODE = r"(?:deal\s+)?(?P<code>d[-‐‑‒–—−\s]?[a-z0-9]{4,8})"
_APPROVE = re.compile(rf"(?:please\s+)?approve\s+{_CODE}\s*[.!]?", re.I)
_WON = re.compile(rf"(?:please\s+)?(?:mark\s+)?{_CODE}\s+(?:is\s+|as\s+)?won\s*[.!]?", re.I)
_MOVE = re.compile(rf"(?:please\s+)?move\s+{_CODE}\s+to\s+(?P<stage>[\w\s]+?)\s*[.!]?", re.I)
_NOTE = re.compile(rf"(?:please\s+)?(?:add\s+(?:a\s+)?)?note\s+(?:to|on|for)\s+{_CODE}\s*:\s*(?P<note>.+)", re.I | re.S)


def hears(text: str) -> Handler | None:
    said = text.strip()[: LONGEST_NOTE + 100]
    for pattern, do in ((_APPROVE, _approve), (_WON, _won), (_MOVE, _move), (_NOTE, _note)):
        found = pattern.fullmatch(said)
        if found and (code := understood("D", found["code"])):
            return do(code, found.groupdict())
    return None


def among_managers(turn: Turn, words: str) -> Sequence[Outcome]:
    """Under a card in the managers' channel colleagues speak with each other; what is none of this is not answered."""
    turn.kind = "talk"
    handler = hears(words)
    return handler(turn, words) if handler else []


def _approve(code: str, _: dict[str, str]) -> Handler:
    return lambda turn, _: decide.approve(turn, code)


def _won(code: str, _: dict[str, str]) -> Handler:
    return lambda turn, _: work.won(turn, code)


def _move(code: str, said: dict[str, str]) -> Handler | None:
    stage = next((stage for stage in STAGES if stage.casefold() == " ".join(said["stage"].split()).casefold()), None)
    return (lambda turn, _: _moved(turn, code, stage)) if stage else None


def _moved(turn: Turn, code: str, stage: str) -> Sequence[Outcome]:
    """There is no field to say it under when the deal is there already."""
    try:
        return work.move(turn, code, Staging(stage=stage))
    except FormError as error:
        raise PortalError(str(error)) from error


def _note(code: str, said: dict[str, str]) -> Handler | None:
    note = said["note"].strip()[:LONGEST_NOTE]
    return (lambda turn, _: work.note(turn, code, Noting(note=note))) if note else None
