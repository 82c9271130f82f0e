"""A published index: what search reads, verified, and swapped for a newer one while it is in use."""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.audience import Audience
from knowledge.embedder import Embedder, OnnxEmbedder, Vectors
from knowledge.published import Damaged, verify

log = logging.getLogger(__name__)

INDEX_KIND = "index-1"
"""Kind and layout version of an index; one of another version is rebuilt."""

POINTER = "current"
ENTRIES = "entries.jsonl"
UNITS = "units.jsonl"
VECTORS = "vectors.faiss"
BM25 = "bm25"
PROTOTYPES = "prototypes.npy"


class IndexMissing(Exception):
    """There is no index that is whole."""


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


@dataclass(frozen=True, slots=True)
class Counted:
    """What bm25s computed and saved: a sparse matrix of BM25 scores, a column a word and a row a unit.

    Read here without the library, whose import (scipy among it) takes half a second and 40 MB, and which serving
    would use for nothing else.
    """

    vocab_dict: dict[str, int]
    scores: dict[str, NDArray[Any]]

    @classmethod
    def read(cls, folder: Path) -> "Counted":
        parts = ("data", "indices", "indptr")
        scores = {part: np.load(folder / f"{part}.csc.index.npy", allow_pickle=False) for part in parts}
        return cls(json.loads((folder / "vocab.index.json").read_text("utf-8")), scores)


@dataclass(frozen=True)
class Index:
    """Everything loaded and verified. Position i of ``units`` is row i of ``faiss`` and document i of ``bm25``.

    ``embedder`` is the one whose vectors these are: it is swapped together with the index.
    ``prototypes``, of shape (entries, dimension), are learnt where entries are all wordings, else None.
    ``bm25`` has the scores of a ``bm25s.BM25`` (or is one); None if no unit has a word in it.
    """

    revision: str
    entries: tuple[Entry, ...]
    units: tuple[Unit, ...]
    faiss: Any
    bm25: Any
    embedder: Embedder
    prototypes: Vectors | None = None


class _NoEmbedder:
    """Where there is nothing to find, nothing is embedded."""

    dimension = 1
    fingerprint = ""

    def embed(self, texts: Any) -> Vectors:
        return np.zeros((len(texts), 1), dtype=np.float32)


def empty() -> Index:
    """An index of nothing: every question is answered by an abstention."""
    return Index("empty", (), (), faiss.IndexFlatIP(1), None, _NoEmbedder())


def load(home: Path, models: Path | None = None, embedder: Embedder | None = None) -> Index:
    """The current index below ``home``, or the newest older one if it is damaged. Raises IndexMissing.

    ``embedder`` is used again if it is of the index's model.
    """
    reasons = []
    for folder in _candidates(home / "index"):
        try:
            return _load(folder, models or home / "models", embedder)
        except Damaged as error:
            reasons.append(str(error))
            log.error("%s", error)
    raise IndexMissing("; ".join(reasons) or "No index was published yet.")


def _candidates(parent: Path) -> list[Path]:
    """Published folders: the one that the pointer names, then the newest first."""
    ages = []
    for path in parent.glob("[0-9a-f]*"):
        with suppress(OSError):  # swept away by a run that publishes
            ages.append((path.stat().st_mtime_ns, path))
    published = [path for _, path in sorted(ages, reverse=True) if path.is_dir()]
    name, _ = _pointed(parent)
    return sorted(published, key=lambda path: path.name != name)


def _pointed(parent: Path) -> tuple[str, str]:
    """The name of the published folder, and the edition of the articles that it is of."""
    try:
        name, _, edition = (parent / POINTER).read_text("ascii").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return "", ""
    return name, edition


def _load(folder: Path, models: Path, embedder: Embedder | None) -> Index:
    facts = verify(folder, INDEX_KIND)
    try:
        return _read(folder, facts, models, embedder)
    except (OSError, RuntimeError, ValueError) as error:  # swept away since by a run that publishes
        raise Damaged(f"{folder} cannot be read: {error}") from error


def _read(folder: Path, facts: dict[str, Any], models: Path, embedder: Embedder | None) -> Index:
    if embedder is None or embedder.fingerprint != facts["fingerprint"]:
        embedder = OnnxEmbedder(models / facts["fingerprint"])
    faiss.omp_set_num_threads(1)
    entries = tuple(_entry(line) for line in _rows(folder / ENTRIES))
    units = tuple(Unit(*json.loads(line)) for line in _rows(folder / UNITS))
    vectors = faiss.read_index(str(folder / VECTORS))
    counted = Counted.read(folder / BM25) if any(name.startswith(BM25) for name in facts["files"]) else None
    learnt = np.load(folder / PROTOTYPES, allow_pickle=False) if PROTOTYPES in facts["files"] else None
    if not len(units) == facts["units"] == vectors.ntotal or len(entries) != facts["entries"]:
        raise Damaged(f"{folder} does not hold as many lines as it says.")
    return Index(facts["revision"], entries, units, vectors, counted, embedder, learnt)


def _rows(path: Path) -> list[str]:
    """Lines as they were written: JSON escapes every other character that Python counts as a line's end."""
    return [line for line in path.read_text("utf-8").split("\n") if line]


def _entry(line: str) -> Entry:
    fields = json.loads(line)
    return Entry(**fields | {"audience": Audience.model_validate(fields["audience"])})


class Current:
    """The index in use. Swapping it is one assignment, so a running query keeps the one it began with. ``edition``: the
    state of the articles that it is of, "" where that is not known."""

    def __init__(self, home: Path, models: Path | None = None) -> None:
        self._home = home
        self._models = models
        self._pointer = home / "index" / POINTER
        self._seen: tuple[int, int] | None = None
        self._index: Index | None = None
        self.edition = ""

    @property
    def loaded(self) -> bool:
        return self._index is not None

    def __call__(self) -> Index:
        if self._index is None:
            raise IndexMissing("No index was published yet.")
        return self._index

    def refresh(self) -> bool:
        """Load what was published since; True if the index was swapped. Raises IndexMissing if there never was one."""
        state = self._state()
        if self._index is not None and state == self._seen:
            return False
        self._seen = state
        name, edition = _pointed(self._pointer.parent)
        if self._index is not None and self._index.revision == name:
            self.edition = edition
            return False
        try:
            fresh = load(self._home, self._models, self._index.embedder if self._index else None)
        except IndexMissing:
            if self._index is None:
                raise
            return False  # what is loaded is better than nothing; the reason is in the log
        newest = fresh.revision == name
        if self._index is not None and not newest:
            return False  # an older one, since the newest is damaged: what is loaded is no older than that
        self._index, self.edition = fresh, edition if newest else ""
        return True

    def _state(self) -> tuple[int, int] | None:
        try:
            stat = self._pointer.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino
