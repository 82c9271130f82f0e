"""What Teams would refuse in an Adaptive Card: Microsoft's schema of version 1.5, and the rules that it cannot say."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator

Body = dict[str, Any]
LARGEST = 28 * 1024
ACTIONS = 6


@cache
def _schema() -> Draft7Validator:
    """Published by Microsoft; the package carries it."""
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text()
    return Draft7Validator(json.loads(text))


def problems(card: Body) -> list[str]:
    if card.get("type") != "AdaptiveCard" or card.get("version") != "1.5":
        return ["no Adaptive Card of version 1.5"]
    bare = {name: part for name, part in card.items() if name != "msteams"}
    found = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in _schema().iter_errors(bare)
    ]
    ids = Counter(part["id"] for part in parts(card) if "id" in part and "type" in part)
    found.extend(f"id {name} twice" for name, times in ids.items() if times > 1)
    found.extend("an Action.Execute without a verb" for action in actions(card) if _mute(action))
    found.extend("an action without an id" for action in actions(card) if not action.get("id"))
    if len(actions(card)) > ACTIONS:
        found.append(f"{len(actions(card))} actions")
    if len(json.dumps(card, ensure_ascii=False).encode()) > LARGEST:
        found.append("too large")
    return found


def _mute(action: Body) -> bool:
    return action["type"] == "Action.Execute" and not action.get("verb")


def parts(shown: Any) -> Iterator[Body]:
    """Every object in a drawn card, from above to below; what an action carries is not part of it."""
    if isinstance(shown, list):
        for each in shown:
            yield from parts(each)
    elif isinstance(shown, dict):
        yield shown
        for name, each in shown.items():
            if name != "data":
                yield from parts(each)


def actions(card: Body) -> list[Body]:
    return [part for part in parts(card) if str(part.get("type", "")).startswith("Action.")]


def written(card: Body) -> str:
    """Everything that a person reads in it."""
    names = ("text", "label", "title", "errorMessage")
    return "\n".join(str(part[name]) for part in parts(card) for name in names if isinstance(part.get(name), str))


def inputs(card: Body) -> dict[str, Body]:
    return {part["id"]: part for part in parts(card) if str(part.get("type", "")).startswith("Input.")}
