"""How near every entry is to a question: the arrays an index is read into, and the scores computed on them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.audience import Reader
from knowledge.embedder import Vectors
from knowledge.index import Index
from knowledge.words import COMMON, words

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

WHOLE = 50_000  # units up to which every cosine is computed; above, only those of the nearest
NEAREST = 256
MOST_WORDS = 64  # distinct ones of a question that are looked up
LEXICAL = 0.2  # weight of BM25 scaled to 0..1 beside cosines; .1 to .2 differ by few questions (docs/decisions/0003)
OF_COMMON = 0.5  # weight of a common word's BM25: noise against passages, signal among short phrasings
FAR = -1.0  # score of what the reader may not see
MOST_READERS = 1_000


class Said(NamedTuple):
    """What the question's words say, looked up in what the reader may see."""

    of_units: Floats  # BM25
    telling: list[tuple[float, Ints]]  # of each known word that is not common: its idf, the units it stands in
    weight: float  # idf of all words that are not common, known or not
    known: float  # share of that weight which the reader's part of the base mentions at all


class Ranking(NamedTuple):
    """``order`` holds the best entries, all of them allowed; the other arrays are per unit or per entry."""

    order: Ints
    fused: Floats
    dense: Floats
    best: Floats
    fit: Floats  # per unit: which passage of an entry to show
    said: Said


