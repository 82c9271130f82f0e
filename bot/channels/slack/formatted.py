"""Slack's formatting -> Markdown, and back for a dialog that is filled. What mentions somebody becomes plain words: a
message that is passed on must not call people."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.channels import richtext
from bot.channels.slack.blocks import Block, rich
from bot.channels.slack.envelope import an_object, storable

_SPECIAL = re.compile(r"([\\`*\[\]~<&]|(?<![^\W_])_|_(?![^\W_]))")
_FIRST = re.compile(r"^(\s*\d{0,9})((?<!\d)[#>+=|-]|(?<=\d)[.)])", re.MULTILINE)
_EDGES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)
_MARKS = {"bold": "**", "italic": "*", "strike": "~~"}
_TOKENS = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<url>(?:https?|mailto|tel):[^|>\s]+)(?:\|(?P<label>[^>]*))?>"
    r"|<(?P<called>[@#!][^|>]*)(?:\|(?P<named>[^>]*))?>"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])",
    re.DOTALL,
)
_DEEPEST = 8


def markdown(message: Mapping[str, Any], bot_user: str = "") -> str:
    """What a message says: its rich text where it has one, else its text in Slack's notation."""
    blocks = message.get("blocks")
    parts = [of_rich_text(block, bot_user) for block in blocks if _is_rich(block)] if isinstance(blocks, list) else []
    return "\n\n".join(part for part in parts if part) or of_mrkdwn(str(message.get("text") or ""), bot_user)


def rich_text(text: str) -> Block:
    """Markdown as a dialog's field shows it."""
    drawn = list(rich(richtext.parse(text)))
    return drawn[0] if drawn else {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}


def of_rich_text(block: Any, bot_user: str = "") -> str:
    written, last = "", ""
    for element in _stepped(_objects(an_object(block).get("elements"))):
        text = _element(element, bot_user)
        kind = f"{element.get('type')}"
        if text.strip():
            gap = "\n" if kind == last == "rich_text_list" else "\n\n"
            written += (gap if written else "") + text
        last = kind
    return storable(written)


def _stepped(elements: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Lists may begin further in, and go in by several steps at once; in Markdown that would be code, or plain text."""
    first, depth = 0, -1
    for element in elements:
        if element.get("type") != "rich_text_list":
            depth = -1
            yield element
            continue
        indent = _number(element.get("indent"))
        first = indent if depth < 0 else first
        depth = max(0, min(indent - first, depth + 1, _DEEPEST))
        yield {**element, "indent": depth}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def of_mrkdwn(text: str, bot_user: str = "") -> str:
    lines = [re.sub(r"^(\s*)[•◦▪]\s?", r"\1- ", line) for line in text.split("\n")]
    return storable(_hard("".join(_tokens("\n".join(lines), bot_user)))).strip()


def _is_rich(block: Any) -> bool:
    return an_object(block).get("type") == "rich_text"


def _objects(value: Any) -> Iterable[dict[str, Any]]:
    return (an_object(one) for one in value) if isinstance(value, list) else ()


def _element(element: dict[str, Any], bot_user: str) -> str:
    spans = "".join(_span(span, bot_user) for span in _objects(element.get("elements")))
    match element.get("type"):
        case "rich_text_section":
            return _literal(spans)
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _literal(spans).split("\n"))
        case "rich_text_preformatted":
            code = "".join(str(span.get("text") or span.get("url") or "") for span in _objects(element["elements"]))
            return _fenced(code)
        case "rich_text_list":
            return "\n".join(_items(element, bot_user))
    return ""


def _literal(spans: str) -> str:
    """No line of it begins a heading, a list or a quote."""
    return _hard(_FIRST.sub(r"\1\\\2", spans).strip("\n"))


def _items(element: dict[str, Any], bot_user: str) -> Iterable[str]:
    for number, item in enumerate(_objects(element.get("elements")), start=_number(element.get("offset")) + 1):
        mark = f"{number}." if element.get("style") == "ordered" else "-"
        yield "    " * _number(element.get("indent")) + f"{mark} {_element(item, bot_user).replace(chr(10), ' ')}"


def _span(span: dict[str, Any], bot_user: str) -> str:
    said = str(span.get("text") or "")
    style = an_object(span.get("style"))
    match span.get("type"):
        case "text" if style.get("code"):
            return _code(said)
        case "text":
            return _marked(_escaped(said), style)
        case "link":
            return _marked(_link(str(span.get("url") or ""), said), style)
        case "emoji":
            return _emoji(span)
        case "user" if span.get("user_id") == bot_user:
            return ""
    called = _CALLS.get(str(span.get("type")))
    return _escaped(called(span)) if called else ""


_CALLS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "user": lambda _: "@someone",
    "usergroup": lambda _: "@a group",
    "channel": lambda _: "#a channel",
    "broadcast": lambda span: f"@{span.get('range')}",
    "date": lambda span: str(span.get("fallback") or ""),
    "color": lambda span: str(span.get("value") or ""),
}


def _tokens(text: str, bot_user: str) -> Iterable[str]:
    at = 0
    for found in _TOKENS.finditer(text):
        yield _plain(text[at : found.start()])
        yield _token(found, bot_user)
        at = found.end()
    yield _plain(text[at:])


def _token(found: re.Match[str], bot_user: str) -> str:
    if found["block"] is not None:
        return f"\n{_fenced(_unescaped(found['block']))}\n"
    if found["code"] is not None:
        return _code(_unescaped(found["code"]))
    if found["url"] is not None:
        return _link(_unescaped(found["url"]), _unescaped(found["label"] or ""))
    if found["called"] is not None:
        if found["called"] == f"@{bot_user}":
            return ""
        sign, name = found["called"][0], found["named"]
        called = found["called"][1:].partition("^")[0] if sign == "!" else "someone" if sign == "@" else "a channel"
        return _escaped(name if name and sign == "!" else ("#" if sign == "#" else "@") + (name or called))
    style = next(name for name in _MARKS if found[name] is not None)
    return _marked("".join(_tokens(found[style], bot_user)), {style: True})


def _plain(text: str) -> str:
    """Quotes and lists begin lines in the same way in both notations."""
    quoted = re.sub(r"^&gt;", "\0", text, flags=re.MULTILINE)
    return _escaped(_unescaped(quoted)).replace("\0", ">")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _marked(text: str, style: Mapping[str, Any]) -> str:
    """Marks hold only where they touch a word."""
    before, words, after = _EDGES.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches everything
    for name, mark in _MARKS.items():
        words = f"{mark}{words}{mark}" if words and style.get(name) else words
    return f"{before}{words}{after}"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _fenced(text: str) -> str:
    body = text.strip("\n")
    return f"```\n{body}\n```" if body else ""


def _link(url: str, label: str) -> str:
    return f"[{_escaped(label or url)}](<{url.replace('<', '%3C').replace('>', '%3E')}>)" if url else ""


def _emoji(span: dict[str, Any]) -> str:
    try:
        return "".join(chr(int(point, 16)) for point in str(span["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{span.get('name')}:"


def _hard(text: str) -> str:
    """A line that was ended is ended: Markdown would let the words flow on. Code keeps its lines as they are."""
    parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
    broken = [part if part.startswith("```") else re.sub(r"(?<=\S)\n(?=\S)", "  \n", part) for part in parts]
    return "".join(broken)
