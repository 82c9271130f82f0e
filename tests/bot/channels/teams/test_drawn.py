"""Every card and every dialog of every feature as an Adaptive Card, compared with tests/drawn/teams. UPDATE_DRAWN=1
writes those files anew: read the diff. What else is shown anywhere in the tests is checked as it is said
(tests/shown.py)."""

import importlib
import inspect
import json
import os
import pkgutil
import typing
from collections import Counter
from functools import partial

import pytest

from bot.channels.teams.cards import LARGEST, SHORTENED, draw, size
from bot.channels.teams.dialogs import sent, task
from bot.sorry import sorry
from handlers.deals.views import forms as deal_forms
from handlers.router import FEATURES
from handlers.turn import Policy
from handlers.ui import Button, Buttons, Card, Facts, Form, Input, Markdown, Option, Text
from tests.adaptive import actions, inputs, problems, written
from tests.bot.channels.slack.test_drawn import CARDS, DRAWN, KINDS, start
from tests.gallery import EVERYTHING
from tests.shown import PLACE, drawn_for_teams, variant


def several():
    options = tuple(Option(value=f"{number}, {number}", label=f"Topic {number}") for number in range(3))
    return Form(
        name="x.y", title="Several", note="Above.", context="c",
        inputs=(
            Input(name="topics", label="Topics", kind="choices", options=options, value="0, 0\n2, 2"),
            Input(name="text", label="Text", kind="formatted", required=False, value="**Bold**"),
            Input(name="on", label="On", kind="date", value="2027-03-31", help="The last day."),
        ),
    )  # fmt: skip


FOLDED = 100  # letters from which a text is written down by its beginning and length


def compare(name, drawn):
    file = DRAWN / "teams" / f"{name}.json"
    if os.environ.get("UPDATE_DRAWN"):
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n")
    assert drawn == json.loads(file.read_text()), (
        f"{file.name} differs; UPDATE_DRAWN=1 pytest {__file__} writes it anew"
    )


def folded(part):
    if isinstance(part, dict):
        return {key: folded(value) for key, value in part.items()}
    if isinstance(part, list):
        return [folded(value) for value in part]
    long = isinstance(part, str) and len(part) > FOLDED
    return f"{part[:40]}… {len(part)} letters" if long else part


def modules_of(feature):
    package = importlib.import_module(f"handlers.{feature}.views")
    inner = [name for _, name, _ in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}.")]
    return [package, *map(importlib.import_module, inner)]


def always_the_same(feature):
    """The cards that need no function."""
    named = [(name.lower(), card) for module in modules_of(feature) for name, card in vars(module).items()]
    return {name: partial(Card.model_copy, card) for name, card in named if isinstance(card, Card)}


def views_of(feature):
    """The names of all functions that make a card or a dialog; of two with one name, with their module before it."""
    made = [
        (module.__name__.rpartition(".")[2], name)
        for module in modules_of(feature)
        for name, view in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and view.__module__ == module.__name__
        and typing.get_type_hints(view).get("return") in (Card, Form)
    ]  # fmt: skip
    often = Counter(name for _, name in made)
    return {name if often[name] == 1 else f"{module}.{name}" for module, name in made}


ALL = {
    f"{feature}/{name}": make
    for feature, views in EVERYTHING.items()
    for name, make in (always_the_same(feature) | views).items()
}
ALL["welcome/refused"] = lambda: sorry("12345678")
ALL["several-dialog"] = several


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_no_card_and_no_dialog_is_missing_in_the_gallery(feature):
    views = EVERYTHING[feature.name]
    shown = {name.partition("-")[0] for name in views}
    assert views_of(feature.name) - shown == set(), "tests/gallery.py wants a line for it"
    drawn = {form.name for form in (make() for make in views.values()) if isinstance(form, Form)}
    assert drawn == set(feature.forms)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*CARDS, "home"])
def test_a_card_is_drawn_as_it_was_agreed(name, kind):
    drawn = draw(start(kind) if name == "home" else CARDS[name](kind))
    assert problems(drawn) == []
    compare(f"{name}-{kind}", drawn)


