"""Dialogs, shortcuts, edits and messages to others, at Slack's wire, through a small feature of the test's own."""

import re

import pytest
from pydantic import BaseModel

from handlers import router
from handlers.errors import FormError
from handlers.feature import Feature, Kept, Submission
from handlers.notices.models import InboxEvent
from handlers.partners import store as partners
from handlers.turn import Follow, Open, Rewrite, Say, Tell
from handlers.ui import Card, Form, Input, Option, Text
from tests.block_kit import problems, written
from tests.bot.channels.slack.conftest import GOLD
from tests.fake_slack import TEAM
from tests.slack_requests import button, command, event, message, press, submission, ts
from tests.wire import direct, until

CHOICES = (Option(value="a", label="First"), Option(value="b", label="Second"))
ADMIN = "idris.fairweather@kestrelrowe.example"


def card(text):
    return Card(body=(Text(text=text),))


def form(note="", value=""):
    return Form(
        name="try.form",
        title="Try",
        note=note,
        context="c1",
        inputs=(
            Input(name="word", label="Word", value=value),
            Input(name="day", label="Day", kind="date", value="2031-05-05", required=False),
            Input(name="which", label="Which", kind="choice", options=CHOICES, value="b"),
        ),
    )


class Entry(BaseModel):
    word: str
    day: str = ""
    which: str


def take(turn, context, entry):
    if entry.word == "bad":
        raise FormError(word="Write another word.")
    if entry.word == "unsure":
        return [Open(form("Is that right?", "sure"))]
    return [Say(card(f"{context} {entry.word} {entry.day} {entry.which}"), to="direct", subject="matter:1")]


def close(turn, context, values):
    if values["word"] == "mistake":
        mistake(turn, "")
    return Kept("", [Say(card(f"kept {values}"), to="direct")])


def mistake(turn, words):
    raise ZeroDivisionError


def tell(turn, words):
    contact, _ = partners.by_email(turn.look, ADMIN)
    return [Tell(contact.id, card("Told"), subject="told:1"), Follow("told:1", card("Under it"))]


HEARS = {
    "!mistake": mistake,
    "!tell": tell,
    "!post": lambda turn, words: [Say(card("Root"), to="direct", subject="matter:2")],
    "!rewrite": lambda turn, words: [Rewrite("matter:2", card("Rewritten"))],
}
TRY = Feature(
    name="try",
    hears=HEARS.get,
    threads={"matter": lambda turn, words: [Say(card(f"{turn.subject}: {words} {[link.url for link in turn.links]}"))]},
    edited=lambda turn, words: [Say(card(f"edited: {words}"))],
    commands={"try": lambda turn, words: [Open(form(value=words))], "mistake": mistake},
    shortcuts={"try": lambda turn, words: [Open(form(value=words))], "mistake": mistake},
    actions={},
    forms={"try.form": Submission(Entry, take, close)},
)


@pytest.fixture(autouse=True)
def _try(monkeypatch):
    monkeypatch.setattr(router, "FEATURES", (TRY, *router.FEATURES))


def open_dialog(stage, user, words=""):
    before = len(stage.slack.modals)
    sent = command(stage.slack, user, direct(user), words) | {"command": "/try"}
    assert stage.form(sent).status_code == 200
    until(lambda: len(stage.slack.modals) > before)
    view = stage.slack.modals[-1]
    assert problems(view, "modal") == []
    return view


def filled(word, **more):
    values = {"word": {"word": {"type": "plain_text_input", "value": word}}}
    values["day"] = {"day": {"type": "datepicker", "selected_date": more.get("day")}}
    values["which"] = {"which": {"type": "static_select", "selected_option": {"value": more.get("which", "b")}}}
    return values


def sent_with(user, view, word, **more):
    made = submission(user, view, {})
    made["view"]["state"]["values"] = filled(word, **more)
    return made


def submit(stage, user, view, word, **more):
    answer = stage.payload(sent_with(user, view, word, **more))
    assert answer.status_code == 200
    return answer.json() if answer.text else {}


