"""What Slack would refuse: the schema made of its own types, and the rules that no schema can say."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMA = Path(__file__).parent / "data" / "slack-blocks.schema.json"
DEFINITIONS = {
    "actions": "ActionsBlock", "context": "ContextBlock", "divider": "DividerBlock", "header": "HeaderBlock",
    "image": "ImageBlock", "input": "InputBlock", "rich_text": "RichTextBlock", "section": "SectionBlock",
}  # fmt: skip
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 13_000  # characters over all blocks of a message; Slack answers msg_blocks_too_long a little above
PINGS = ("<!", "<@", "<#")


@cache
def _validator(name: str) -> Draft7Validator:
    schema = json.loads(SCHEMA.read_text())
    return Draft7Validator({**schema, "$ref": f"#/definitions/{name}"})


def problems(shown: dict[str, Any], surface: str) -> list[str]:
    """Why Slack would refuse this message, modal or Home; an empty list if it would not."""
    blocks = shown.get("blocks") or []
    found = [problem for block in blocks for problem in _block(block)]
    if len(blocks) > MOST_BLOCKS[surface]:
        found.append(f"{len(blocks)} blocks")
    found += [f"block_id {name} twice" for name in _twice(block.get("block_id") for block in blocks)]
    ids = [part["action_id"] for part in parts(blocks) if "action_id" in part]
    found += [f"action_id {name} twice" for name in _twice(ids)]
    return found + (_message(shown) if surface == "message" else _view(shown, surface))


def _block(block: dict[str, Any]) -> Iterator[str]:
    name = DEFINITIONS.get(block.get("type", ""))
    if name is None:
        yield f"unexpected block {block.get('type')}"
        return
    for error in _validator(name).iter_errors(block):
        yield f"{block['type']}: {error.json_path} {error.message[:200]}"
    try:
        parsed = Block.parse(block)
        if parsed is not None:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield f"{block['type']}: {error}"


def _message(shown: dict[str, Any]) -> Iterator[str] | list[str]:
    found = []
    text = shown.get("text") or ""
    if not text.strip():
        found.append("no text for notifications")
    if len(text) > 40_000:
        found.append("text too long")
    length = sum(len(written) for written in texts(shown.get("blocks") or []))
    if length > MOST_TEXT:
        found.append(f"{length} characters in blocks")
    if shown.get("link_names") or shown.get("parse"):
        found.append("asks Slack to look for names")
    return found


def _view(shown: dict[str, Any], surface: str) -> list[str]:
    name = {"modal": "ModalView", "home": "HomeView"}[surface]
    found = [f"{error.json_path} {error.message[:200]}" for error in _validator(name).iter_errors(shown)]
    if surface == "modal" and any(block["type"] == "input" for block in shown["blocks"]) and not shown.get("submit"):
        found.append("input without submit")
    try:
        View(**shown).to_dict()
    except SlackObjectFormationError as error:
        found.append(str(error))
    return found


def _twice(names: Any) -> list[str]:
    return [str(name) for name, times in Counter(name for name in names if name).items() if times > 1]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a block, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def texts(blocks: Any) -> Iterator[str]:
    for part in parts(blocks):
        if isinstance(part.get("text"), str):
            yield part["text"]


def pings(shown: dict[str, Any]) -> list[str]:
    """Places where Slack would notify somebody, or draw a link nobody wrote: only these fields are read as markup."""
    read = [shown.get("text") or ""]
    read += [part["text"] for part in parts(shown.get("blocks")) if part.get("type") == "mrkdwn"]
    found = [text for text in read if any(mark in text for mark in PINGS)]
    kinds = {"user", "usergroup", "channel", "broadcast", "team"}
    return found + [str(part) for part in parts(shown.get("blocks")) if part.get("type") in kinds]


def written(shown: dict[str, Any]) -> str:
    """Everything a person reads in a message, in order."""
    return "\n".join(texts(shown.get("blocks") or []))


def buttons(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in parts(shown.get("blocks")) if part.get("type") == "button"]
