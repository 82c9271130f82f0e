"""A folder of Markdown with optional YAML front matter."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from indexer.blocks import blocks
from indexer.passages import plain
from indexer.sources.reading import Reading, decode
from knowledge.draft import LONGEST_TITLE

SUFFIXES = {".md", ".markdown"}
LARGEST_FRONT_MATTER = 200_000  # characters; YAML is read at about 100,000 a second
_FENCE = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)
_FIELD = re.compile(r"""["']?([^\s:#"'-][^:"']*)["']?[ \t]*:""")


class _Loader(yaml.SafeLoader):
    """YAML as its author reads it: 1.10 is no number, `no` is Norwegian, and a day is checked by the article."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_folder(folder: Path) -> Reading:
    """Every Markdown file below the folder; an article's id is its path without the suffix."""
    reading = Reading()
    for path in sorted(_files(folder, reading)):
        relative = path.relative_to(folder)
        if any(part.startswith(".") for part in relative.parts):
            continue
        if path.suffix.lower() in SUFFIXES:
            read_file(path, relative.as_posix(), relative.with_suffix("").as_posix(), reading)
        else:
            reading.skipped.append(shown(relative.as_posix()))
    return reading


def _files(folder: Path, reading: Reading) -> Iterator[Path]:
    """A folder that cannot be listed is a problem: its articles must not count as removed."""

    def refuse(error: OSError) -> None:
        reading.refuse(
            shown(Path(error.filename).relative_to(folder).as_posix()), 1, f"cannot be read: {error.strerror}", None
        )

    for place, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(place, name) for name in names)


def read_file(path: Path, file: str, key: str, reading: Reading) -> None:
    if shown(file) != file:
        reading.refuse(shown(file), 1, "its name is not UTF-8; rename the file", None)
        return
    text = decode(path, file, reading, key)
    if text is None:
        return
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        fields, body = split_front_matter(text)
    except FrontMatterError as error:
        reading.refuse(file, error.line, str(error), key)
        return
    if not fields.get("title"):
        title = _first_heading(body)
        if title is None:
            reading.refuse(file, 1, "no title: write one in the front matter, or a heading", key)
            return
        fields["title"] = title[:LONGEST_TITLE]
    reading.add(file, 1, key, {**fields, "body": body}, _lines_of(text[: len(text) - len(body)]))


def shown(name: str) -> str:
    """A file's name as text, whatever bytes it is made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _lines_of(front_matter: str) -> dict[str, int]:
    found = ((_FIELD.match(line), number) for number, line in enumerate(front_matter.split("\n"), start=1))
    return {match[1].strip(): number for match, number in found if match}


class FrontMatterError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"front matter: {reason}")
        self.line = line


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter's fields ({} if there is none) and the text below it."""
    start = _FENCE.match(text)
    if not start:
        return {}, text
    end = _END.search(text, start.end())
    if not end:
        raise FrontMatterError(1, "begins with --- and never ends; close it with a line ---")
    if end.start() > LARGEST_FRONT_MATTER:
        raise FrontMatterError(1, f"is longer than {LARGEST_FRONT_MATTER:,} characters")
    fields = _parse(text[start.end() : end.start()])
    return fields, text[end.end() :].lstrip("\n")


def _parse(block: str) -> dict[str, Any]:
    try:
        fields = yaml.load(block, _Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise FrontMatterError(mark.line + 2 if mark else 1, str(reason)) from None
    except RecursionError:
        raise FrontMatterError(1, "nested too deep") from None
    except ValueError as error:
        raise FrontMatterError(1, str(error)) from None
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise FrontMatterError(2, "must be lines of `name: value`")
    return {str(name): value for name, value in fields.items()}


def _first_heading(body: str) -> str | None:
    for block in blocks(body):
        if block.kind == "heading" and plain(block.text):
            return plain(block.text)
    return None