def test_a_command_opens_a_dialog_and_what_is_sent_is_taken(stage):
    zoe = stage.somebody()
    view = open_dialog(stage, zoe, "hello")
    inputs = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert inputs["word"]["initial_value"] == "hello"
    assert inputs["day"]["initial_date"] == "2031-05-05"
    assert inputs["which"]["initial_option"]["value"] == "b"
    assert submit(stage, zoe, view, "word", day="2031-06-01", which="a") == {}
    assert "c1 word 2031-06-01 a" in written(stage.answer(zoe))


def test_errors_stand_under_their_fields_and_another_try_counts(lite):
    zoe = lite.somebody()
    view = open_dialog(lite, zoe)
    refused = submit(lite, zoe, view, "bad")
    assert refused == {"response_action": "errors", "errors": {"word": "Write another word."}}
    assert submit(lite, zoe, view, "good") == {}
    assert "c1 good" in written(lite.answer(zoe))


def test_the_same_submission_twice_has_one_effect(lite):
    zoe = lite.somebody()
    view = open_dialog(lite, zoe)
    sent = sent_with(zoe, view, "once")
    assert lite.payload(sent).status_code == 200
    assert lite.payload(sent).status_code == 200
    lite.answer(zoe)


def test_a_dialog_asks_back_in_its_own_place(lite):
    zoe = lite.somebody()
    view = open_dialog(lite, zoe)
    asked = submit(lite, zoe, view, "unsure")
    assert asked["response_action"] == "update"
    assert problems(asked["view"], "modal") == []
    assert "Is that right?" in str(asked["view"]["blocks"][0])
    assert submit(lite, zoe, asked["view"], "sure") == {}
    assert "c1 sure" in written(lite.answer(zoe))


def test_a_dialog_that_is_closed_is_told_with_what_was_typed(lite):
    zoe = lite.somebody()
    view = open_dialog(lite, zoe)
    assert view["notify_on_close"] is True
    closed = sent_with(zoe, view, "half") | {"type": "view_closed", "is_cleared": False}
    assert lite.payload(closed).status_code == 200
    assert lite.payload(closed).status_code == 200
    assert "'word': 'half'" in written(lite.answer(zoe))


def shortcut(stage, user, channel, name):
    body = {
        "type": "message_action", "callback_id": name, "trigger_id": stage.slack.trigger(), "action_ts": ts(),
        "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM, "domain": "home"},
        "channel": {"id": channel, "name": "x"},
        "message": {"type": "message", "user": "U0OTHER", "ts": ts(), "text": "It &lt;broke&gt; <@U0BOT> again"},
        "message_ts": ts(), "response_url": stage.slack.respond_url(),
    }  # fmt: skip
    assert stage.payload(body).status_code == 200


def test_a_shortcut_on_a_message_opens_a_dialog_with_its_text(lite):
    zoe, channel = lite.somebody(), lite.channel()
    before = len(lite.slack.modals)
    shortcut(lite, zoe, channel, "try")
    until(lambda: len(lite.slack.modals) > before)
    assert lite.slack.modals[-1]["blocks"][0]["element"]["initial_value"] == "It <broke>  again"


@pytest.mark.parametrize("how", ["words", "command", "shortcut", "closed"])
def test_a_mistake_of_ours_is_told_under_a_number_and_made_once(lite, how):
    zoe = lite.somebody()
    if how == "words":
        lite.says(zoe, "!mistake")
    elif how == "command":
        lite.form(command(lite.slack, zoe, direct(zoe), "") | {"command": "/mistake"})
    elif how == "shortcut":
        shortcut(lite, zoe, direct(zoe), "mistake")
    else:
        lite.payload(sent_with(zoe, open_dialog(lite, zoe), "mistake") | {"type": "view_closed", "is_cleared": False})
    said = written(lite.answer(zoe))
    assert "Something went wrong on my side" in said
    assert re.search("this number: [0-9a-f]{8}$", said, re.MULTILINE)
    assert lite.rows(InboxEvent, InboxEvent.state == "received") == []


def test_words_under_a_message_go_to_its_matter_with_their_files(lite):
    zoe = lite.somebody()
    lite.says(zoe, "!post")
    root = lite.answer(zoe)
    files = [{"id": "F1", "name": "log.txt", "permalink": "https://home.slack.com/files/F1"}, {"id": "F2"}, 7]
    lite.says(zoe, "look", thread_ts=root["ts"], subtype="file_share", files=files)
    said = lite.answer(zoe, 2)
    assert "matter:2: look ['https://home.slack.com/files/F1']" in written(said)
    assert said["thread_ts"] == root["ts"]


