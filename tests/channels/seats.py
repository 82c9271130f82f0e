"""One way to sit down in front of any channel: the same steps, each through its own wire format."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from starlette.testclient import TestClient

from bot.assembly import House
from bot.database import Database
from tests import adaptive, block_kit
from tests.bot.channels.slack import conftest as slack
from tests.bot.channels.teams import conftest as teams
from tests.bot.channels.web.asking import Page
from tests.slack_requests import button as slack_button
from tests.slack_requests import command, press, press_ephemeral, submission
from tests.teams_requests import card as card_of
from tests.wire import direct, until

_numbers = count(1)
Body = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A message of the assistant's as somebody sees it. ``raw`` is the platform's own."""

    text: str
    buttons: tuple[str, ...]
    raw: Body = field(compare=False, repr=False)


@dataclass(frozen=True)
class Dialog:
    """``values``: what stands in its inputs, by their names."""

    title: str
    values: dict[str, str]
    errors: dict[str, str]
    raw: Body = field(repr=False)


class Channel(Protocol):
    name: str
    house: House
    database: Database
    managers: str
    support: str

    def somebody(self, email: str) -> str: ...
    def says(self, user: str, words: str) -> None: ...
    def types(self, user: str, name: str) -> Dialog: ...
    def presses(self, user: str, label: str, seen: Seen, where: str) -> Dialog | None: ...
    def sends(self, user: str, dialog: Dialog, values: dict[str, str]) -> Dialog | None: ...
    def replies(self, user: str, seen: Seen, words: str, where: str) -> None: ...
    def shown(self, user: str, where: str) -> list[Seen]: ...


@dataclass
class Seat:
    """Somebody on a channel. ``where``: "" for their own conversation with the assistant."""

    channel: Channel
    user: str

    def says(self, words: str) -> Seen:
        before = len(self.sees())
        self.channel.says(self.user, words)
        until(lambda: len(self.sees()) > before)
        self.quiet()
        return self.sees()[-1]

    def types(self, name: str) -> Dialog:
        return self.channel.types(self.user, name)

    def presses(self, label: str, seen: Seen, where: str = "") -> Dialog | None:
        opened = self.channel.presses(self.user, label, seen, where)
        self.quiet()
        return opened

    def sends(self, dialog: Dialog, **values: str) -> Dialog | None:
        again = self.channel.sends(self.user, dialog, {**dialog.values, **values})
        self.quiet()
        return again

    def replies(self, seen: Seen, words: str, where: str = "") -> None:
        self.channel.replies(self.user, seen, words, where)
        self.quiet()

    def sees(self, words: str = "", where: str = "") -> list[Seen]:
        """The messages with these words, as they stand now, each with what is under it."""
        return [seen for seen in self.channel.shown(self.user, where) if words in seen.text]

    def waits(self, words: str, where: str = "") -> Seen:
        """Once the program knows that it was posted, so that a press finds its card."""
        until(lambda: self.sees(words, where))
        self.quiet()
        return self.sees(words, where)[-1]

    def quiet(self) -> None:
        until(lambda: not self.channel.house.workers.busy)
        rest: Callable[[], int] = getattr(self.channel, "open_rows", lambda: 0)
        until(lambda: not rest())


