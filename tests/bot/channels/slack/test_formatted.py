"""Slack's formatting becomes Markdown and comes back; nothing of it calls anybody."""

import json

import pytest

from bot.channels.richtext import Span, parse
from bot.channels.slack.formatted import markdown, of_mrkdwn, of_rich_text, rich_text
from bot.channels.slack.modals import answers, modal
from handlers.notices.models import Place
from handlers.ui import Form, Input, Option
from tests.block_kit import problems

SIZES = tuple(Option(value=name.lower(), label=name) for name in ("Small", "Large"))
PLACE = Place("slack", "T1", "D1", "U1")


def section(*spans):
    return {"type": "rich_text_section", "elements": list(spans)}


def text(words, **style):
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("*bold* and _it_ and ~no~", "**bold** and *it* and ~~no~~"),
        ("`x*y*` 2 * 3 * 4 snake_case", "`x*y*` 2 \\* 3 \\* 4 snake_case"),
        ("<https://a.example/x|the page>", "[the page](<https://a.example/x>)"),
        ("a &lt;b&gt; &amp; c", "a \\<b> \\& c"),
        ("one\n• two\n• three", "one  \n- two  \n- three"),
        ("&gt; quoted", "> quoted"),
        ("```a\n  b```", "```\na\n  b\n```"),
        ("*שלום* عالم 🎉", "**שלום** عالم 🎉"),
        ("", ""),
    ],
)
def test_slacks_notation(typed, kept):
    assert of_mrkdwn(typed) == kept


@pytest.mark.parametrize("call", ["<@U123>", "<!channel>", "<!here|here>", "<!subteam^S1|@team>", "<#C1|general>"])
def test_who_was_called_is_only_named(call):
    assert "<" not in of_mrkdwn(f"{call} look") and "look" in of_mrkdwn(f"{call} look")


def test_our_own_name_goes():
    assert of_mrkdwn("<@UBOT> announce it", "UBOT") == "announce it"


def test_rich_text_is_kept_and_comes_back():
    written = rich(
        section(text("Hello "), text("bold ", bold=True), text("both", bold=True, italic=True), text("\n# no heading")),
        {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": [section(text("one"))]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(text("below"))]},
        {"type": "rich_text_quote", "elements": [text("said")]},
        {"type": "rich_text_preformatted", "elements": [text("a\n*b*")]},
        section({"type": "emoji", "name": "tada", "unicode": "1f389"}, {"type": "link", "url": "https://a.example"}),
        section({"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "everyone"}, {"type": "odd"}),
    )
    kept = of_rich_text(written)
    assert kept.startswith(
        "Hello **bold** ***both***  \n\\# no heading\n\n1. one\n    - below\n\n> said\n\n```\na\n*b*\n```"
    )
    assert "🎉[https://a.example](<https://a.example>)" in kept
    assert "@someone@everyone" in kept
    assert of_rich_text(rich_text(kept)) == kept


@pytest.mark.parametrize("typed", ["2. second", "3) third", "# no heading", "- no list", "> no quote", "+ 1", "= is"])
@pytest.mark.parametrize("kind", ["section", "quote"])
def test_what_begins_a_line_begins_nothing_else(kind, typed):
    kept = of_rich_text(rich({"type": f"rich_text_{kind}", "elements": [text(f"{typed}\n{typed}")]}))
    shown = [paragraph for block in parse(kept) for paragraph in getattr(block, "blocks", [block])]
    assert [paragraph.spans for paragraph in shown] == [(Span(f"{typed}\n{typed}"),)]


def test_a_list_that_begins_further_in_or_skips_a_step_stays_a_list():
    def bullets(indent, words):
        return {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": [section(text(words))]}

    kept = of_rich_text(rich(section(text("so:")), bullets(2, "a"), bullets(5, "b"), bullets(3, "c"), bullets(0, "d")))
    assert kept == "so:\n\n- a\n    - b\n    - c\n- d"


def test_a_message_says_its_blocks_else_its_text():
    assert markdown({"text": "x", "blocks": [rich(section(text("y", bold=True)))]}) == "**y**"
    assert markdown({"text": "*x*", "blocks": [{"type": "section"}]}) == "**x**"
    for odd in ({}, {"blocks": [None, {"type": "rich_text", "elements": [None, {"type": "rich_text_list"}]}]}):
        assert markdown(odd) == ""


def test_a_dialog_with_formatting_and_several_choices():
    inputs = (
        Input(name="what", label="What", kind="formatted", value="**bold**\n\n- one"),
        Input(name="sizes", label="Sizes", kind="choices", options=SIZES, value="small\nlarge", required=False),
        Input(name="none", label="None", kind="choices", options=SIZES, required=False),
        Input(name="empty", label="Empty", kind="formatted"),
    )
    view = modal(Form(name="try", title="Try", inputs=inputs), PLACE)
    assert problems(view, "modal") == []
    assert len(view["blocks"][1]["element"]["initial_options"]) == 2
    assert "initial_options" not in view["blocks"][2]["element"]
    state = {
        "what": {"what": {"type": "rich_text_input", "rich_text_value": view["blocks"][0]["element"]["initial_value"]}},
        "sizes": {
            "sizes": {"type": "multi_static_select", "selected_options": [{"value": "small"}, {"value": "large"}]}
        },
        "none": {"none": {"selected_options": []}},
        "empty": {"empty": {"rich_text_value": None}},
    }
    assert answers({"state": {"values": json.loads(json.dumps(state))}}) == {
        "what": "**bold**\n\n- one",
        "sizes": "small\nlarge",
    }
