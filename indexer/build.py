"""Articles' lines -> vectors and word counts -> a published index. Only what changed is embedded again."""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import bm25s
import faiss
import numpy as np

from indexer.export import Model
from indexer.prototypes import prototypes
from indexer.publish import one_at_a_time, point, publish, sweep
from knowledge.audience import Audience
from knowledge.embedder import Vectors
from knowledge.index import BM25, ENTRIES, INDEX_KIND, POINTER, PROTOTYPES, UNITS, VECTORS, Entry, Unit
from knowledge.published import Damaged, facts_of, verify, whole
from knowledge.words import words

FLAT_UP_TO = 100_000  # lines; above it an exact search costs more than the model (15 ms), and a graph 0.2 ms
NEIGHBOURS = 32
KEPT = 3  # published indexes; the older ones serve when the newest is damaged
FEW = 512  # lines; the twin has embedded them before torch is even imported
STEP = 128  # lines between two signs of progress

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """An article to be indexed. ``passages`` are pairs of digest and line (indexer.passages.line)."""

    article_id: int
    key: str
    title: str
    language: str
    audience: Audience
    phrasings: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """``embedded`` and ``reused`` count lines; an unchanged base publishes nothing and embeds nothing."""

    revision: str
    folder: Path
    entries: tuple[Entry, ...]
    units: tuple[Unit, ...]
    embedded: int
    reused: int


def build(
    home: Path,
    sources: Iterable[Source],
    model: str,
    progress: Progress,
    models: Path | None = None,
    edition: Callable[[], str] = str,
) -> Published:
    """Publish an index of these sources below ``home``/index. Raises ModelRefused.

    The sources are read when it is this run's turn: of two runs, the later one publishes what is newer. ``edition``
    says which state of theirs that is; it is asked before, so that the index is never of an older one than it says.
    """
    chosen = Model(model, models or home / "models")
    with one_at_a_time(home / "index"):
        of = edition()
        entries, units = _lines(sources)
        written = _Written.of(entries, units)
        revision = _revision(chosen.fingerprint, written)
        folder = home / "index" / revision
        embedded = 0
        if whole(folder, INDEX_KIND):
            chosen.twin(threads=1)
            os.utime(folder)  # published again: where the pointer is lost, the newest is what counts
        else:
            embedded = _publish(folder, chosen, units, written, progress)
        point(home / "index" / POINTER, revision, of)
        sweep(home / "index", keep=_newest(home / "index", revision))
        if chosen.exported.parent.resolve() == home.resolve() / "models":  # a shared one has users we do not see
            chosen.sweep(used=_models_of(home / "index"))
    return Published(revision, folder, entries, units, embedded, len(units) - embedded)


def _models_of(parent: Path) -> set[str]:
    """The models of all published indexes that can be read."""
    used = set()
    for folder in _by_age(parent):
        with suppress(Damaged):
            used.add(str(facts_of(folder)["fingerprint"]))
    return used


def _publish(folder: Path, model: Model, units: Sequence[Unit], written: "_Written", progress: Progress) -> int:
    """Returns how many lines had to be embedded."""
    known = _known_vectors(folder.parent, model.fingerprint)
    vectors, embedded = _vectors(model, units, known, progress)
    facts = {
        "kind": INDEX_KIND,
        "fingerprint": model.fingerprint,
        "dimension": int(vectors.shape[1]),
        "entries": written.number,
        "units": len(units),
        "revision": folder.name,
    }
    publish(folder, facts, lambda target: _write(target, units, written, vectors))
    return embedded


def _lines(sources: Iterable[Source]) -> tuple[tuple[Entry, ...], tuple[Unit, ...]]:
    entries: list[Entry] = []
    units: list[Unit] = []
    for number, source in enumerate(sources):
        entries.append(Entry(source.article_id, source.key, source.title, source.language, source.audience))
        units.append(Unit(number, "title", source.title, None))
        units.extend(Unit(number, "phrasing", text, None) for text in source.phrasings)
        units.extend(Unit(number, "passage", text, digest) for digest, text in source.passages)
    return tuple(entries), tuple(units)