@dataclass
class OnSlack(slack.Stage):
    """What a command brings is shown to the person alone, through the address that came with it: ``urls``."""

    name = "slack"
    managers, support = slack.MANAGERS, slack.SUPPORT
    urls: dict[str, set[str]] = field(default_factory=dict, kw_only=True)

    def says(self, user: str, words: str, *rest: Any, **different: Any) -> Any:
        return super().says(user, words, *rest, **different)

    def types(self, user: str, name: str) -> Dialog:
        sent = command(self.slack, user, direct(user), "") | {"command": f"/{name}"}
        self.urls.setdefault(user, set()).add(sent["response_url"])
        return self._opened(lambda: self.form(sent))

    def presses(self, user: str, label: str, seen: Seen, where: str = "", **_: Any) -> Any:
        before = len(self.slack.modals)
        pressed = slack_button(seen.raw, label)
        if url := seen.raw.get("url"):
            sent = press_ephemeral(self.slack, user, pressed, direct(user), url)
        else:
            sent = press(self.slack, user, pressed, seen.raw)
        assert self.payload(sent).status_code == 200
        self.tasks_done()
        return _modal(self.slack.modals[-1]) if len(self.slack.modals) > before else None

    def sends(self, user: str, dialog: Dialog, values: dict[str, str]) -> Dialog | None:
        made = submission(user, dialog.raw, {})
        blocks = [block for block in dialog.raw["blocks"] if block["type"] == "input"]
        state = {block["block_id"]: _filled(block, values.get(block["block_id"], "")) for block in blocks}
        made["view"]["state"]["values"] = state
        answer = self.payload(made)
        assert answer.status_code == 200
        said = answer.json() if answer.text else {}
        if said.get("response_action") == "errors":
            return Dialog(dialog.title, values, said["errors"], dialog.raw)
        return _modal(said["view"]) if said else None

    def replies(self, user: str, seen: Seen, words: str, where: str) -> None:
        super().says(user, words, where or direct(user), thread_ts=seen.raw["ts"])

    def shown(self, user: str, where: str) -> list[Seen]:
        posted = self.slack.posted(where or direct(user))
        tops = [message for message in posted if not any(message.get("thread_ts") == other["ts"] for other in posted)]
        alone = [body | {"url": url} for url, body in self.slack.responses if url in self.urls.get(user, ())]
        return [self._seen(message, posted) for message in [*tops, *([] if where else alone)]]

    def _seen(self, message: Body, posted: list[Body]) -> Seen:
        under = [block_kit.written(other) for other in posted if other.get("thread_ts") == message.get("ts", "")]
        labels = tuple(button["text"]["text"] for button in block_kit.buttons(message))
        return Seen("\n".join([block_kit.written(message), *under]), labels, deepcopy(message))

    def _opened(self, act: Callable[[], Any]) -> Dialog:
        before = len(self.slack.modals)
        assert act().status_code == 200
        until(lambda: len(self.slack.modals) > before)
        return _modal(self.slack.modals[-1])


def _modal(view: Body) -> Dialog:
    assert block_kit.problems(view, "modal") == []
    values = {block["block_id"]: _initial(block["element"]) for block in view["blocks"] if block["type"] == "input"}
    return Dialog(view["title"]["text"], values, {}, view)


def _initial(element: Body) -> str:
    chosen = element.get("initial_options") or [element.get("initial_option") or {}]
    value = element.get("initial_value") or element.get("initial_date")
    return value if isinstance(value, str) else "\n".join(option.get("value", "") for option in chosen)


def _filled(block: Body, value: str) -> Body:
    element = block["element"]
    kind, name = element["type"], element["action_id"]
    by_kind = {
        "static_select": {"selected_option": {"value": value} if value else None},
        "multi_static_select": {"selected_options": [{"value": one} for one in value.split("\n") if one]},
        "datepicker": {"selected_date": value or None},
        "rich_text_input": {"rich_text_value": _rich(value)},
    }
    return {name: {"type": kind, **by_kind.get(kind, {"value": value or None})}}


def _rich(value: str) -> Body:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}],
    }


class OnTeams(teams.Stage):
    name, managers, support = "teams", teams.MANAGERS, teams.SUPPORT

    def says(self, user: str, text: str, *rest: Any, **different: Any) -> Any:
        return super().says(user, text, *rest, **different)

    def types(self, user: str, name: str) -> Dialog:
        """A dialog is opened by a button, since words open none in Teams."""
        before = len(self.teams.posted(self.chat(user)))
        self.says(user, f"/{name}")
        until(lambda: len(self.teams.posted(self.chat(user))) > before)
        self.quiet()
        offered = self.teams.posted(self.chat(user))[before]
        (button,) = adaptive.actions(card_of(offered))
        return _dialog(super().presses(user, button["title"], offered))

    def presses(self, user: str, label: str, seen: Any, where: str = "") -> Any:
        shown = seen.raw if isinstance(seen, Seen) else seen
        answer = super().presses(user, label, shown, where and f"{where};messageid={shown['thread'] or shown['id']}")
        return _dialog(answer) if answer.get("task", {}).get("type") == "continue" else None

    def sends(self, user: str, dialog: Dialog, values: dict[str, str]) -> Dialog | None:
        ids = {
            name.removesuffix("[]"): name for name in adaptive.inputs(dialog.raw["task"]["value"]["card"]["content"])
        }
        typed = {ids[name]: value.replace("\n", ",") if ids[name] != name else value for name, value in values.items()}
        answer = self.submits(user, dialog.raw, typed)
        return _dialog(answer) if answer else None

    def replies(self, user: str, seen: Seen, words: str, where: str) -> None:
        """In a channel in the thread; in a chat, which has none, with a quote."""
        if where:
            super().says(user, words, f"{where};messageid={seen.raw['id']}")
        else:
            super().says(user, words, attachments=[{"id": seen.raw["id"], "contentType": "messageReference"}])

    def shown(self, user: str, where: str) -> list[Seen]:
        posted = self.teams.posted(where or self.chat(user))
        tops = [message for message in posted if not any(message["thread"] == other["id"] for other in posted)]
        return [self._seen(message, posted) for message in tops]

    def _seen(self, message: Body, posted: list[Body]) -> Seen:
        under = [adaptive.written(card_of(other)) for other in posted if other["thread"] == message["id"]]
        labels = tuple(action["title"] for action in adaptive.actions(card_of(message)))
        return Seen("\n".join([adaptive.written(card_of(message)), *under]), labels, deepcopy(message))


