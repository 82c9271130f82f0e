"""A CSV of FAQs: question, answer, and any field of a front matter as a column."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

from indexer.sources.reading import Reading, decode

LISTS = {"products", "phrasings"}
RULES = {"types", "tiers", "regions", "roles"}
SEPARATOR = "|"


def read_csv(path: Path) -> Reading:
    """Lists (products, phrasings, types, tiers, regions, roles) are separated by "|". ``id`` is optional."""
    reading = Reading()
    text = decode(path, path.name, reading, None)
    if text is None:
        return reading
    header = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header and "," not in header else ",")
    names = [name.strip().casefold() for name in rows.fieldnames or []]
    if "question" not in names:
        reading.refuse(
            path.name, 1, "no column `question`; the first line names the columns: question,answer,...", None
        )
        return reading
    rows.fieldnames = names
    try:
        for row in rows:
            _add(path.name, rows.line_num, row, reading)
    except csv.Error as error:
        reading.refuse(path.name, rows.line_num, str(error), None)
    return reading


def _add(file: str, line: int, row: dict[str | Any, Any], reading: Reading) -> None:
    if row.get(None):
        reading.refuse(
            file, line, 'more values than columns; put text with commas into quotes ("")', row.get("id") or None
        )
        return
    values = {name: value.strip() for name, value in row.items() if name and value and value.strip()}
    question = values.pop("question", "")
    if not question:
        if values:
            reading.refuse(file, line, "question: is empty", values.get("id"))
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
    reading.add(file, line, values.get("id") or question_key(question), fields)


def question_key(question: str) -> str:
    """The same question has the same id, however often and in whatever order it is imported."""
    return "q-" + hashlib.sha256(" ".join(question.casefold().split()).encode()).hexdigest()[:16]
