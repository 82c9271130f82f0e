"""A kb.jsonl: one object a line, {id, question, answer, alts?}."""

import json
from pathlib import Path
from typing import Any

from indexer.sources.reading import Reading, decode
from knowledge.draft import LONGEST_TITLE

TAKEN = {"id", "question", "answer", "answer_md", "alts"}


def read_jsonl(path: Path) -> Reading:
    reading = Reading()
    text = decode(path, path.name, reading, None)
    if text is None:
        return reading
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            _add(path.name, number, line, reading)
    return reading


def _add(file: str, number: int, line: str, reading: Reading) -> None:
    try:
        entry = json.loads(line)
    except RecursionError:
        reading.refuse(file, number, "not JSON: nested too deep", None)
        return
    except ValueError as error:
        reading.refuse(file, number, f"not JSON: {error}", None)
        return
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str | int) or isinstance(entry["id"], bool):
        reading.refuse(file, number, "an entry is an object with an id", None)
        return
    key = str(entry["id"]).strip()
    question = entry.get("question")
    if not isinstance(question, str) or not question.strip():
        reading.refuse(file, number, "question: is missing", key or None)
        return
    if not isinstance(entry.get("answer") or "", str):
        reading.refuse(file, number, "answer: must be text", key or None)
        return
    reading.add(file, number, key, _fields(entry, question))


def _fields(entry: dict[str, Any], question: str) -> dict[str, Any]:
    """Of an answer that is there as Markdown too the plain text is taken; ``alts`` are phrasings."""
    fields = {name: value for name, value in entry.items() if name not in TAKEN}
    return fields | {
        "title": " ".join(question.split())[:LONGEST_TITLE],
        "body": entry.get("answer") or "",
        "phrasings": entry.get("alts"),
        "kind": entry.get("kind", "faq"),
    }
