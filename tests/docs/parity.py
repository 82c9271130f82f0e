# ruff: noqa: E501  (a table reads best with a row on a line)
"""docs/parity.md, made of the features' manifests and of what Slack and Teams are told in theirs.

python -m tests.docs.parity > docs/parity.md
"""

import json
from collections.abc import Iterator

from bot.channels.slack.manifest import manifest as slack_manifest
from bot.channels.teams.package import manifest as teams_manifest
from handlers import router
from handlers.feature import Feature

SLACK = json.loads(slack_manifest("https://portal.example", socket_mode=False))["features"]
TEAMS = json.loads(teams_manifest("22222222-aaaa-4bbb-8ccc-000000000002", "https://portal.example", "Vendor"))
Row = tuple[str, str, str, str]

NATIVE = "native"
EVERYWHERE = (NATIVE, NATIVE, NATIVE)
HEAD = """# What works where

Every ability on every platform: *native*, in another form, or not there, and why. This page is made of the manifests of the
features and of those that Slack and Teams are given: `python -m tests.docs.parity > docs/parity.md`; a test keeps it so.
"""

COMMON: tuple[Row, ...] = (
    ("Questions and wishes in words, alone with the assistant", *EVERYWHERE),
    ("in a channel", NATIVE, NATIVE, "not there: nobody writes to the assistant in the page's channels"),
    ("in a group chat", NATIVE, "other form: mention it every time, since group chats have no threads", "not there: one person only"),
    ("A thread that goes on without mentioning it", NATIVE, "native, where the team consents (docs/teams.md)", NATIVE),
    ("Replies to one message in a chat", NATIVE, "other form: reply with quote", NATIVE),
    ("A source that is named, with a link", *EVERYWHERE),
    ("A vote on an answer", *EVERYWHERE),
    ("An answer that only the asker sees", "native: a message that is shown to them alone", "other form: in their chat with the assistant", "not there: the page's channels take no questions"),
    ("A sign that it is at work", "native: the agent's status", "native: typing", "native: the message waits"),
    ("What to ask, to begin with", "native: suggested prompts", "native: suggested actions under the welcome", "native: in the demo"),
    ("A welcome when it is installed", "other form: the Home", NATIVE, "not there: nothing is installed"),
    ("Home", "native: a tab", "other form: a card, at the word “home”", "native: a tab"),
    ("A message that was edited or deleted", NATIVE, NATIVE, "native: replies"),
    ("A dialog that was closed without sending it", NATIVE, "other form: what it was opened with is kept, and what was sent with something wrong in it; Teams does not tell of closing", NATIVE),
    ("A dialog that was left on another platform", "native: offered once", "native: offered once", "native: offered once"),
    ("A dialog asked for in words", "other form: a button opens it", "other form: a button opens it", "other form: a button opens it"),
    ("Files with the words of a ticket", "native: links to them", "native: links to them", "native: links to them"),
    ("A picture in a card", "native: uploaded as a file", NATIVE, NATIVE),
    ("Unasked messages to somebody who never wrote", "native: found by their address", "not there: Teams knows no address before they install the app", NATIVE),
    ("A message whose fate is unknown", "native: looked up, then sent again", "other form: sent again and marked, or left to an operator", "native: it is there or not"),
)  # fmt: skip


def page() -> str:
    lines = [HEAD, "## In general", "", *_table(COMMON)]
    for feature in router.FEATURES:
        rows = list(_rows(feature))
        if rows:
            lines += ["", f"## {feature.name.capitalize()}", "", *_table(rows)]
    return "\n".join(lines) + "\n"


def _rows(feature: Feature) -> Iterator[Row]:
    for name in feature.commands:
        yield _command(name)
    for name in feature.shortcuts:
        yield _shortcut(name)
    for name in feature.actions:
        yield (f"button `{name}`", *EVERYWHERE)
    for name in feature.forms:
        yield (f"dialog `{name}`", *EVERYWHERE)
    for name in feature.threads:
        yield (f"words under a `{name}` message", NATIVE, "native in channels; in chats by reply with quote", NATIVE)
    for name in feature.schedules:
        yield (f"what the clock does, `{name}`", *EVERYWHERE)


def _command(name: str) -> Row:
    slack = (
        NATIVE if f"/{name}" in {command["command"] for command in SLACK["slash_commands"]} else "other form: in words"
    )
    listed = {command["title"] for command in TEAMS["bots"][0]["commandLists"][0]["commands"]}
    teams = "native: in the list of commands" if name in listed else "other form: in words"
    return f"command `{name}`", slack, teams, "other form: typed with a slash"


def _shortcut(name: str) -> Row:
    slack = {shortcut["callback_id"] for shortcut in SLACK["shortcuts"]}
    teams = {command["id"] for command in TEAMS["composeExtensions"][0]["commands"]}
    there = {True: NATIVE, False: "not there: the manifest does not name it"}
    return f"action on a message `{name}`", there[name in slack], there[name in teams], NATIVE


def _table(rows: tuple[Row, ...] | list[Row]) -> list[str]:
    return ["| Ability | Slack | Teams | Page |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    print(page(), end="")
