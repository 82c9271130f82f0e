"""How another platform draws a message, as a card that can be shown on this one: what that platform really gets, read
back part by part. What can only be done there, as pressing a button, stands as its words."""

import re
from collections.abc import Iterable, Iterator

from bot.channels import richtext
from bot.channels.slack import blocks as slack
from bot.channels.slack.formatted import of_mrkdwn, of_rich_text
from bot.channels.teams import cards as teams
from bot.channels.teams.prose import Block
from handlers.cite import PIECE, content
from handlers.ui import MAX_BODY, MAX_TEXT, Buttons, Card, Divider, Element, Markdown, Text

FROM = "Taken from the very message that {} gets, in the letters used here. What stands in [ ] is a button there."
CELLS = "A table has cells there."
STYLES = "Code and struck words stay so beside a link there."
CUT = "The rest of it is longer than can be shown here."
NAMES = {"slack": "Slack", "teams": "Teams", "web": "the browser page"}
_TIGHT = ("Small", "None")
_PIPE = re.compile(r"(?<!\\)\|")
_LETTERS = re.compile(r"[`~<]")  # those that mean something in Markdown and nothing to a TextBlock

Part = str | Element
"""Markdown, which may be joined to what is before it, or anything else."""


def elsewhere(card: Card, platform: str) -> Card:
    body = list(_joined(_drawn(card, platform)))
    note = " ".join([FROM.format(NAMES[platform]), *dict.fromkeys(_notes(body))])
    if len(body) >= MAX_BODY:
        body[MAX_BODY - 2 :] = [_subtle(CUT)]
    return Card(title=f"As {NAMES[platform]} draws it", body=(_subtle(note), *body))


def _notes(body: Iterable[Element]) -> Iterator[str]:
    """What this platform may not be able to show."""
    for block in _all(block for part in body if isinstance(part, Markdown) for block in richtext.parse(part.text)):
        match block:
            case richtext.Table():
                yield CELLS
            case richtext.Paragraph() if any(span.url for span in block.spans):
                if any(span.code or span.strike for span in block.spans):
                    yield STYLES


def _all(blocks: Iterable[richtext.Block]) -> Iterator[richtext.Block]:
    for block in blocks:
        yield block
        if isinstance(block, richtext.Quote):
            yield from _all(block.blocks)
        elif isinstance(block, richtext.List):
            yield from _all(inner for item in block.items for inner in item)


def _drawn(card: Card, platform: str) -> Iterable[Part]:
    if platform == "slack":
        return (part for block in slack.draw(card) for part in _slack(block))
    if platform == "teams":
        return _teams(teams.draw(card)["body"])
    body = (_labels(b.label for b in part.buttons) if isinstance(part, Buttons) else part for part in card.body)
    return (_bold(card.title), *body)


def _joined(parts: Iterable[Part]) -> Iterator[Element]:
    """Texts that follow each other are one, as long as it may be."""
    held: list[str] = []
    for part in parts:
        if held and not (isinstance(part, str) and sum(map(len, held)) + len(part) + 2 * len(held) <= PIECE):
            yield from content("\n\n".join(held))
            held = []
        if isinstance(part, str):
            held.append(part)
        else:
            yield part
    yield from content("\n\n".join(held))


def _subtle(text: str) -> Text:
    return Text(text=text[:MAX_TEXT] or " ", style="subtle")


def _labels(labels: Iterable[str]) -> Text:
    return Text(text="  ".join(f"[{label}]" for label in labels))


def _bold(text: str) -> str:
    return _rich("section", [{"text": text, "style": {"bold": True}}])


def _rich(kind: str, spans: Iterable[Block]) -> str:
    elements = [{"type": "text", **span} for span in spans]
    return of_rich_text({"elements": [{"type": f"rich_text_{kind}", "elements": elements}]})


# -- Slack ------------------------------------------------------------------------------------------------------------


def _slack(block: Block) -> Iterator[Part]:
    match block["type"]:
        case "header":
            yield _bold(block["text"]["text"])
        case "rich_text":
            yield of_rich_text(block)
        case "context":
            yield _subtle(" ".join(element["text"] for element in block["elements"]))
        case "section":
            marked = block["text"]["type"] == "mrkdwn"
            yield of_mrkdwn(block["text"]["text"]) if marked else _rich("section", [{"text": block["text"]["text"]}])
            yield _labels([block["accessory"]["text"]["text"]])
        case "actions":
            yield _labels(button["text"]["text"] for button in block["elements"])
        case "divider":
            yield Divider()


# -- Teams ------------------------------------------------------------------------------------------------------------


def _teams(parts: Iterable[Block]) -> Iterator[Part]:
    """Lines that stand close below each other are one paragraph."""
    near: list[str] = []
    for part in parts:
        line = _line(part)
        if near and not (line and part.get("spacing") in _TIGHT):
            yield "  \n".join(near)
            near = []
        if line:
            near.append(line)
        else:
            yield from _other(part)
    if near:
        yield "  \n".join(near)


def _line(part: Block) -> str:
    """What it says, if it is a line of text."""
    if part["type"] == "TextBlock":
        return _LETTERS.sub(r"\\\g<0>", part["text"])
    if part["type"] == "RichTextBlock" and not _is_subtle(part):
        return _rich("section", map(_run, part["inlines"]))
    return ""


def _is_subtle(part: Block) -> bool:
    return all(run.get("isSubtle") for run in part["inlines"])


def _run(run: Block) -> Block:
    style = {
        "bold": run.get("weight") == "Bolder",
        "italic": bool(run.get("italic")),
        "strike": bool(run.get("strikethrough")),
        "code": run.get("fontType") == "Monospace",
    }
    return {"text": run["text"], "style": style}


def _other(part: Block) -> Iterator[Part]:
    match part["type"]:
        case "RichTextBlock":
            yield _subtle("".join(run["text"] for run in part["inlines"]))
        case "Container":
            yield from _boxed(part)
        case "ActionSet":
            yield _labels(action["title"] for action in part["actions"])
        case "Table":
            yield _table(part)
        case "Image":
            yield _subtle(part["altText"])
        case "ColumnSet":
            for column in part["columns"]:
                yield from _teams(column["items"])


def _boxed(box: Block) -> Iterator[Part]:
    """Grey boxes are what others draw as quotes, and those with typewriter's letters alone as code."""
    runs = [run for item in box["items"] for run in item.get("inlines", [{}])]
    if len(runs) == len(box["items"]) and all(run.get("fontType") == "Monospace" for run in runs):
        yield _rich("preformatted", [{"text": "\n".join(run["text"] for run in runs)}])
        return
    inner = "\n\n".join(_words(part) for part in _teams(box["items"]))
    yield re.sub("^", "> ", inner, flags=re.MULTILINE) if box["style"] == "emphasis" else inner


def _words(part: Part) -> str:
    return part if isinstance(part, str) else _rich("section", [{"text": getattr(part, "text", "")}])


def _table(table: Block) -> str:
    head, *rows = ([_cell(cell["items"]) for cell in row["cells"]] for row in table["rows"])
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _cell(items: Iterable[Block]) -> str:
    return _PIPE.sub(r"\|", " ".join(" ".join(_line(item).split()) for item in items))
