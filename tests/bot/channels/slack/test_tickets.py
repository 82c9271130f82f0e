"""Tickets at Slack's wire: from an answer to the dialog, the two threads, and what becomes of edits."""

import re

import pytest
from sqlmodel import col

from handlers.tickets.models import Ticket
from tests.block_kit import buttons, problems, written
from tests.bot.channels.slack.conftest import SUPPORT, TECHNOLOGY
from tests.fake_slack import TEAM
from tests.slack_requests import button, command, event, message, press, press_home, submission, ts
from tests.wire import direct, until

INGRID = "ingrid.solvang@halden.example"
ADMIN = "idris.fairweather@kestrelrowe.example"
COLLEAGUE = "layla.haddadin@kestrelrowe.example"
CAT = "What's a good name for a cat?"
LABELS = ["Subject", "What happened", "Severity", "Product"]


def opens(stage, act):
    """The dialog that came of it."""
    before = len(stage.slack.modals)
    act()
    until(lambda: len(stage.slack.modals) > before)
    stage.quiet()
    view = stage.slack.modals[-1]
    assert problems(view, "modal") == []
    return view


def sends(stage, user, view, **values):
    """Send the dialog as it is shown, with what is changed in it; returns what Slack got as its acknowledgement."""
    made, state = submission(user, view, {}), {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        given = values.get(name, element.get("initial_value"))
        if element["type"] == "static_select":
            chosen = values.get(name) or (element.get("initial_option") or {}).get("value")
            state[name] = {name: {"type": "static_select", "selected_option": {"value": chosen} if chosen else None}}
        else:
            state[name] = {name: {"type": "plain_text_input", "value": given}}
    made["view"]["state"]["values"] = state
    answer = stage.payload(made)
    assert answer.status_code == 200
    stage.tasks_done()
    stage.quiet()
    return answer.json() if answer.text else {}


def slash(stage, user, words, channel=""):
    sent = command(stage.slack, user, channel or direct(user), words) | {"command": "/ticket"}
    assert stage.form(sent).status_code == 200
    return sent


def opened(stage, user, subject="SSO fails", **values):
    """A ticket; returns its number, the team's card, and the partner's message."""
    desks = len(stage.slack.posted(SUPPORT))
    view = opens(stage, lambda: slash(stage, user, subject))
    assert sends(stage, user, view, what_happened="Nobody can sign in.", **values) == {}
    root, card = stage.slack.posted(direct(user))[-1], stage.slack.posted(SUPPORT)[desks]
    return re.search(r"T-\w{4,8}", written(root))[0], card, root


def under(stage, user, root, text, channel, **different):
    said = stage.says(user, text, channel, thread_ts=root["ts"], **different)
    stage.quiet()
    return said


def changed(stage, said, text):
    subtype = "message_deleted" if text is None else "message_changed"
    inner = {"type": "message", "subtype": subtype, "channel": said["channel"], "ts": ts(), "previous_message": said}
    inner |= {"event_ts": inner["ts"], "channel_type": said["channel_type"]}
    inner |= {"message": {**said, "text": text}} if text is not None else {}
    assert stage.json(event(inner)).status_code == 200
    stage.quiet()


def at(stage, channel, root):
    """The thread under a message, as it stands."""
    return [shown for shown in stage.slack.posted(channel) if shown.get("thread_ts") == root["ts"]]


def now(stage, shown):
    return next(one for one in stage.slack.posted(shown["channel"]) if one["ts"] == shown["ts"])


def labels(shown):
    return [part["text"]["text"] for part in buttons(shown)]


def state(stage, code):
    (row,) = stage.rows(Ticket, col(Ticket.code) == code)
    return row.state


def test_from_an_answers_button_to_both_threads(stage):
    zoe, ingrid = stage.somebody(), stage.somebody(INGRID)
    stage.says(zoe, CAT)
    answer = stage.answer(zoe)
    view = opens(stage, lambda: stage.presses(zoe, "Open a ticket", answer))
    assert [block["label"]["text"] for block in view["blocks"]] == LABELS
    assert [block["optional"] for block in view["blocks"]] == [False, False, False, True]
    assert view["blocks"][0]["element"]["initial_value"] == CAT
    assert "I don't know" in view["blocks"][1]["element"]["initial_value"]
    assert view["blocks"][2]["element"]["initial_option"]["value"] == "normal"

    refused = sends(stage, zoe, view, what_happened="   ")
    assert refused["response_action"] == "errors"
    assert set(refused["errors"]) == {"what_happened"}
    before = len(stage.slack.posted(SUPPORT))
    assert sends(stage, zoe, view, what_happened="I need one <!here> & soon") == {}
    root = stage.slack.posted(direct(zoe))[-1]
    (card,) = stage.slack.posted(SUPPORT)[before:]
    code = re.search(r"T-\w{4}", written(root))[0]
    assert code in written(card)
    assert labels(card) == ["Take", "Assign", "Ask", "Resolve", "Set severity"]

    note = under(stage, ingrid, card, "SECRET: they are new here", SUPPORT)
    assert "SECRET" not in "".join(map(written, stage.slack.posted(direct(zoe))))
    under(stage, ingrid, card, "Reply: Felix is a good one.", SUPPORT)
    (told,) = at(stage, direct(zoe), root)
    assert "Felix is a good one." in written(told)
    under(stage, zoe, root, "How about Bosco?", direct(zoe))
    assert any("How about Bosco?" in written(shown) for shown in at(stage, SUPPORT, card))

    offer = next(shown for shown in at(stage, SUPPORT, card) if "Send to partner" in labels(shown))
    stage.presses(ingrid, "Send to partner", offer)
    stage.quiet()
    assert "SECRET" in written(at(stage, direct(zoe), root)[-1])
    assert labels(now(stage, offer)) == []
    changed(stage, note, "They are new here")
    assert "SECRET" not in "".join(map(written, stage.slack.posted(direct(zoe))))


def test_an_administrator_who_joins_in_reads_on_and_answers_in_a_thread(stage):
    zoe, admin, ingrid = stage.somebody(), stage.somebody(ADMIN), stage.somebody(INGRID)
    code, card, root = opened(stage, zoe)
    stage.says(admin, f"status of {code}")
    shown = stage.answer(admin)
    view = opens(stage, lambda: stage.presses(admin, "Write to the team", shown))
    assert sends(stage, admin, view, text="I am here too.") == {}
    under(stage, ingrid, card, "reply: Hello both", SUPPORT)
    assert "Hello both" in written(at(stage, direct(zoe), root)[-1])
    begun = stage.slack.posted(direct(admin))[-1]
    assert (code in written(begun), "Hello both" in written(begun), begun.get("thread_ts")) == (True, True, None)
    under(stage, admin, begun, "Thank you, it still fails.", direct(admin))
    assert "it still fails" in written(at(stage, SUPPORT, card)[-1])
    under(stage, ingrid, card, "reply: And now?", SUPPORT)
    assert "And now?" in written(at(stage, direct(admin), begun)[-1])


def test_the_teams_buttons_rewrite_the_card_and_tell_the_partner(stage):
    zoe, ingrid = stage.somebody(), stage.somebody(INGRID)
    code, card, root = opened(stage, zoe)
    stage.presses(ingrid, "Take", card)
    stage.quiet()
    assert "Ingrid Solvang" in written(now(stage, card))
    assert "is in progress" in written(now(stage, root))
    asking = opens(stage, lambda: stage.presses(ingrid, "Ask", now(stage, card)))
    assert sends(stage, ingrid, asking, question="Which browser?") == {}
    assert "Which browser?" in written(at(stage, direct(zoe), root)[-1])
    assert state(stage, code) == "waiting"
    under(stage, zoe, root, "The newest", direct(zoe))
    assert state(stage, code) == "in_progress"
    for label in ("Assign", "Set severity"):
        opens(stage, lambda label=label: stage.presses(ingrid, label, now(stage, card)))
    resolve = press(stage.slack, ingrid, button(now(stage, card), "Resolve"), card)
    assert stage.payload(resolve).status_code == 200
    stage.quiet()
    assert labels(now(stage, card)) == ["Reopen", "Draft an article"]
    rating = at(stage, direct(zoe), root)[-1]
    assert labels(rating) == ["Good", "Not good"]
    stage.presses(zoe, "Good", rating)
    stage.quiet()
    assert "Thank you" in written(now(stage, rating))
    under(stage, zoe, root, "thanks :tada:", direct(zoe))
    assert state(stage, code) == "resolved"
    under(stage, zoe, root, "thanks, but it fails again", direct(zoe))
    assert state(stage, code) == "in_progress"


def test_edits_and_deletions_travel(stage):
    zoe, ingrid = stage.somebody(), stage.somebody(INGRID)
    _, card, root = opened(stage, zoe)
    mine = under(stage, zoe, root, "My password is hunter2", direct(zoe))
    changed(stage, mine, "My password is gone")
    copy = next(shown for shown in at(stage, SUPPORT, card) if "My password" in written(shown))
    assert "hunter2" not in written(copy)
    changed(stage, mine, None)
    assert "message was deleted" in written(now(stage, copy))
    theirs = under(stage, ingrid, card, "reply: Try it agan", SUPPORT)
    changed(stage, theirs, "reply: Try it again")
    assert "Try it again" in written(at(stage, direct(zoe), root)[-1])
    changed(stage, theirs, None)
    assert "message was deleted" in written(at(stage, direct(zoe), root)[-1])


def test_files_travel_as_links(lite):
    zoe = lite.somebody()
    _, card, root = opened(lite, zoe)
    files = [{"name": "trace.log", "permalink": "https://files.slack.example/trace.log", "url_private": "https://x"}]
    under(lite, zoe, root, "Here it is", direct(zoe), files=files, subtype="file_share")
    copy = at(lite, SUPPORT, card)[-1]
    assert "https://files.slack.example/trace.log" in str(copy["blocks"])


def test_the_shortcut_fills_in_the_message(lite):
    zoe, channel = lite.somebody(), lite.channel()
    body = {
        "type": "message_action", "callback_id": "tickets.open", "trigger_id": lite.slack.trigger(), "action_ts": ts(),
        "user": {"id": zoe, "team_id": TEAM}, "team": {"id": TEAM, "domain": "home"},
        "channel": {"id": channel, "name": "x"}, "message_ts": ts(), "response_url": lite.slack.respond_url(),
        "message": {"type": "message", "user": "U0OTHER", "ts": ts(), "text": "It &lt;broke&gt; again"},
    }  # fmt: skip
    view = opens(lite, lambda: lite.payload(body))
    assert [block["element"].get("initial_value") for block in view["blocks"][:2]] == ["It <broke> again"] * 2
    assert sends(lite, zoe, view) == {}
    assert "It <broke> again" in written(lite.slack.posted(SUPPORT)[-1])


def test_words_bring_a_button_that_opens_the_dialog_filled_in(lite):
    zoe = lite.somebody()
    lite.says(zoe, "I need help with SSO login failing, open a ticket")
    card = lite.answer(zoe)
    view = opens(lite, lambda: lite.presses(zoe, "Open a ticket", card))
    assert view["blocks"][0]["element"]["initial_value"] == "SSO login failing"
    assert sends(lite, zoe, view) == {}
    assert "Opened as T-" in written(now(lite, card))


def test_a_dialog_that_was_left_is_offered_once_in_direct_messages(lite):
    zoe = lite.somebody()
    view = opens(lite, lambda: slash(lite, zoe, "Half a subject"))
    closed = submission(zoe, view, {"subject": "Half a subject", "what_happened": "half"})
    assert lite.payload(closed | {"type": "view_closed", "is_cleared": False}).status_code == 200
    offer = lite.answer(zoe)
    assert labels(offer) == ["Continue", "Discard"]
    again = opens(lite, lambda: lite.presses(zoe, "Continue", offer))
    assert again["blocks"][1]["element"]["initial_value"] == "half"


def test_the_home_opens_the_dialog(lite):
    zoe = lite.somebody()
    lite.opens_home(zoe)
    sent = press_home(lite.slack, zoe, button(lite.slack.homes[zoe], "Open a ticket"))
    assert [block["label"]["text"] for block in opens(lite, lambda: lite.payload(sent))["blocks"]] == LABELS


@pytest.mark.parametrize("who", [TECHNOLOGY, COLLEAGUE])
def test_others_learn_nothing_and_do_nothing(lite, who):
    zoe, other = lite.somebody(), lite.somebody(who)
    code, card, root = opened(lite, zoe, subject="CANARY")
    for label in ("Take", "Resolve", "Set severity"):
        sent = press(lite.slack, other, button(card, label), card)
        assert lite.payload(sent).status_code == 200
    under(lite, other, card, "reply: I was here", SUPPORT)
    foreign = lite.response(slash(lite, other, code)["response_url"])
    unknown = lite.response(slash(lite, other, "T-2222")["response_url"])
    assert written(foreign) == written(unknown)
    listed = lite.response(slash(lite, other, "mine")["response_url"])
    assert "CANARY" not in written(listed)
    assert state(lite, code) == "open"
    assert at(lite, direct(zoe), root) == []


def test_my_tickets_and_one_by_its_number(lite):
    zoe = lite.somebody()
    code, _, _ = opened(lite, zoe, subject="SSO login")
    assert code in written(lite.response(slash(lite, zoe, "mine", lite.channel())["response_url"]))
    shown = lite.response(slash(lite, zoe, code)["response_url"])
    assert "SSO login" in written(shown)
    before = len(lite.slack.posted(direct(zoe)))
    lite.says(zoe, "what about my ticket on SSO login?")
    until(lambda: len(lite.slack.posted(direct(zoe))) > before)
    assert "SSO login" in written(lite.slack.posted(direct(zoe))[-1])


def test_all_of_it_is_valid_when_it_is_as_long_as_it_may_be(lite):
    zoe, ingrid = lite.somebody(), lite.somebody(INGRID)
    view = opens(lite, lambda: slash(lite, zoe, "x"))
    assert sends(lite, zoe, view, subject="W" * 150, what_happened="é<&>" * 750, product="P" * 75) == {}
    card, root = lite.slack.posted(SUPPORT)[-1], lite.slack.posted(direct(zoe))[-1]
    under(lite, ingrid, card, "reply: " + "x" * 7_900, SUPPORT)
    assert "x" * 2_000 in written(at(lite, direct(zoe), root)[-1])
    asked = message(zoe, direct(zoe), "y" * 30_000, thread_ts=root["ts"])
    assert lite.json(event(asked)).status_code == 200
    lite.quiet()
    assert "longer than" in written(at(lite, direct(zoe), root)[-1])
