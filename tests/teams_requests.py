"""Activities as Teams makes them: with its token, and shaped like those of a real tenant."""

from dataclasses import dataclass, field
from itertools import count
from time import time
from typing import Any

import httpx

from tests.adaptive import actions
from tests.fake_teams import BOT, TENANT, FakeTeams

_numbers = count(1)
Body = dict[str, Any]
OURS = "<at>Portal Assistant</at>"
MENTION = {"type": "mention", "mentioned": {"id": BOT, "name": "Portal Assistant"}, "text": OURS}


def card(shown: Body) -> Body:
    """The card of a message as the fake keeps it."""
    found: Body = shown["attachments"][0]["content"]
    return found


def button(shown: Body, label: str) -> Body:
    drawn = card(shown) if "attachments" in shown else shown
    found = [action for action in actions(drawn) if action["title"].startswith(label)]
    assert found, f"no button {label!r} among {[action['title'] for action in actions(drawn)]}"
    return found[0]


@dataclass
class Sender:
    """Teams' way to reach the program."""

    base: str
    teams: FakeTeams
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=15))

    def post(self, body: Any, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.teams.token() if token is None else token}"}
        return self.client.post(f"{self.base}/api/messages", json=body, headers=headers)

    def activity(self, kind: str, user: str, conversation: str = "", **different: Any) -> Body:
        """``conversation``: an id as Teams writes it, with the thread in it; "" for the chat with the assistant."""
        where = conversation or f"a:1{user}"
        number = next(_numbers)
        told = {"a:": "personal"}.get(where[:2], "channel" if "thread.tacv2" in where else "groupChat")
        home = {"id": where, "conversationType": told, "tenantId": TENANT, "isGroup": told != "personal"}
        person = self.teams.people[user]
        return {
            "type": kind, "id": f"16{number:011d}", "timestamp": "2026-11-25T10:00:00.000Z", "channelId": "msteams",
            "serviceUrl": self.teams.url, "from": {"id": person["id"], "name": person["name"], "aadObjectId": user},
            "conversation": home, "recipient": {"id": BOT, "name": "Portal Assistant"}, "locale": "en-GB",
            "channelData": {"tenant": {"id": TENANT}, "source": {"name": "text"}},
            "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"}], **different,
        }  # fmt: skip

    # what people do; each asserts that the program took it
    def says(self, user: str, text: str, conversation: str = "", **different: Any) -> Body:
        said = self.activity("message", user, conversation, text=text, textFormat="plain", **different)
        assert self.post(said).status_code == 200
        return said

    def mentions(self, user: str, text: str, conversation: str, **different: Any) -> Body:
        """A message at the top level of a channel has its own id as its thread's."""
        number = next(_numbers)
        made = different.pop("id", f"16{number:011d}")
        top = "thread.tacv2" in conversation and ";messageid=" not in conversation
        where = f"{conversation};messageid={made}" if top else conversation
        return self.says(user, f"{OURS} {text}", where, id=made, entities=[MENTION], **different)

    def invoke(self, user: str, name: str, value: Any, conversation: str = "", **different: Any) -> httpx.Response:
        return self.post(self.activity("invoke", user, conversation, name=name, value=value, **different))

    def presses(self, user: str, label: str, shown: Body, conversation: str = "") -> Body:
        """Press a button of a message; returns what Teams is answered."""
        action = button(shown, label)
        where = _where(shown, conversation)
        if action["type"] == "Action.Submit":
            answer = self.invoke(
                user,
                "task/fetch",
                {"data": action["data"], "context": {"theme": "default"}},
                where,
                replyToId=shown["id"],
            )
        else:
            value = {
                "action": {name: action[name] for name in ("type", "verb", "id", "data", "title")},
                "trigger": "manual",
            }
            answer = self.invoke(user, "adaptiveCard/action", value, where, replyToId=shown["id"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def submits(self, user: str, opened: Body, values: dict[str, str], conversation: str = "") -> Body | None:
        """Send a dialog that was opened; returns what Teams is answered, None where it closes."""
        (submit,) = opened["task"]["value"]["card"]["content"]["actions"]
        answer = self.invoke(
            user, "task/submit", {"data": {**submit["data"], **values}, "context": {"theme": "dark"}}, conversation
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json()) if answer.content else None

    def installs(self, user: str, conversation: str = "") -> None:
        """Teams tells of it twice."""
        added = {"membersAdded": [{"id": BOT}], "text": None}
        assert self.post(self.activity("conversationUpdate", user, conversation, **added)).status_code == 200
        assert self.post(self.activity("installationUpdate", user, conversation, action="add")).status_code == 200

    def removes(self, user: str, conversation: str = "") -> None:
        assert self.post(self.activity("installationUpdate", user, conversation, action="remove")).status_code == 200


def _where(shown: Body, conversation: str) -> str:
    if conversation:
        return conversation
    where = str(shown["conversation"])
    in_channel = "thread.tacv2" in where
    return f"{where};messageid={shown['thread'] or shown['id']}" if in_channel else where


def moment() -> int:
    return int(time())
