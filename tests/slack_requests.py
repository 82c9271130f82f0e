"""Requests as Slack makes them: signed, and shaped like those of a real workspace."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from itertools import count
from time import time
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.fake_slack import BOT_USER, TEAM, FakeSlack
from tests.wire import direct

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
APP = "A0PORTAL"
_numbers = count(1)
Body = dict[str, Any]


def ts() -> str:
    return f"{int(time())}.{next(_numbers) + 500_000:06d}"


def signature(secret: str, stamp: str, raw: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()


def signed(raw: bytes, content_type: str = "application/json", stamp: str | None = None) -> dict[str, str]:
    stamp = stamp or str(int(time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(SECRET, stamp, raw),
    }


def event(inner: Body, **different: Any) -> Body:
    number = next(_numbers)
    return {
        "token": "ZZZZZZWSxiZZZ2yIvs3peJ", "team_id": TEAM, "context_team_id": TEAM, "context_enterprise_id": None,
        "api_app_id": APP, "event": inner, "type": "event_callback", "event_id": f"Ev{number:09d}",
        "event_time": int(time()), "is_ext_shared_channel": False, "event_context": f"4-{number}",
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True,
                            "is_enterprise_install": False}],
        **different,
    }  # fmt: skip


def message(user: str, channel: str, text: str, **different: Any) -> Body:
    """A message event's inner part. Direct messages are told by their channel."""
    moment = different.get("ts") or ts()
    kind = "im" if channel.startswith("D") else "channel"
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    blocks = [{"type": "rich_text", "block_id": "x1y2", "elements": [element]}]
    return {
        "type": "message", "user": user, "ts": moment, "client_msg_id": f"c-{moment}", "text": text, "team": TEAM,
        "blocks": blocks, "channel": channel, "event_ts": moment, "channel_type": kind, **different,
    }  # fmt: skip


def mention(said: Body) -> Body:
    """The second event that Slack sends for a message which names us."""
    return {key: value for key, value in said.items() if key != "channel_type"} | {"type": "app_mention"}


def command(slack: FakeSlack, user: str, channel: str, text: str, team: str = TEAM, url: str = "") -> Body:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": team, "team_domain": "home", "channel_id": channel,
        "channel_name": "general", "user_id": user, "user_name": user.lower(), "command": "/portal", "text": text,
        "api_app_id": APP, "is_enterprise_install": "false", "response_url": url or slack.respond_url(),
        "trigger_id": slack.trigger(),
    }  # fmt: skip


def press(slack: FakeSlack, user: str, button: Body, shown: Body, *, team: str = TEAM, url: str = "") -> Body:
    """A press on a button of a message that stands in a channel (``shown`` as the fake keeps it)."""
    container = {"type": "message", "message_ts": shown["ts"], "channel_id": shown["channel"], "is_ephemeral": False}
    if shown.get("thread_ts"):
        container["thread_ts"] = shown["thread_ts"]
    body = _press(slack, user, button, container, team)
    body["message"] = {"type": "message", "bot_id": "B0BOT", **{key: shown[key] for key in ("text", "ts", "blocks")}}
    return body | {
        "channel": {"id": shown["channel"], "name": "directmessage"},
        "state": {"values": {}},
        "response_url": url or slack.respond_url(),
    }


def press_ephemeral(slack: FakeSlack, user: str, button: Body, channel: str, url: str = "", thread: str = "") -> Body:
    """Slack sends no message along with a press in something that only one person sees."""
    container = {"type": "message", "message_ts": ts(), "channel_id": channel, "is_ephemeral": True}
    if thread:
        container["thread_ts"] = thread
    body = _press(slack, user, button, container, TEAM)
    return body | {"channel": {"id": channel, "name": "general"}, "response_url": url or slack.respond_url()}


def press_home(slack: FakeSlack, user: str, button: Body) -> Body:
    body = _press(slack, user, button, {"type": "view", "view_id": "V0HOME"}, TEAM)
    return body | {"view": {"id": "V0HOME", "type": "home", "hash": "1.h", "private_metadata": "", "callback_id": ""}}


def _press(slack: FakeSlack, user: str, button: Body, container: Body, team: str) -> Body:
    action = {"type": "button", "block_id": "b1", "action_ts": ts(), **button}
    return {
        "type": "block_actions", "user": {"id": user, "username": user.lower(), "name": user, "team_id": team},
        "api_app_id": APP, "token": "x", "container": container, "trigger_id": slack.trigger(),
        "team": {"id": team, "domain": "home"}, "enterprise": None, "is_enterprise_install": False, "actions": [action],
    }  # fmt: skip


def submission(user: str, view: Body, values: dict[str, str | None], *, team: str = TEAM, view_id: str = "") -> Body:
    state = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
    number = next(_numbers)
    return {
        "type": "view_submission", "team": {"id": team, "domain": "home"}, "api_app_id": APP, "token": "x",
        "user": {"id": user, "username": user.lower(), "name": user, "team_id": team}, "trigger_id": f"1.2.{number}",
        "view": {**view, "id": view_id or f"V{number}", "hash": f"{number}.abc", "team_id": team,
                 "state": {"values": state}, "app_id": APP, "app_installed_team_id": TEAM, "bot_id": "B0BOT"},
        "response_urls": [], "is_enterprise_install": False, "enterprise": None,
    }  # fmt: skip


@dataclass
class Sender:
    """Slack's way to reach the program."""

    base: str
    slack: FakeSlack
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=15))

    def post(self, raw: bytes, headers: dict[str, str]) -> httpx.Response:
        return self.client.post(f"{self.base}/slack/events", content=raw, headers=headers)

    def json(self, body: Any) -> httpx.Response:
        raw = json.dumps(body).encode()
        return self.post(raw, signed(raw))

    def form(self, body: dict[str, str]) -> httpx.Response:
        raw = urlencode(body).encode()
        return self.post(raw, signed(raw, "application/x-www-form-urlencoded"))

    def payload(self, body: Body) -> httpx.Response:
        return self.form({"payload": json.dumps(body)})

    # what people do; each asserts that the program took it
    def says(self, user: str, text: str, channel: str = "", **different: Any) -> Body:
        said = message(user, channel or direct(user), text, **different)
        assert self.json(event(said)).status_code == 200
        return said

    def mentions(self, user: str, channel: str, text: str, **different: Any) -> Body:
        said = message(user, channel, f"<@{BOT_USER}> {text}", **different)
        assert self.json(event(mention(said))).status_code == 200
        assert self.json(event(said)).status_code == 200
        return said

    def commands(self, user: str, text: str, channel: str, **different: str) -> Body:
        sent = command(self.slack, user, channel, text, **different)
        assert self.form(sent).status_code == 200
        return sent

    def presses(self, user: str, label: str, shown: Body, **different: str) -> Body:
        sent = press(self.slack, user, button(shown, label), shown, **different)
        assert self.payload(sent).status_code == 200
        return sent


def button(shown: Body, label: str) -> Body:
    """What comes back in a press of this button."""
    from tests.block_kit import buttons

    found = [part for part in buttons(shown) if part["text"]["text"].startswith(label)]
    assert found, f"no button {label!r} among {[part['text']['text'] for part in buttons(shown)]}"
    return {key: value for key, value in found[0].items() if key in ("action_id", "value", "text")}
