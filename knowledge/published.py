"""Folders that are whole or not used: a sealed manifest names every file and its sha256."""

import hashlib
import json
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


class Damaged(Exception):
    """A published folder is not what was published. The message names the folder and what is wrong with it."""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal_of(facts: dict[str, Any]) -> str:
    """What protects the manifest itself: the sha256 of its facts in one fixed spelling."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(folder: Path, kind: str) -> dict[str, Any]:
    """Read every byte of a published folder and return its manifest; raise Damaged if one of them is not as written.

    ``kind`` names the contents and the version of their layout: a folder of another version counts as damaged.
    """
    facts = facts_of(folder)
    if facts.get("kind") != kind:
        raise Damaged(f"{folder} holds {facts.get('kind')!r}, this program reads {kind!r}.")
    for name, expected in facts["files"].items():
        try:
            found = sha256_of(folder / name)
        except OSError as error:
            raise Damaged(f"{folder / name} cannot be read: {error}.") from error
        if found != expected:
            raise Damaged(f"{folder / name} is not what was published (its sha256 differs).")
    return facts


def whole(folder: Path, kind: str) -> bool:
    try:
        verify(folder, kind)
    except Damaged:
        return False
    return True


def facts_of(folder: Path) -> dict[str, Any]:
    """The manifest alone; the files it names may be damaged."""
    try:
        facts = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise Damaged(f"{folder / MANIFEST} cannot be read: {error}.") from error
    if not isinstance(facts, dict) or facts.pop("seal", None) != seal_of(facts):
        raise Damaged(f"{folder / MANIFEST} is not what was published (its seal differs).")
    return facts
