"""A folder of Markdown with optional YAML front matter."""

import re
from pathlib import Path
from typing import Any

import yaml

from indexer.blocks import blocks
from indexer.passages import plain
from indexer.sources.reading import Reading, decode
from knowledge.draft import LONGEST_TITLE

SUFFIXES = {".md", ".markdown"}
_FENCE = re.compile(r"---[ \t]*\r?\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.M)


def read_folder(folder: Path) -> Reading:
    """Every Markdown file below the folder; an article's id is its path without the suffix."""
    reading = Reading()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in relative.parts):
            continue
        if path.suffix.lower() in SUFFIXES:
            read_file(path, relative.as_posix(), relative.with_suffix("").as_posix(), reading)
        else:
            reading.skipped.append(relative.as_posix())
    return reading


def read_file(path: Path, file: str, key: str, reading: Reading) -> None:
    text = decode(path, file, reading, key)
    if text is None:
        return
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
    reading.add(file, 1, key, {**fields, "body": body})


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
    fields = _parse(text[start.end() : end.start()])
    return fields, text[end.end() :].lstrip("\r\n")


def _parse(block: str) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(block)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise FrontMatterError(mark.line + 2 if mark else 1, str(reason)) from None
    except (ValueError, RecursionError) as error:  # a date like 2026-13-45, or nesting without end
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