def test_edits_and_deletions_under_our_message_are_told(lite):
    zoe = lite.somebody()
    lite.says(zoe, "!post")
    root = lite.answer(zoe)
    old = message(zoe, direct(zoe), "before", thread_ts=root["ts"])
    for subtype, new in (("message_changed", {**old, "text": "after"}), ("message_deleted", None)):
        inner = {"type": "message", "subtype": subtype, "channel": direct(zoe), "ts": ts(), "previous_message": old}
        inner |= {"event_ts": inner["ts"], "channel_type": "im"} | ({"message": new} if new else {})
        assert lite.json(event(inner)).status_code == 200
        lite.quiet()
    said = [written(shown) for shown in lite.slack.posted(direct(zoe))]
    assert any("edited: after" in text for text in said)
    assert any("edited: None" in text for text in said)


@pytest.mark.parametrize(
    "change",
    [
        {"thread_ts": ""}, {"user": "U0BOT"}, {"bot_id": "B0BOT"}, {"text": "before"}, {"text": None},
    ],
)  # fmt: skip
def test_other_changes_of_messages_are_nobodys_business(lite, change):
    zoe = lite.somebody()
    lite.says(zoe, "!post")
    old = message(zoe, direct(zoe), "before", thread_ts=lite.answer(zoe)["ts"])
    inner = {"type": "message", "subtype": "message_changed", "channel": direct(zoe), "ts": ts(), "event_ts": ts()}
    inner |= {"previous_message": old, "message": {**old, "text": "after", **change}, "channel_type": "im"}
    assert lite.json(event(inner)).status_code == 200
    lite.quiet()
    lite.answer(zoe, 1)


def test_somebody_who_never_wrote_is_found_by_address(lite):
    zoe, idris = lite.somebody(), lite.somebody(ADMIN)
    lite.says(zoe, "!tell")
    until(lambda: len(lite.slack.posted(direct(idris))) == 2)
    lite.quiet()
    told, under = lite.slack.posted(direct(idris))
    assert (written(told).strip(), written(under).strip()) == ("Told", "Under it")
    assert under["thread_ts"] == told["ts"]


def test_an_unconfirmed_address_is_written_to_by_nobody(lite):
    zoe = lite.somebody()
    for person in lite.slack.people.values():
        if person["profile"]["email"] == "layla.haddadin@kestrelrowe.example":
            raise AssertionError("somebody else's test has this person")
    lite.somebody("layla.haddadin@kestrelrowe.example", is_email_confirmed=False)
    HEARS["!layla"] = lambda turn, words: [
        Tell(partners.by_email(turn.look, "layla.haddadin@kestrelrowe.example")[0].id, card("Secret"))
    ]
    lite.says(zoe, "!layla")
    lite.quiet()
    assert not any("Secret" in str(message) for messages in lite.slack.messages.values() for message in messages)


def test_a_message_is_rewritten_by_its_subject(lite):
    zoe = lite.somebody()
    lite.says(zoe, "!post")
    lite.answer(zoe)
    lite.says(zoe, "!rewrite")
    lite.quiet()
    first = next(row for row in lite.slack.messages.values() if any("Rewritten" in written(shown) for shown in row))
    assert "Rewritten" in written(first[0])


def test_a_press_in_a_direct_message_that_came_unasked_finds_its_card(lite):
    """The row was written for an address or a user; the press comes from the conversation that Slack made of it."""
    zoe, pressed = lite.somebody(GOLD), []
    HEARS["!button"] = lambda turn, words: [Say(lite_button(), to="direct", subject="b:1")]
    TRY.actions["try.press"] = lambda turn, value: pressed.append(turn.pressed) or [Say(card("ok"))]
    lite.says(zoe, "!button")
    shown = lite.answer(zoe)
    assert lite.payload(press(lite.slack, zoe, button(shown, "Press"), shown)).status_code == 200
    lite.answer(zoe, 2)
    assert pressed[0] == lite_button()


def lite_button():
    from handlers.ui import Button, Buttons

    return Card(title="Pressed?", body=(Buttons(buttons=(Button(label="Press", action="try.press", value="1"),)),))
