"""What is shown anywhere in the tests, drawn for Teams as well: as it is, and with the longest, the shortest and
foreign texts in the same places."""

import json
from typing import Any

from bot.channels.teams.cards import draw
from bot.channels.teams.dialogs import dialog
from handlers.notices.models import Place
from handlers.ui import Card, Form
from tests.adaptive import problems

Body = dict[str, Any]
KINDS = ("ordinary", "longest", "emptiest", "foreign")
LONGEST = {
    "title": 150, "text": 3_000, "detail": 300, "alt": 1_000, "note": 3_000, "help": 150, "submit": 24, "label": 75,
    "rows": 300,
}  # fmt: skip
FOREIGN = "كيف أسجل *صفقة*؟ 割引 <at>all</at> [x](http://evil.example) \\ & кириллица _"
PLACE = Place("teams", "T", "19:c@thread.tacv2", "u", thread="1", message="2")
_seen: set[str] = set()


def check(shown: Card | Form) -> None:
    """Once for every shape, since this takes a while."""
    shape = json.dumps(_shape(shown.model_dump(mode="json")))
    if shape in _seen:
        return
    _seen.add(shape)
    for kind in KINDS:
        drawn = drawn_for_teams(variant(shown, kind))
        assert problems(drawn) == [], (kind, problems(drawn), shown)


def drawn_for_teams(shown: Card | Form, errors: dict[str, str] | None = None) -> Body:
    return draw(shown) if isinstance(shown, Card) else dialog(shown, PLACE, errors or {})


def variant(shown: Card | Form, kind: str) -> Card | Form:
    if kind == "ordinary":
        return shown
    return type(shown).model_validate(_with(shown.model_dump(mode="json"), kind, isinstance(shown, Form)))


def _with(part: Any, kind: str, form: bool, name: str = "") -> Any:
    if isinstance(part, dict):
        return {key: _with(each, kind, form, key) for key, each in part.items()}
    if isinstance(part, list):
        return [_with(each, kind, form, name) for each in part]
    longest = {"title": 24, "label": 48}.get(name, LONGEST.get(name)) if form else LONGEST.get(name)
    if not isinstance(part, str) or not part or longest is None:
        return part
    texts = {"longest": "Wörter " * longest, "emptiest": "x", "foreign": FOREIGN * 9}
    return texts[kind][:longest]


def _shape(part: Any) -> Any:
    """The same for cards that differ in their texts only."""
    if isinstance(part, dict):
        return {
            key: part[key] if key in ("kind", "style", "tone", "action", "name") else _shape(part[key]) for key in part
        }
    if isinstance(part, list):
        return [_shape(each) for each in part]
    return bool(part)
