"""Announcements at Slack's wire: formatting that is kept, a dialog after a dialog, and messages to those who never
wrote."""

import json

from sqlmodel import col

from bot.scheduler import work
from handlers.announcements.models.announcement import Announcement
from handlers.notices.models import Delivery
from tests.block_kit import buttons, problems, written
from tests.slack_requests import command, press_home, submission, ts
from tests.wire import direct, until

INGRID = "ingrid.solvang@halden.example"
FOUND, UNKNOWN = "juergen.plettner@tannhofer.example", "anneliese.wuest@tannhofer.example"
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "All new", "style": {"bold": True}},
                {"type": "text", "text": " & <b> "},
                {"type": "user", "user_id": "U0SOMEBODY"},
                {"type": "broadcast", "range": "channel"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 0,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
    ],
}


def labels(shown):
    return [part["text"]["text"] for part in buttons(shown)]


def modal(stage, act):
    before = len(stage.slack.modals)
    act()
    until(lambda: len(stage.slack.modals) > before)
    stage.quiet()
    assert problems(stage.slack.modals[-1], "modal") == []
    return stage.slack.modals[-1]


def sends(stage, user, view, **values):
    """Send a dialog; returns the acknowledgement."""
    made = submission(user, view, {})
    made["view"]["state"]["values"] = {name: {name: value} for name, value in values.items()}
    answer = stage.payload(made)
    assert answer.status_code == 200
    stage.tasks_done()
    stage.quiet()
    return answer.json() if answer.text else {}


def text(words):
    return {"type": "plain_text_input", "value": words}


def chosen(value):
    return {"type": "static_select", "selected_option": {"value": value}}


def several(*values):
    return {"type": "multi_static_select", "selected_options": [{"value": value} for value in values]}


def fill(stage, ingrid, view, title):
    rich = {"type": "rich_text_input", "rich_text_value": RICH}
    answer = sends(
        stage, ingrid, view, title=text(title), message=rich, kind=chosen("urgent"), acknowledge=several("yes")
    )
    assert answer["response_action"] == "update", answer
    assert problems(answer["view"], "modal") == []
    return answer["view"]


def clock(stage):
    for name in ("announcements.writing", "announcements.progress"):
        work(stage.house.portal, name, stage.house.portal.clock())


def now(stage, shown):
    return next(one for one in stage.slack.posted(shown["channel"]) if one["ts"] == shown["ts"])


def test_from_the_home_to_people_who_never_wrote(stage):
    ingrid = stage.somebody(INGRID)
    juergen = stage.slack.person("U0JUERGEN", FOUND)
    before = len(stage.slack.posted(direct(juergen)))
    stage.opens_home(ingrid)
    home = stage.slack.homes[ingrid]
    press = next(part for part in buttons(home) if part["text"]["text"] == "Write an announcement")
    view = modal(stage, lambda: stage.payload(press_home(stage.slack, ingrid, press)))
    second = fill(stage, ingrid, view, "Maintenance")
    assert sends(stage, ingrid, second, listed=text(f"{FOUND}\n{UNKNOWN}"), timing=chosen("now")) == {}
    shown, control = stage.slack.posted(direct(ingrid))[-2:]
    assert "All new\n & <b> @someone@channel" in written(shown)
    assert {"bold": True} in [part.get("style") for part in _spans(shown)]
    assert "2 people" in written(control)

    stage.presses(ingrid, "Send", control)
    stage.quiet()
    assert "is going out" in written(now(stage, control))
    clock(stage)
    until(lambda: len(stage.slack.posted(direct(juergen))) > before)
    stage.quiet()
    (got,) = stage.slack.posted(direct(juergen))[before:]
    assert "Maintenance" in written(got)
    (what,) = stage.rows(Announcement, col(Announcement.title) == "Maintenance")
    states = {row.state: row.error for row in stage.rows(Delivery, col(Delivery.campaign) == what.code)}
    assert set(states) == {"sent", "failed"} and states["failed"].startswith("no chat identity")

    stage.presses(juergen, "Acknowledge", got)
    stage.quiet()
    assert "You acknowledged this" in written(now(stage, got)) and "Undo" in labels(now(stage, got))
    stage.says(juergen, "undo", direct(juergen), thread_ts=got["ts"])
    until(lambda: "Acknowledge" in labels(now(stage, got)))
    stage.quiet()
    assert "You have not acknowledged" in written(stage.slack.posted(direct(juergen))[-1])
    stage.says(juergen, "Our cat likes it very much!", direct(juergen), thread_ts=got["ts"])
    stage.quiet()
    assert "Our cat likes it" in written(stage.slack.posted(direct(ingrid))[-1])
    stage.says(ingrid, f"recall {what.code}")
    stage.quiet()
    clock(stage)
    until(lambda: "was recalled" in written(now(stage, got)))
    stage.quiet()
    assert not labels(now(stage, got))


def test_the_shortcut_keeps_the_formatting(lite):
    ingrid = lite.somebody(INGRID)
    said = {"type": "message", "user": ingrid, "ts": ts(), "text": "All *new*", "blocks": [RICH]}
    asked = {
        "type": "message_action", "callback_id": "announcements.of_message", "trigger_id": lite.slack.trigger(),
        "user": {"id": ingrid, "team_id": "T0HOME"}, "team": {"id": "T0HOME"}, "channel": {"id": "C0TALK"},
        "message": said, "message_ts": said["ts"], "action_ts": ts(), "response_url": lite.slack.respond_url(),
    }  # fmt: skip
    view = modal(lite, lambda: lite.payload(asked))
    shown = json.dumps(next(block for block in view["blocks"] if block.get("block_id") == "message"))
    assert '"bold": true' in shown and "rich_text_list" in shown and "U0SOMEBODY" not in shown


def test_the_command_opens_the_dialog_and_a_partner_gets_none(lite):
    ingrid, zoe = lite.somebody(INGRID), lite.somebody()
    asked = command(lite.slack, ingrid, direct(ingrid), "*Hurry* up") | {"command": "/announce"}
    view = modal(lite, lambda: lite.form(asked))
    assert "Hurry up" in json.dumps(view)
    before = len(lite.slack.modals)
    refused = command(lite.slack, zoe, direct(zoe), "") | {"command": "/announce"}
    lite.form(refused)
    assert "Only channel managers" in json.dumps(lite.response(refused["response_url"]))
    assert len(lite.slack.modals) == before


def _spans(shown):
    for block in shown["blocks"]:
        for element in block.get("elements", []):
            yield from (span for span in element.get("elements", []) if isinstance(span, dict))