class Prepared:
    """One index as arrays, built once when it is loaded and never changed, so that threads may share it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.count = len(index.entries)
        self.entry_of = np.array([unit.entry for unit in index.units], np.int64)
        self.by_entry = np.argsort(self.entry_of, kind="stable")
        self.grouped = bool((np.diff(self.entry_of) >= 0).all())  # as the indexer leaves them: saves a copy a question
        entries = self.entry_of[self.by_entry]
        self.starts = np.flatnonzero(np.diff(entries, prepend=-1))
        self.present = entries[self.starts]
        self.passages = self._passages()
        vectors = _vectors(index)
        self.prototypes = _prototypes(self, vectors)
        self.vectors = vectors if len(vectors) <= WHOLE else None
        self._read_words(index.bm25)
        self._allowed: dict[Reader, Mask] = {}

    def _passages(self) -> list[Ints]:
        """The units of each entry that are passages."""
        found: list[list[int]] = [[] for _ in range(self.count)]
        for position, unit in enumerate(self.index.units):
            if unit.kind == "passage":
                found[unit.entry].append(position)
        return [np.array(positions, np.int64) for positions in found]

    def _read_words(self, bm25: Any) -> None:
        self.vocabulary: dict[str, int] = dict(bm25.vocab_dict) if bm25 is not None else {}
        scores = bm25.scores if bm25 is not None else {"data": [], "indices": [], "indptr": [0]}
        self.scores = np.asarray(scores["data"], np.float32)
        self.units = np.asarray(scores["indices"], np.int64)
        postings = np.asarray(scores["indptr"], np.int64)
        word = np.repeat(np.arange(len(postings) - 1), np.diff(postings))
        many = max(self.count, 1)
        entries = np.bincount(np.unique(word * many + self.entry_of[self.units]) // many, minlength=len(postings) - 1)
        self.postings: list[int] = postings.tolist()
        self.idf: list[float] = np.log1p(self.count / (entries + 0.5)).tolist()
        self.unheard = float(np.log1p(self.count / 0.5))

    def look_up(self, word: str) -> tuple[Ints, Floats, float]:
        """The units a word stands in, its BM25 in each of them, and its idf over entries."""
        number = self.vocabulary.get(word)
        if number is None:
            return self.units[:0], self.scores[:0], self.unheard
        here = slice(self.postings[number], self.postings[number + 1])
        return self.units[here], self.scores[here], self.idf[number]

    def allowed(self, reader: Reader) -> Mask:
        """Which entries the reader may see."""
        mask = self._allowed.get(reader)
        if mask is None:
            mask = np.array([entry.audience.admits(reader) for entry in self.index.entries], np.bool_)
            if len(self._allowed) < MOST_READERS:
                self._allowed[reader] = mask
        return mask

    def per_entry(self, of_units: Floats, lowest: float) -> Floats:
        """The best unit of each entry; ``lowest`` for an entry without any."""
        scores = np.full(self.count, lowest, np.float32)
        if len(self.starts):
            together = of_units if self.grouped else of_units[self.by_entry]
            scores[self.present] = np.maximum.reduceat(together, self.starts)
        return scores

    def cosines(self, question: Floats, allowed: Mask) -> Floats:
        """Of every unit. Beyond WHOLE units those of the allowed ones nearest are exact, the rest an upper bound."""
        if self.vectors is not None:
            return self.vectors @ question
        index: Any = self.index.faiss
        fitting = np.packbits(allowed[self.entry_of], bitorder="little")
        untyped: Any = faiss
        chosen = untyped.IDSelectorBitmap(fitting)
        graph = isinstance(index, untyped.IndexHNSW)
        params = untyped.SearchParametersHNSW(efSearch=NEAREST) if graph else untyped.SearchParameters()
        params.sel = chosen
        found, at = index.search(question[None, :], min(NEAREST, index.ntotal), params=params)
        near = at[0] >= 0
        cosines = np.full(len(self.entry_of), found[0][near].min(initial=1.0), np.float32)
        cosines[at[0][near]] = found[0][near]
        return cosines


def _vectors(index: Index) -> Vectors:
    if not index.units:
        return np.empty((0, index.faiss.d if index.faiss is not None else 0), np.float32)
    found: Vectors = index.faiss.reconstruct_n(0, index.faiss.ntotal)
    return found


def _prototypes(prepared: Prepared, vectors: Vectors) -> Vectors:
    stored = prepared.index.prototypes
    if stored is not None:
        return stored
    return centroids(vectors[prepared.by_entry], prepared.starts, prepared.present, prepared.count)


def centroids(vectors: Vectors, starts: Ints, present: Ints, count: int) -> Vectors:
    """The mean direction of each entry's units, which stand together in ``vectors``; shape (count, dimension)."""
    means = np.zeros((count, vectors.shape[1]), np.float32)
    if len(starts):
        means[present] = np.add.reduceat(vectors, starts, axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    directions: Vectors = means / np.maximum(norms, np.float32(1e-9))
    return directions


def read(prepared: Prepared, asked: Sequence[str], allowed: Mask) -> Said:
    """Look a question's words up, in what the reader may see only."""
    everything = bool(allowed.all())
    of_units = np.zeros(len(prepared.entry_of), np.float32)
    telling: list[tuple[float, Ints]] = []
    weight = known = 0.0
    for word in asked:
        common, (units, scores, idf) = word in COMMON, prepared.look_up(word)
        if not everything:
            seen = allowed[prepared.entry_of[units]]
            units, scores = units[seen], scores[seen]
        of_units[units] += scores * OF_COMMON if common else scores
        if common:
            continue
        if len(units):
            telling.append((idf, units))
            known += idf
        weight += idf if len(units) else prepared.unheard
    return Said(of_units, telling, weight, known / weight if weight else 0.0)


def rank(prepared: Prepared, asked: Sequence[str], vector: Floats, allowed: Mask, most: int) -> Ranking:
    """The ``most`` best of the allowed entries, by cosine to the nearest unit and to the prototype, and by BM25.

    ``asked`` are the question's distinct words (``distinct``), ``vector`` is what the embedder made of it.
    """
    cosines = prepared.cosines(vector, allowed)
    best = prepared.per_entry(cosines, FAR)
    dense: Floats = (best + prepared.prototypes @ vector) * np.float32(0.5)
    said = read(prepared, asked, allowed)
    highest = float(said.of_units.max(initial=0.0))
    fit, fused = cosines, dense
    if highest > 0:
        lexical = said.of_units * np.float32(LEXICAL / highest)
        fit, fused = cosines + lexical, dense + prepared.per_entry(lexical, 0.0)
    visible = int(np.count_nonzero(allowed))
    if visible < len(allowed):
        fused = np.where(allowed, fused, np.float32(FAR))
    return Ranking(_top(fused, min(most, visible)), fused, dense, best, fit, said)


def distinct(text: str) -> list[str]:
    return list(dict.fromkeys(words(text)))[:MOST_WORDS]


def _top(scores: Floats, most: int) -> Ints:
    few = np.arange(len(scores))
    if 0 < most < len(scores):
        # Ties at the edge are all taken along, so that the same question never gets two orders.
        few = np.flatnonzero(scores >= np.partition(scores, -most)[-most])
    return few[np.argsort(-scores[few], kind="stable")][:most]
