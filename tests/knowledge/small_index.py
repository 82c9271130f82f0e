"""A little base in memory, with an embedder whose vectors are bags of hashed words: no model, no files."""

import zlib
from collections.abc import Sequence

import bm25s
import faiss
import numpy as np

from knowledge.audience import Audience
from knowledge.embedder import Vectors
from knowledge.index import Entry, Index, Unit
from knowledge.words import COMMON, words


class WordVectors:
    """Texts that share words are near. 256 dimensions, so that different words hardly ever meet."""

    dimension = 256
    fingerprint = "words"

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 0.1 if word in COMMON else 1.0
        normed: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normed


ARTICLES = {
    "reset-mfa": ("Reset multi-factor authentication", ["Ask an administrator to reset your authenticator app."]),
    "deal": (
        "Register a deal",
        [
            "Open the deal form and enter customer, value and close date.",
            "A registered deal is protected for ninety days.",
        ],
    ),
    "margin": ("Partner margins by tier", ["Gold partners earn a margin of twenty percent."]),
    "logo": ("Use of our logo", ["The logo may stand on white background only."]),
    "invoice": ("Change the billing address", ["Billing addresses are changed by the finance team."]),
    "training": ("Book a training seat", ["Seats in classroom courses are booked four weeks ahead."]),
}


def small_index(
    articles: dict[str, tuple[str, list[str]]] = ARTICLES, audience: dict[str, Audience] | None = None
) -> Index:
    units: list[Unit] = []
    for number, (title, passages) in enumerate(articles.values()):
        units.append(Unit(number, "title", title, None))
        units.extend(Unit(number, "passage", f"{title}\n{text}", f"{number}-{at}") for at, text in enumerate(passages))
    embedder = WordVectors()
    vectors = faiss.IndexFlatIP(embedder.dimension)
    counted = None
    if units:
        vectors.add(embedder.embed([unit.text for unit in units]))
        counted = bm25s.BM25()
        counted.index([words(unit.text) for unit in units], show_progress=False)
    rules = audience or {}
    entries = tuple(
        Entry(100 + number, key, title, "en", rules.get(key, Audience()))
        for number, (key, (title, _)) in enumerate(articles.items())
    )
    return Index("small", entries, tuple(units), vectors, counted, embedder)
