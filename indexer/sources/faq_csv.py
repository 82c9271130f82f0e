"""A CSV of FAQs: question, answer, and any field of a front matter as a column."""

import hashlib
from pathlib import Path
from typing import Any

from indexer.sources.reading import Reading
from indexer.sources.table import read_table

LISTS = {"products", "phrasings"}
RULES = {"types", "tiers", "regions", "roles"}
SEPARATOR = "|"


def read_csv(path: Path) -> Reading:
    """Lists (products, phrasings, types, tiers, regions, roles) are separated by "|". ``id`` is optional."""
    reading = Reading()
    for line, values, _ in read_table(path, reading, ["question"], "question,answer,..."):
        _add(path.name, line, values, reading)
    return reading


def _add(file: str, line: int, values: dict[str, str], reading: Reading) -> None:
    key = values.pop("id", None)
    question = values.pop("question", "")
    if not question:
        reading.refuse(file, line, "question: is empty", key)
        return
    audience = {name: values.pop(name).split(SEPARATOR) for name in RULES & values.keys()}
    fields: dict[str, Any] = {
        name: value.split(SEPARATOR) if name in LISTS else value for name, value in values.items()
    }
    fields |= {
        "title": question,
        "body": fields.pop("answer", ""),
        "audience": audience,
        "kind": values.get("kind", "faq"),
    }
    reading.add(file, line, key or question_key(question), fields)


def question_key(question: str) -> str:
    """The same question has the same id, however often and in whatever order it is imported."""
    return "q-" + hashlib.sha256(" ".join(question.casefold().split()).encode()).hexdigest()[:16]
