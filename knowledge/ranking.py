"""How near every entry is to a question: the arrays an index is read into, and the scores computed on them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.audience import Reader
from knowledge.embedder import Vectors
from knowledge.index import Index
from knowledge.words import COMMON, words

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

WHOLE = 50_000  # units up to which every cosine is computed; above, those of the nearest only
NEAREST = 1_000
MOST_WORDS = 64  # of a question; the model reads no more either
MOST_LETTERS = 2_000
LEXICAL = 0.2  # weight of BM25 scaled to 0..1 beside cosines; .1 to .3 are alike on all sets measured
OF_COMMON = 0.5  # weight of a common word's BM25: noise against passages, signal among short phrasings


class Lexical(NamedTuple):
    """What the question's words say. Arrays over the distinct known words that are not common."""

    scores: Floats  # BM25 per entry, its best unit
    weight: float  # of all that is not common, known or not, in idf
    known: float  # share of that weight which the reader's part of the base mentions anywhere
    word: Ints  # postings: number of the word,
    unit: Ints  # and the unit it stands in
    idf: Floats  # per word


class Ranking(NamedTuple):
    """Scores per entry; -1 where the reader may not see it."""

    best: Floats  # cosine of the nearest unit
    middle: Floats  # cosine of the prototype
    fused: Floats
    order: Ints
    lexical: Lexical


class Prepared:
    """One index as arrays, built once when it is loaded and never changed, so that threads may share it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.entry_of = np.array([unit.entry for unit in index.units], np.int64)
        self.vectors = _vectors(index)
        self.sorted = np.argsort(self.entry_of, kind="stable")
        inside = self.entry_of[self.sorted]
        self.starts = np.flatnonzero(np.r_[True, inside[1:] != inside[:-1]]) if len(inside) else np.empty(0, np.int64)
        self.present = inside[self.starts]
        self.prototypes = self._prototypes()
        self._words()
        self._masks: dict[Reader, Mask] = {}

    def _prototypes(self) -> Vectors:
        stored: Vectors | None = getattr(self.index, "prototypes", None)
        if stored is not None:
            return stored
        return centroids(self.entry_of, self.vectors, len(self.index.entries))

    def _words(self) -> None:
        bm25 = self.index.bm25
        scores = bm25.scores if bm25 is not None else {"data": [], "indices": [], "indptr": [0]}
        self.vocabulary: dict[str, int] = {w: i for w, i in bm25.vocab_dict.items() if w} if bm25 is not None else {}
        self.scores = np.asarray(scores["data"], np.float32)
        self.units = np.asarray(scores["indices"], np.int64)
        self.postings = np.asarray(scores["indptr"], np.int64)
        count = len(self.index.entries)
        word = np.repeat(np.arange(len(self.postings) - 1), np.diff(self.postings))
        spread = np.unique(word * max(count, 1) + self.entry_of[self.units]) // max(count, 1)
        self.spread = np.bincount(spread, minlength=len(self.postings) - 1)
        self.idf = np.log1p(count / (self.spread + 0.5)).astype(np.float32)
        self.unheard = float(np.log1p(count / 0.5))

    def allowed(self, reader: Reader) -> Mask:
        """Which entries the reader may see."""
        mask = self._masks.get(reader)
        if mask is None:
            mask = np.array([entry.audience.admits(reader) for entry in self.index.entries], np.bool_)
            self._masks[reader] = mask
        return mask

    def per_entry(self, of_units: Floats, lowest: float) -> Floats:
        """The best unit of each entry."""
        scores = np.full(len(self.index.entries), lowest, np.float32)
        if len(self.starts):
            scores[self.present] = np.maximum.reduceat(of_units[self.sorted], self.starts)
        return scores

    def cosines(self, question: Floats, allowed: Mask) -> Floats:
        """Of every unit; beyond WHOLE units -1 for all but the nearest."""
        return self.vectors @ question


def centroids(entry_of: Ints, vectors: Vectors, count: int) -> Vectors:
    """The mean direction of each entry's units, shape (count, dimension)."""
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    np.add.at(sums, entry_of, vectors)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def _vectors(index: Index) -> Vectors:
    found: Vectors = index.faiss.reconstruct_n(0, index.faiss.ntotal)
    return found


def lexical(prepared: Prepared, question: str, allowed: Mask) -> Lexical:
    asked = list(dict.fromkeys(words(question[:MOST_LETTERS])))[:MOST_WORDS]
    telling = [word for word in asked if word not in COMMON]
    pairs = [(prepared.vocabulary[word], word not in COMMON) for word in asked if word in prepared.vocabulary]
    ids = np.array([number for number, _ in pairs], np.int64)
    tells = np.array([tells for _, tells in pairs], np.bool_)
    unheard = prepared.unheard * (len(telling) - int(tells.sum()))
    first, last = prepared.postings[ids], prepared.postings[ids + 1]
    at = _ranges(first, last)
    which = np.repeat(np.arange(len(ids)), last - first)
    seen = allowed[prepared.entry_of[prepared.units[at]]]
    at, which = at[seen], which[seen]
    unit = prepared.units[at]
    weight = np.where(tells, 1.0, OF_COMMON)[which]
    of_units = np.bincount(unit, prepared.scores[at] * weight, len(prepared.entry_of)).astype(np.float32)
    heard = np.bincount(which, minlength=len(ids)) > 0
    idf = np.where(heard, prepared.idf[ids], prepared.unheard)
    total = unheard + float(idf[tells].sum())
    known = float(idf[tells & heard].sum()) / total if total else 0.0
    idf[~tells] = 0
    return Lexical(prepared.per_entry(of_units, 0.0), total, known, which, unit, idf)


def _ranges(first: Ints, last: Ints) -> Ints:
    """All positions of [first, last) one after another."""
    lengths = last - first
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(first - before, lengths)


def rank(prepared: Prepared, question: str, vector: Floats, allowed: Mask) -> Ranking:
    best = prepared.per_entry(prepared.cosines(vector, allowed), -1.0)
    middle = prepared.prototypes @ vector
    said = lexical(prepared, question, allowed)
    highest = float(said.scores.max(initial=0.0))
    fused = 0.5 * best + 0.5 * middle + (LEXICAL / highest if highest > 0 else 0.0) * said.scores
    fused[~allowed] = -1.0
    best[~allowed] = -1.0
    order = np.argsort(-fused, kind="stable")
    return Ranking(best, middle, fused, order, said)