class _Written(NamedTuple):
    """The files of entries and units, a line of JSON each; ``number`` counts the entries."""

    number: int
    entries: str
    units: str

    @classmethod
    def of(cls, entries: Sequence[Entry], units: Sequence[Unit]) -> "_Written":
        return cls(len(entries), "".join(map(_entry_json, entries)), "".join(map(_unit_json, units)))


def _revision(fingerprint: str, written: _Written) -> str:
    """Covers the code as well that makes files of these lines: another way to cut words is another index."""
    digest = hashlib.sha256(f"{INDEX_KIND} {fingerprint}\n".encode())
    for made_by in (words, prototypes):
        digest.update(Path(made_by.__code__.co_filename).read_bytes())
    digest.update(written.entries.encode())
    digest.update(written.units.encode())
    return digest.hexdigest()[:32]


def _entry_json(entry: Entry) -> str:
    known = {name: getattr(entry, name) for name in Entry.__slots__}
    return json.dumps(known | {"audience": entry.audience.model_dump(mode="json")}) + "\n"


def _unit_json(unit: Unit) -> str:
    return json.dumps([unit.entry, unit.kind, unit.text, unit.digest]) + "\n"


def _known_vectors(parent: Path, fingerprint: str) -> dict[str, Vectors]:
    """Vectors by the line's text, from the newest index of the same model that is whole."""
    for folder in _by_age(parent):
        try:
            facts = verify(folder, INDEX_KIND)
        except Damaged:
            continue
        if facts["fingerprint"] == fingerprint and facts["units"]:
            vectors = faiss.read_index(str(folder / VECTORS)).reconstruct_n(0, facts["units"])
            texts = [json.loads(line)[2] for line in (folder / UNITS).read_text("utf-8").split("\n") if line]
            return dict(zip(texts, vectors, strict=True))
    return {}


def _by_age(parent: Path) -> list[Path]:
    """Published folders, the newest first."""
    folders = (path for path in parent.glob("[0-9a-f]*") if path.is_dir())
    return sorted(folders, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _newest(parent: Path, revision: str) -> set[str]:
    return {revision, *[folder.name for folder in _by_age(parent) if folder.name != revision][: KEPT - 1]}


def _vectors(model: Model, units: Sequence[Unit], known: dict[str, Vectors], progress: Progress) -> tuple[Vectors, int]:
    """One row a unit. Equal lines are embedded once."""
    missing = sorted({unit.text for unit in units} - known.keys(), key=len)
    progress(0, len(missing))
    twin = model.twin(threads=os.cpu_count() or 1)
    embed = twin.embed if len(missing) <= FEW else model.embed
    for start in range(0, len(missing), STEP):
        texts = missing[start : start + STEP]
        known.update(zip(texts, embed(texts), strict=True))
        progress(min(start + STEP, len(missing)), len(missing))
    vectors = np.empty((len(units), twin.dimension), dtype=np.float32)
    for row, unit in enumerate(units):
        vectors[row] = known[unit.text]
    return vectors, len(missing)


def _write(folder: Path, units: Sequence[Unit], written: _Written, vectors: Vectors) -> None:
    (folder / ENTRIES).write_text(written.entries, "utf-8")
    (folder / UNITS).write_text(written.units, "utf-8")
    faiss.write_index(_faiss(vectors), str(folder / VECTORS))
    learnt = prototypes(units, vectors, written.number)
    if learnt is not None:
        np.save(folder / PROTOTYPES, learnt, allow_pickle=False)
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it announces every step
    counted = [words(unit.text) for unit in units]
    if any(counted):
        ranking = bm25s.BM25()
        ranking.index(counted, show_progress=False)
        ranking.save(str(folder / BM25), allow_pickle=False, show_progress=False)


def _faiss(vectors: Vectors) -> faiss.Index:
    dimension = vectors.shape[1]
    if len(vectors) <= FLAT_UP_TO:
        made: faiss.Index = faiss.IndexFlatIP(dimension)
    else:
        made = faiss.IndexHNSWFlat(dimension, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    made.add(vectors)
    return made
