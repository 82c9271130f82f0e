"""A published index: what search reads."""

from dataclasses import dataclass
from typing import Any

from knowledge.audience import Audience
from knowledge.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the index knows it."""

    article_id: int
    key: str
    title: str
    language: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Unit:
    """One searchable line: ``text`` is what was embedded and what BM25 reads.

    ``kind`` is "title" (the article's question), "phrasing" (another wording) or "passage";
    a passage carries its ``digest`` (knowledge.models.Passage), the others None.
    """

    entry: int
    kind: str
    text: str
    digest: str | None


@dataclass(frozen=True)
class Index:
    """Everything loaded and verified. Position i of ``units`` is row i of ``faiss`` and document i of ``bm25``.

    ``embedder`` is the one whose vectors these are: it is swapped together with the index.
    ``bm25`` is a ``bm25s.BM25``, or None if no unit has a word in it.
    """

    revision: str
    entries: tuple[Entry, ...]
    units: tuple[Unit, ...]
    faiss: Any
    bm25: Any
    calibration: dict[str, float]
    embedder: Embedder
