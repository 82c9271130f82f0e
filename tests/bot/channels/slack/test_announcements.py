"""Announcements at Slack's wire: formatting that is kept, a dialog after a dialog, and messages to those who never
wrote."""

import json
import threading
from collections import Counter
from contextlib import contextmanager

from sqlmodel import col

from bot.scheduler import work
from handlers.announcements.models.announcement import Announcement
from handlers.announcements.store import announcements, progress
from handlers.notices.models import Delivery
from tests.block_kit import buttons, problems, written
from tests.bot.channels.slack.test_delivery import to
from tests.slack_requests import command, press_home, submission, ts
from tests.wire import direct, until

INGRID = "ingrid.solvang@halden.example"
FOUND, UNKNOWN = "juergen.plettner@tannhofer.example", "anneliese.wuest@tannhofer.example"
FOR = {
    "SIGNE": "signe.aaboe@wierzba.example",
    "LUKASZ": "lukasz.wierzba@wierzba.example",
    "INIGO": "inigo.etxeandia@brisafuerte.example",
}
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


def from_home(stage, ingrid):
    stage.opens_home(ingrid)
    home = stage.slack.homes[ingrid]
    press = next(part for part in buttons(home) if part["text"]["text"] == "Write an announcement")
    return modal(stage, lambda: stage.payload(press_home(stage.slack, ingrid, press)))


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


@contextmanager
def counting(stage, code):
    """Count all the while; gives what there is of each now, and fails if it ever was another number."""
    audiences, done = set(), threading.Event()

    def count():
        with stage.database.read() as look:
            return progress.counts(look, announcements.by_code(look, code))

    def watch():
        while not done.wait(0.005):
            audiences.add(count().audience)

    def counted():
        found = count()
        states = {"sent": found.sent, "unknown": found.unknown, "failed": found.failed}
        states |= {"left out": sum(found.left_out.values()), "on the way": found.open - found.unknown}
        return {state: number for state, number in states.items() if number}

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield counted
    finally:
        done.set()
        watching.join()
    assert audiences - {0} == {4}, audiences  # nobody is counted before the audience is fixed


def now(stage, shown):
    return next(one for one in stage.slack.posted(shown["channel"]) if one["ts"] == shown["ts"])


def test_from_the_home_to_people_who_never_wrote(stage):
    ingrid = stage.somebody(INGRID)
    juergen = stage.slack.person("U0JUERGEN", FOUND)
    before = len(stage.slack.posted(direct(juergen)))
    second = fill(stage, ingrid, from_home(stage, ingrid), "Maintenance")
    mine = len(stage.slack.posted(direct(ingrid)))
    assert sends(stage, ingrid, second, listed=text(f"{FOUND}\n{UNKNOWN}"), timing=chosen("now")) == {}
    shown, control = stage.slack.posted(direct(ingrid))[mine:]  # and nothing of platforms that are not in use
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


def test_the_numbers_add_up_at_every_moment(stage):
    """Failed, lost, put off, nobody found, tried again: whoever counts meanwhile never counts one more or less."""
    ingrid = stage.somebody(INGRID)
    signe, lukasz, inigo = people = [stage.slack.person(f"U0{name}", address) for name, address in FOR.items()]
    before = [len(stage.slack.posted(direct(one))) for one in people]
    second = fill(stage, ingrid, from_home(stage, ingrid), "Trouble")
    sends(stage, ingrid, second, listed=text("\n".join([*FOR.values(), UNKNOWN])), timing=chosen("now"))
    stage.presses(ingrid, "Send", stage.slack.posted(direct(ingrid))[-1])
    stage.quiet()
    (what,) = stage.rows(Announcement, col(Announcement.title) == "Trouble")
    fails = stage.slack.fails
    with counting(stage, what.code) as counted:
        with (
            fails("chat.postMessage", "error:is_archived", only=to(signe)),
            fails("chat.postMessage", "lost", times=1, only=to(lukasz)),
            fails("chat.postMessage", "429:1", times=1, only=to(inigo)),
        ):
            clock(stage)
            until(lambda: counted() == {"failed": 1, "unknown": 1, "sent": 1, "left out": 1})
            stage.time_passes()
            stage.quiet()
        stage.says(ingrid, f"retry {what.code}")
        stage.quiet()
        assert counted() == {"sent": 3, "left out": 1}
        stage.says(ingrid, f"recall {what.code}")
        stage.quiet()
        clock(stage)
        stage.quiet()
    new = [stage.slack.posted(direct(one))[number:] for one, number in zip(people, before, strict=True)]
    assert [["was recalled" in written(shown) for shown in each] for each in new] == [[True]] * 3


def test_it_is_removed_altogether(stage):
    """Who deleted it by hand has it no more either; where the workspace keeps everything, a line takes its place; and
    what was cut off is done again."""
    ingrid = stage.somebody(INGRID)
    people = [stage.slack.person(f"U0{name}", address) for name, address in FOR.items()]
    signe, lukasz, inigo = people
    second = fill(stage, ingrid, from_home(stage, ingrid), "Withdrawn")
    sends(stage, ingrid, second, listed=text("\n".join(FOR.values())), timing=chosen("now"))
    stage.presses(ingrid, "Send", stage.slack.posted(direct(ingrid))[-1])
    stage.quiet()
    clock(stage)
    stage.quiet()
    got = lambda one: [shown for shown in stage.slack.posted(direct(one)) if "Withdrawn" in written(shown)]  # noqa: E731
    assert [len(got(one)) for one in people] == [1, 1, 1]
    (kept,) = got(signe)
    stage.slack.messages[direct(lukasz)].remove(*got(lukasz))
    (what,) = stage.rows(Announcement, col(Announcement.title) == "Withdrawn")
    stage.says(ingrid, what.code)
    stage.quiet()
    desk = stage.slack.posted(direct(ingrid))[-1]
    view = modal(stage, lambda: stage.presses(ingrid, "Recall", desk))
    assert sends(stage, ingrid, view, how=chosen("gone")) == {}
    with (
        stage.slack.fails("chat.delete", "error:compliance_exports_prevent_deletion", only=to(signe)),
        stage.slack.fails("chat.delete", "lost", times=1, only=to(inigo)),
    ):
        clock(stage)
        until(lambda: not got(signe) and not got(inigo))
        stage.time_passes()
        stage.quiet()
    assert "was recalled by its author" in written(now(stage, kept))
    assert got(inigo) == got(lukasz) == []
    assert {call["ts"] for call in stage.slack.named("chat.delete")} >= {kept["ts"]}
    states = Counter(row.state for row in stage.rows(Delivery, col(Delivery.campaign) == what.code))
    assert states == {"removed": 2, "sent": 1}


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
