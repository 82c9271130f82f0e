"""The main cards as blocks, compared with tests/drawn/*.json. UPDATE_DRAWN=1 writes those files anew: read the diff."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from bot.channels.slack import home
from bot.channels.slack.blocks import draw, fallback
from bot.channels.slack.modals import modal
from bot.sorry import sorry
from handlers.access.views import refusal
from handlers.answers import views
from handlers.cite import content
from handlers.library import views as library
from handlers.notices.models import Place
from handlers.questions.models import Question
from handlers.turn import Person
from handlers.ui import Card
from handlers.welcome import views as welcome
from knowledge.audience import Reader
from knowledge.models import Article, Passage
from tests.block_kit import pings, problems, written

DRAWN = Path(__file__).parents[3] / "drawn"
TODAY = date(2026, 11, 23)
TOKEN = "0123456789abcdef0123456789abcdef"
MARKDOWN = (
    "Gold partners get **25 %** on *new* business.\n\n1. Ask\n   - early\n2. Wait\n\n> Nothing is `final`\n\n"
    "| Tier | Discount |\n|---|---|\n| Gold | 25 % |\n\n```\nGET /v1\n```\n\n"
    "[The list](https://halden.example/list) ~~old~~"
)
TITLES = {
    "ordinary": "Partner discounts by tier",
    "longest": "W" * 400,
    "emptiest": "x",
    "foreign": "خصومات الشركاء حسب المستوى 割引 <!channel> & *кириллица*",
}
TEXTS = {
    "ordinary": MARKDOWN,
    "longest": ("word " * 1_000 + "\n") * 8,
    "emptiest": "",
    "foreign": "يحصل شركاء *Gold* على 25٪.\n\n- ゴールド: 25 %\n- <@U0BOSS> <script>alert(1)</script>",
}
FULL = {"source_url": "https://halden.example/a", "owner": "ingrid@halden.example", "version": "6.4"}


def article(kind, number=1):
    full = {} if kind == "emptiest" else {**FULL, "products": ["Lens"], "verified_on": date(2026, 10, 1)}
    if kind == "longest":
        full["verified_on"] = date(2026, 1, 2)
    return Article(id=number, key=f"a{number}", title=f"{TITLES[kind]}{number}", source="t", **full)


def answer(kind):
    section = {"longest": "S" * 700, "emptiest": ""}.get(kind, "New business")
    passage = Passage(article_id=1, position=0, digest="d", section=section, text=TEXTS[kind]) if TEXTS[kind] else None
    related = [] if kind == "emptiest" else [article(kind, 2), article(kind, 3)]
    return views.answer(TOKEN, article(kind), passage, related, TODAY, kind == "longest")


def clarify(kind):
    return views.clarify(TOKEN, [article(kind, number) for number in (1, 2, 3)], kind == "longest")


def abstain(kind):
    nearest = [] if kind == "emptiest" else [article(kind, number) for number in (1, 2, 3)]
    return views.abstain(TOKEN, nearest)


def person(kind):
    name = {"longest": "N" * 200, "emptiest": "Z", "foreign": "霧下 春美 *<@U1>*"}.get(kind, "Zoë Marchbanks")
    partner = "" if kind == "emptiest" else "Kestrel & Rowe IT"
    reader = Reader(type="reseller", tier="gold", region="emea", role="partner_user")
    return Person(1, name, "zoe@kestrelrowe.example", "partner_user", "en", "UTC", 1, partner, reader)


def question(kind):
    texts = {"longest": "q" * 40_000, "emptiest": "?", "foreign": "<!here> كيف أسجل *صفقة*؟ & <b>"}
    return Question(
        contact_id=1, platform="slack", conversation="D1", asked_at=TODAY, token=TOKEN, query="q", confidence=0.5,
        text=texts.get(kind, "What discount do Gold partners get?"), outcome="abstain", shown=TITLES[kind],
    )  # fmt: skip


def support(kind):
    return views.for_the_team(person(kind), question(kind), None if kind == "emptiest" else article(kind))


def start(kind):
    needs = [] if kind == "emptiest" else [f"{TITLES[kind]}{number}" for number in range(9)]
    asked = [] if kind == "emptiest" else [question(kind)] * 5
    who = person(kind)
    return Card(body=(*welcome.home(who.name, who.partner), *library.home(needs), *views.recent(asked)))


CARDS = {"answer": answer, "clarify": clarify, "abstain": abstain, "support": support}
KINDS = tuple(TITLES)


def compare(name, drawn):
    file = DRAWN / f"{name}.json"
    if os.environ.get("UPDATE_DRAWN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n")
    assert drawn == json.loads(file.read_text()), (
        f"{file.name} differs; UPDATE_DRAWN=1 pytest {__file__} writes it anew"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_drawn_as_it_was_agreed(name, kind):
    card = CARDS[name](kind)
    message = {"text": fallback(card), "blocks": draw(card)}
    assert problems(message, "message") == []
    assert pings(message) == []
    compare(f"{name}-{kind}", message)


@pytest.mark.parametrize("kind", KINDS)
def test_the_home_is_drawn_as_it_was_agreed(kind):
    view = home.view(start(kind))
    assert problems(view, "home") == []
    assert pings(view) == []
    compare(f"home-{kind}", view)


def test_the_dialog_is_drawn_as_it_was_agreed():
    place = Place("slack", "T", "C1", "U1", thread="1.1", message="1.2", reply_url="https://x.example")
    view = modal(views.comment_form(TOKEN), place)
    assert problems(view, "modal") == []
    compare("comment-dialog", view)


@pytest.mark.parametrize("card", [refusal(), sorry("12345678"), welcome.HELP, welcome.THANKS, welcome.NO_WORDS])
def test_the_short_cards_are_valid(card):
    assert problems({"text": fallback(card), "blocks": draw(card)}, "message") == []
    assert draw(card) == draw(card)


def test_a_table_is_not_padded_with_more_blanks_than_slack_takes():
    long = Card(body=content(f"| {'x' * 900} | b |\n|---|---|\n" + "| a | b |\n" * 180))
    assert problems({"text": fallback(long), "blocks": draw(long)}, "message") == []
    (table,) = draw(Card(body=content("| Tier | Price |\n|---|---|\n| Gold | 10 |")))
    assert written({"blocks": [table]}) == "Tier  Price\n────  ─────\nGold  10"


def test_a_block_of_code_without_code_has_a_blank_since_slack_takes_no_empty_text():
    (drawn,) = draw(Card(body=content("```\n```")))
    assert drawn["elements"] == [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": " "}]}]
