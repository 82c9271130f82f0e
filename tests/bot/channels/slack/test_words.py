"""What people type, and what articles contain: shown as text, whatever is in it."""

import pytest
from sqlmodel import col

from handlers.questions.models import Question
from tests.block_kit import parts, pings, texts, written
from tests.bot.channels.slack.conftest import SUPPORT
from tests.wire import direct

HOSTILE = "<!channel> <@U0BOSS> <!here|here> <#C1|general> *bold* _it_ ~no~ `code` & <script>alert(1)</script> zebra?"
SENT = "&lt;!channel&gt; &lt;@U0BOSS&gt; *bold* _it_ ~no~ `code` &amp; &lt;script&gt;alert(1)&lt;/script&gt; zebra?"


def test_hostile_words_ping_nobody_and_are_shown_as_text(stage):
    zoe = stage.somebody()
    stage.says(zoe, SENT)
    shown = stage.answer(zoe)
    before = len(stage.slack.posted(SUPPORT))
    stage.presses(zoe, "Ask a person", shown)
    stage.quiet()
    (posted,) = stage.slack.posted(SUPPORT)[before:]
    assert "<!channel> <@U0BOSS> *bold* _it_ ~no~ `code` & <script>alert(1)</script> zebra?" in written(posted)
    assert "&lt;!channel&gt; &lt;@U0BOSS&gt; *bold*" in posted["text"]
    stage.opens_home(zoe)
    everything = [*stage.slack.posted(direct(zoe)), posted, stage.slack.homes[zoe]]
    assert [found for message in everything for found in pings(message)] == []


def test_real_mentions_in_a_question_become_harmless_names(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.mentions(
        zoe, channel, "ask <@U0BOSS> <!here> in <#C0LEADS|leads> about <https://a.example/x|this page> zebra?"
    )
    lite.answer(channel)
    (asked,) = lite.rows(Question, col(Question.conversation) == channel)
    assert asked.text == "ask @U0BOSS @here in #leads about this page zebra?"


def test_an_article_with_a_script_tag_is_shown_as_it_is_written(stage):
    zoe = stage.somebody()
    stage.says(zoe, "what happens to angle brackets in the page template")
    shown = stage.answer(zoe)
    assert '<script>alert("page template")</script>' in written(shown)
    assert "<script>alert(1)</script> & <!channel> in titles" in written(shown)
    assert pings(shown) == []
    links = [part["url"] for part in parts(shown["blocks"]) if part.get("type") == "link"]
    assert not [url for url in links if not url.startswith(("https://", "http://", "mailto:"))]


@pytest.mark.parametrize("text", ["x" * 40_000, "reset my mfa " * 3_000, "&lt;" * 10_000, "é\u0301" * 9_000])
def test_a_huge_question_is_answered(lite, text):
    zoe = lite.somebody()
    lite.says(zoe, text)
    assert written(lite.answer(zoe))


@pytest.mark.parametrize("text", [":wave: :+1:", "🙂🙂", "!!!", "   ", "", "\u202e\u2066"])
def test_without_words_there_is_a_word_of_help(lite, text):
    zoe = lite.somebody()
    lite.says(zoe, text)
    assert written(lite.answer(zoe))


@pytest.mark.parametrize(
    "text",
    [
        "nul \x00 in it?",
        "half a \ud83d emoji?",
        "bidi \u202eesrever?",
        "как зарегистрировать сделку?",
        "كيف أسجل صفقة؟",
    ],
)
def test_odd_characters_are_answered_like_any_others(stage, text):
    zoe = stage.somebody()
    stage.says(zoe, text)
    shown = stage.answer(zoe)
    assert "Something went wrong" not in written(shown)
    assert not any("\u202e" in line for line in texts(shown["blocks"]))
