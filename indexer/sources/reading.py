"""What a source gave: articles, what was wrong with the others, and what was not looked at."""

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

    def add(self, file: str, line: int, key: str | None, fields: Mapping[str, Any]) -> None:
        """Check one article and keep it, or keep what is wrong with it."""
        if key is not None and key in self.drafts:
            self.refuse(file, line, f'the id "{key}" is already taken by another article of this import', key)
            return
        known = {name: value for name, value in fields.items() if name in KNOWN | {"body"} and value is not None}
        extra = {str(name): _plain(value) for name, value in fields.items() if name not in KNOWN | {"body", "id"}}
        try:
            draft = Draft(key=key or "", extra=extra, **known)
        except ValidationError as error:
            self.refuse(file, line, _sentence(error), key)
        else:
            self.drafts[draft.key] = draft

    def refuse(self, file: str, line: int, reason: str, key: str | None) -> None:
        self.problems.append(Problem(file, line, reason))
        if key:
            self.broken.add(key)
        else:
            self.complete = False


def _plain(value: Any) -> Any:
    """JSON can hold it: YAML's dates and the like become text."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _sentence(error: ValidationError) -> str:
    said = (f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in error.errors())
    return "; ".join(said)


def decode(path: Path, file: str, reading: Reading, key: str | None) -> str | None:
    """The file's text, or None after its problem was noted with the line it stands on."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            reading.refuse(file, 1, f"larger than {LARGEST_FILE // 1_000_000} MB; split it", key)
            return None
        raw = path.read_bytes()
    except OSError as error:
        reading.refuse(file, 1, f"cannot be read: {error.strerror}", key)
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
