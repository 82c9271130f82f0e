"""What a source gave: articles, what was wrong with the others, and what was not looked at."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from knowledge.draft import KNOWN, Draft

LARGEST_FILE = 64_000_000  # bytes


class Problem(NamedTuple):
    """Something of the source that did not go in."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class Reading:
    """``broken`` holds the keys of articles that are there but cannot be read: they must not count as removed.
    ``complete`` is False if a broken one could not even be named."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    complete: bool = True

    def add(
        self, file: str, line: int, key: str | None, fields: Mapping[str, Any], lines: Mapping[str, int] | None = None
    ) -> None:
        """Check one article and keep it, or keep what is wrong with it. ``lines`` says where a field stands."""
        if key is not None and key in self.drafts:
            self.refuse(file, line, f'the id "{key}" is already taken by another article of this import', key)
            return
        try:
            plain = _Plain()
            stated = {str(name): plain.of(value) for name, value in fields.items() if value is not None}
            known = {name: value for name, value in stated.items() if name in KNOWN | {"body"}}
            extra = {str(name): plain.of(value) for name, value in fields.items() if name not in KNOWN | {"body"}}
            draft = Draft(key=plain.of(key or ""), extra=extra, **known)
        except ValidationError as error:
            field_name = str(error.errors()[0]["loc"][0])
            self.refuse(file, (lines or {}).get(field_name, line), _sentence(error), key)
        except Unusable as error:
            self.refuse(file, line, str(error), key)
        else:
            self.drafts[draft.key] = draft

    def refuse(self, file: str, line: int, reason: str, key: str | None) -> None:
        self.problems.append(Problem(file, line, reason))
        if key:
            self.broken.add(key)
        else:
            self.complete = False


class Unusable(Exception):
    """No store could keep this value; the message says why."""


DEEPEST = 20
MOST_VALUES = 100_000
NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class _Plain:
    """Values as JSON and every database can hold them: YAML's dates and the like become text.

    An alias of YAML may stand for itself, or a few of them for billions: depth and number are bounded.
    """

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def of(self, value: Any, depth: int = 0) -> Any:
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            raise Unusable("nested too deep, or too many values")
        if isinstance(value, dict):
            return {self.of(str(name)): self.of(inner, depth + 1) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, depth + 1) for inner in value]
        if isinstance(value, str) and (found := NO_TEXT.search(value)):
            raise Unusable(f"contains U+{ord(found[0]):04X}, which is no text")
        return value if value is None or isinstance(value, str | int | float | bool) else self.of(str(value), depth)


def _sentence(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    )


def content(path: Path, file: str, reading: Reading, key: str | None) -> bytes | None:
    """The file's bytes, or None after its problem was noted."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading a pipe would wait for ever
            reading.refuse(file, 1, "is no regular file", key)
            return None
        if found.st_size > LARGEST_FILE:
            reading.refuse(file, 1, f"larger than {LARGEST_FILE // 1_000_000} MB; split it", key)
            return None
        return path.read_bytes()
    except OSError as error:
        reading.refuse(file, 1, f"cannot be read: {error.strerror}", key)
        return None


def decode(path: Path, file: str, reading: Reading, key: str | None) -> str | None:
    """The file's text, or None after its problem was noted with the line it stands on."""
    raw = content(path, file, reading, key)
    if raw is None:
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reading.refuse(file, line, f"not UTF-8 (byte 0x{raw[error.start]:02x}); save the file as UTF-8", key)
        return None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        reading.refuse(file, line, "contains a NUL character; is it a text file?", key)
        return None
    return text