def _dialog(answer: Body) -> Dialog:
    content = answer["task"]["value"]["card"]["content"]
    assert adaptive.problems(content) == []
    errors: dict[str, str] = {}
    last = ""
    for part in content["body"]:
        last = part.get("id", last).removesuffix("[]")
        red = [run["text"] for run in part.get("inlines", ()) if run.get("color") == "Attention"]
        errors |= dict.fromkeys([last] if red else [], " ".join(red))
    values = {name.removesuffix("[]"): field.get("value", "") for name, field in adaptive.inputs(content).items()}
    return Dialog(answer["task"]["value"]["title"], values, errors, answer)


class OnPage:
    name, managers, support = "web", "managers", "support"

    def __init__(self, client: TestClient, house: House) -> None:
        self.page = Page(client)
        self.house = house
        self.database = house.database

    def somebody(self, email: str) -> str:
        return email

    def says(self, user: str, words: str) -> None:
        assert self.page.post("say", user, text=words).status_code == 200

    def types(self, user: str, name: str) -> Dialog:
        return self._form(self.page.post("say", user, text=f"/{name}").json()["form"])

    def presses(self, user: str, label: str, seen: Seen, where: str) -> Dialog | None:
        found = next(button for button in _buttons(seen.raw) if button["label"].startswith(label))
        fields = {
            "action": found["action"],
            "value": found["value"],
            "message": seen.raw["id"],
            "place": where or "chat",
        }
        form = self.page.post("press", user, **fields).json().get("form")
        return self._form(form | {"where": fields}) if form else None

    def sends(self, user: str, dialog: Dialog, values: dict[str, str]) -> Dialog | None:
        at = {
            name: dialog.raw.get("where", {}).get(name, default)
            for name, default in (("message", ""), ("place", "chat"))
        }
        answer = self.page.post(
            "submit", user, form=dialog.raw["name"], context=dialog.raw["context"], values=values, **at
        )
        if answer.status_code == 422:
            return Dialog(dialog.title, values, answer.json()["errors"], dialog.raw)
        assert answer.status_code == 200, answer.text
        form = answer.json()["form"]
        return self._form(form) if form else None

    def replies(self, user: str, seen: Seen, words: str, where: str) -> None:
        answer = self.page.post("say", user, text=words, thread=seen.raw["id"], place=where or "chat")
        assert answer.status_code == 200, answer.text

    def shown(self, user: str, where: str) -> list[Seen]:
        messages = self.page.messages(user, where or "chat")
        tops = [message for message in messages if message["card"] and not message["thread"]]
        return [self._seen(message, messages) for message in tops]

    def _seen(self, message: Body, messages: list[Body]) -> Seen:
        under = [_written(other) for other in messages if other["thread"] == message["id"]]
        return Seen("\n".join([_written(message), *under]), tuple(b["label"] for b in _buttons(message)), message)

    @staticmethod
    def _form(form: Body) -> Dialog:
        return Dialog(form["title"], {field["name"]: field["value"] for field in form["inputs"]}, {}, form)


def _buttons(message: Body) -> list[Body]:
    found: list[Body] = []
    for element in message["card"]["body"]:
        found += element.get("buttons", [])
        found += [element["button"]] if "button" in element else []
    return found


def _written(message: Body) -> str:
    if not message["card"]:
        return str(message["text"])
    return "\n".join([message["card"]["title"], *_texts(message["card"]["body"])])


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [
            text
            for name, each in part.items()
            if name not in ("kind", "action", "value", "png")
            for text in _texts(each)
        ]
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    return [part] if isinstance(part, str) else []


def number(text: str, letter: str) -> str:
    """The first number of a deal (D), a ticket (T) or an announcement (A)."""
    found = re.search(rf"\b{letter}-[0-9A-Z]{{4,8}}\b", text)
    assert found, text
    return found[0]


def fresh() -> int:
    return next(_numbers)
