"""One vector per entry that tells it from its neighbours, learnt from the entries' own wordings.

Only for a base that is all wordings: where articles have passages, their mean served better (docs/decisions/0003).
"""

from collections.abc import Sequence

import numpy as np

from knowledge.embedder import Vectors
from knowledge.index import Unit
from knowledge.ranking import centroids

STEPS = 60  # the only number tried; stopping early is the regularisation
SHARPNESS = 12.0  # cosines to logits
MOMENTUM = 0.9
SHARE = 0.8  # of the learnt vector in the result; the rest is the mean
ENOUGH = 5  # wordings per entry from which the learnt vector gets its full share
BIGGEST = 40_000_000  # units times entries; beyond, learning would take minutes


def prototypes(units: Sequence[Unit], vectors: Vectors, entries: int) -> Vectors | None:
    """Shape (entries, dimension); None where the mean of an entry's units is to be used. Same input, same output."""
    wordings = len(units) / max(entries, 1)
    with_passages = {unit.entry for unit in units if unit.kind == "passage"}
    if wordings < 2 or entries < 2 or len(with_passages) > entries / 10 or len(units) * entries > BIGGEST:
        return None
    entry_of = np.array([unit.entry for unit in units], np.int64)
    order = np.argsort(entry_of, kind="stable")
    entry_of, vectors = entry_of[order], vectors[order]
    starts = np.flatnonzero(np.diff(entry_of, prepend=-1))
    means = centroids(vectors, starts, entry_of[starts], entries)
    share = SHARE * min((wordings - 1) / (ENOUGH - 1), 1.0)
    mixed: Vectors = ((1 - share) * means + share * _learn(entry_of, vectors, means)).astype(np.float32)
    return mixed


def _learn(entry_of: np.ndarray[tuple[int], np.dtype[np.int64]], vectors: Vectors, means: Vectors) -> Vectors:
    """Softmax regression that starts at the means; every entry weighs the same, however many wordings it has."""
    rows = np.arange(len(entry_of))
    weight = (1 / np.bincount(entry_of, minlength=len(means))[entry_of])[:, None].astype(np.float32)
    learnt, speed = means.copy(), np.zeros_like(means)
    for _ in range(STEPS):
        logits = SHARPNESS * (vectors @ learnt.T)
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[rows, entry_of] -= 1
        speed = MOMENTUM * speed - ((share * weight).T @ vectors) / SHARPNESS
        learnt += speed
    return learnt