@pytest.mark.parametrize("name", ALL)
def test_what_the_features_show_is_drawn_as_it_was_agreed(name):
    """As it is, and with the longest, the emptiest and foreign texts in the same places."""
    shown = ALL[name]()
    drawn = {kind: drawn_for_teams(variant(shown, kind)) for kind in KINDS}
    assert {kind: problems(each) for kind, each in drawn.items() if problems(each)} == {}
    compare(name, folded(drawn))


def test_a_dialog_with_errors_keeps_what_was_typed():
    form = deal_forms.registration({}, "token", Policy())
    opened = task(form, PLACE, {"domain": "No domain.", "elsewhere": "Odd."}, {"customer": "Lumen <b>", "domain": "x"})
    drawn = opened["task"]["value"]["card"]["content"]
    assert problems(drawn) == []
    assert (inputs(drawn)["customer"]["value"], inputs(drawn)["domain"]["value"]) == ("Lumen <b>", "x")
    compare("deal-dialog-errors", drawn)


def test_what_a_dialog_sends_back_is_what_was_chosen():
    drawn = drawn_for_teams(several())
    (submit,) = drawn["actions"]
    typed = {name: field.get("value", "") for name, field in inputs(drawn).items()}
    back = sent({**submit["data"], **typed})
    assert (back.name, back.context) == ("x.y", "c")
    assert back.values == {"topics": "0, 0\n2, 2", "text": "**Bold**", "on": "2027-03-31"}
    assert back.form == several()


def test_a_card_that_is_too_large_is_shortened_and_says_so():
    texts = tuple(Text(text="割引" * 1_500) for _ in range(8))
    drawn = draw(Card(title="Large", body=(*texts, Facts(rows=(("a", "b" * 9_000),)))))
    assert size(drawn) <= LARGEST
    assert problems(drawn) == []
    assert SHORTENED in written(drawn)


def test_a_large_card_of_short_texts_is_shortened_as_well():
    facts = Facts(rows=tuple((str(number), "割" * 50) for number in range(10)))
    press = Buttons(buttons=(Button(label="Show", action="x.y"),))
    drawn = draw(Card(title="Large", body=(*[facts] * 12, press)))
    assert problems(drawn) == []
    assert SHORTENED in written(drawn)
    assert [action["title"] for action in actions(drawn)] == ["Show"]


def test_what_somebody_typed_is_never_markup():
    typed = "**bold** [x](https://evil.example) <at>all</at> \u202egnp {{DATE(2020-01-01)}}"
    drawn = draw(Card(title=typed[:150], body=(Text(text=typed), Facts(rows=((typed, typed),)))))
    assert not [part for part in drawn["body"] if part["type"] == "TextBlock"]
    assert "\u202e" not in json.dumps(drawn, ensure_ascii=False)
    assert typed.replace("\u202e", "") in written(drawn)


def test_an_articles_markdown_keeps_its_links_lists_and_tables():
    drawn = draw(
        Card(
            body=(
                Markdown(
                    text="[The *list*](https://halden.example/a(b)) and **more**\n\n1. one\n   - two\n\n|a|b|\n|-|-|\n|c|[d](https://e.example)|"
                ),
            )
        )
    )
    assert problems(drawn) == []
    assert "(https://halden.example/a%28b%29)" in written(drawn)
    assert [part["type"] for part in drawn["body"]] == ["TextBlock", "RichTextBlock", "RichTextBlock", "Table"]


def test_a_button_that_opens_a_dialog_fetches_it_and_others_execute():
    drawn = draw(CARDS["answer"]("ordinary"))
    kinds = {action["title"]: action["type"] for action in actions(drawn)}
    assert (kinds["Helpful"], kinds["Open a ticket"]) == ("Action.Execute", "Action.Submit")
    (fetch,) = [action for action in actions(drawn) if action["title"] == "Open a ticket"]
    assert fetch["data"]["msteams"] == {"type": "task/fetch"}
