"""The main cards and dialogs of every feature as Adaptive Cards, compared with tests/drawn/teams/*.json.
UPDATE_DRAWN=1 writes those files anew: read the diff. What else is shown anywhere in the tests is checked as it is said
(tests/shown.py)."""

import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.channels.teams.cards import LARGEST, SHORTENED, draw, size
from bot.channels.teams.dialogs import sent, task
from bot.sorry import sorry
from handlers.access.views import refusal
from handlers.answers import views as answers
from handlers.charts import Bar, bars
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import State
from handlers.deals.models.whole import Whole
from handlers.deals.views import cards as deals
from handlers.deals.views import desk as deal_desk
from handlers.deals.views import forms as deal_forms
from handlers.partners.models import Contact, Partner
from handlers.tickets.models import TicketDraft
from handlers.tickets.views import forms as ticket_forms
from handlers.turn import Policy
from handlers.ui import Banner, Card, Divider, Facts, Form, Input, Markdown, Option, Text
from handlers.welcome import views as welcome
from tests.adaptive import actions, inputs, problems, written
from tests.bot.channels.slack.test_drawn import CARDS, DRAWN, KINDS, TOKEN, start
from tests.shown import PLACE, drawn_for_teams, variant

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
APPROVED = (Banner(text="Approved.", tone="success"),)
DRAFT = TicketDraft(token="t", contact_id=1, subject="It fails", text="Since noon", at=NOW)


def whole(state=State.submitted):
    deal = Deal(
        id=1, code="D-4XQ9", partner_id=1, entered_by=1, customer="Lumen Harbour GmbH", host="lumen.example",
        domain="lumen.example", contact_name="Ada Brandt", contact_email="ada@lumen.example", product="Lens",
        value=Decimal(50_000), currency="EUR", expected_close=date(2027, 3, 31), stage="proposal", note="Soon.",
        submitted_at=NOW, changed_at=NOW, due_at=NOW, state=state, protected_until=NOW, decided_at=NOW, reason="Known.",
        question="Who decides?",
    )  # fmt: skip
    partner = Partner(id=1, name="Kestrel & Rowe IT", type="reseller", tier="gold", region="emea")
    people = [
        Contact(id=number, email=f"p{number}@x.example", name=f"Person {number}", role="partner_user")
        for number in (1, 2)
    ]
    return Whole(deal, partner, people[0], decider=people[1], people=people)


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


SHOWN = {
    "deal": lambda: deals.card(whole(), NOW, "UTC"),
    "deal-registered": lambda: deals.registered(whole(), NOW, "UTC"),
    "deal-desk": lambda: deal_desk.desk(whole(), [], {}, NOW, "UTC"),
    "deal-decided": lambda: deal_desk.desk(whole(State.approved), [], {}, NOW, "UTC", APPROVED),
    "deal-dialog": lambda: deal_forms.registration({"customer": "Lumen"}, "token", Policy(products=("Lens", "Vault"))),
    "ticket-dialog": lambda: ticket_forms.ticket(DRAFT, ("Lens",)),
    "comment-dialog": lambda: answers.comment_form(TOKEN),
    "several-dialog": several,
    "welcome": lambda: welcome.greeting("Zoë"),
    "help": lambda: welcome.HELP,
    "refusal": refusal,
    "chart": lambda: Card(body=(bars([Bar("Approved", "3", 0.5, "good")]), Divider(), Facts(rows=(("a", "b"),)))),
}  # fmt: skip


def compare(name, drawn):
    file = DRAWN / "teams" / f"{name}.json"
    if os.environ.get("UPDATE_DRAWN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n")
    assert drawn == json.loads(file.read_text()), (
        f"{file.name} differs; UPDATE_DRAWN=1 pytest {__file__} writes it anew"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*CARDS, "home"])
def test_a_card_is_drawn_as_it_was_agreed(name, kind):
    drawn = draw(start(kind) if name == "home" else CARDS[name](kind))
    assert problems(drawn) == []
    compare(f"{name}-{kind}", drawn)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SHOWN)
def test_what_the_features_show_is_drawn_as_it_was_agreed(name, kind):
    drawn = drawn_for_teams(variant(SHOWN[name](), kind))
    assert problems(drawn) == []
    if kind == "ordinary":
        compare(name, drawn)


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


@pytest.mark.parametrize("card", [sorry("12345678"), welcome.THANKS, welcome.NO_WORDS])
def test_the_short_cards_are_valid(card):
    assert problems(draw(card)) == []
    assert draw(card) == draw(card)


def test_a_card_that_is_too_large_is_shortened_and_says_so():
    texts = tuple(Text(text="割引" * 1_500) for _ in range(8))
    drawn = draw(Card(title="Large", body=(*texts, Facts(rows=(("a", "b" * 9_000),)))))
    assert size(drawn) <= LARGEST
    assert problems(drawn) == []
    assert SHORTENED in written(drawn)


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
