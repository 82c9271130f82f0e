"""Hybrid search behind the audience filter and the gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.asked import kinds, names
from knowledge.audience import Reader
from knowledge.gate import RUNNERS_UP, Outcome, decide, weigh
from knowledge.index import Index
from knowledge.ranking import Prepared, Ranking, distinct, rank
from knowledge.words import COMMON, words

OFFERED = 3
CLOSE = 0.05  # of fused scores; titles that nearly agree never lie further apart unless the text decides
APART = 2  # words
SHORT = 7  # words of both titles together; longer ones are headings of one document more often than twins
DOUBTED = 0.7  # of the confidence in an entry that lacks what is asked for
MOST_LETTERS = 2_000  # of a question; the model reads no more than 256 tokens either


@dataclass(frozen=True, slots=True)
class Hit:
    """``digest`` names the passage of the entry that fits the question best; None if the entry has no passage."""

    article_id: int
    key: str
    title: str
    digest: str | None
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """``hits`` are ranked, one per entry; ``offered`` holds those to name in a "did you mean", else nothing.

    ``confidence`` is 0..1 and comparable between the questions of one base.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    confidence: float
    offered: tuple[Hit, ...]


NOTHING = Found("abstain", (), 0.0, ())


class Search:
    """Answers from whatever index is current when a question comes in; a swap never disturbs one under way."""

    def __init__(self, index: Callable[[], Index]) -> None:
        self._index = index
        self._prepared: Prepared | None = None

    def prepare(self) -> Prepared:
        """Read the current index into arrays. Whoever swaps an index may call this so that no question waits."""
        index, prepared = self._index(), self._prepared
        if prepared is None or prepared.index is not index:
            self._prepared = prepared = Prepared(index)
        return prepared

    def __call__(self, question: str, reader: Reader, limit: int = 10) -> Found:
        prepared = self.prepare()
        question = question[:MOST_LETTERS].strip()
        asked, allowed = distinct(question), prepared.allowed(reader)
        if not asked or not allowed.any():
            return NOTHING
        vector = prepared.index.embedder.embed([question])[0]
        ranking = rank(prepared, asked, vector, allowed, max(limit, RUNNERS_UP))
        outcome, confidence = decide(weigh(prepared, ranking, allowed))
        if outcome == "answer" and lacks(prepared, int(ranking.order[0]), question):
            outcome, confidence = "clarify", confidence * DOUBTED
        hits = tuple(_hit(prepared, ranking, int(entry)) for entry in ranking.order[: max(limit, OFFERED)])
        if outcome == "answer" and len(hits) > 1 and leaves_open(asked, hits[0], hits[1]):
            outcome = "clarify"
        offered = hits[:OFFERED] if outcome == "clarify" else ()
        return Found(outcome, hits[:limit], confidence, offered)


def lacks(prepared: Prepared, entry: int, question: str) -> bool:
    """Whether the entry says nothing of what the question asks for by name or kind. A base of wordings alone is no
    text that could lack something."""
    if not len(prepared.passages[entry]):
        return False

    def says(word: str) -> bool:
        units, _, _ = prepared.look_up(word)
        return entry in prepared.entry_of[units]

    named = all(any(says(word) for word in name) for name in names(question))
    return not (named and all(says(word) for word in kinds(question)))


def leaves_open(asked: Sequence[str], first: Hit, second: Hit) -> bool:
    """Whether the titles of the two best differ in a word or two, none of which the question says:
    "What is the API rate limit?" with "Lens API rate limits" beside "Vault API rate limits"."""
    if first.score - second.score > CLOSE:
        return False
    one, other = (frozenset(words(hit.title)) - COMMON for hit in (first, second))
    only = (one - other, other - one)
    told_apart = all(1 <= len(names) <= APART for names in only)
    return told_apart and len(one & other) >= APART and len(one | other) <= SHORT and not (one ^ other) & set(asked)


def _hit(prepared: Prepared, ranking: Ranking, number: int) -> Hit:
    entry = prepared.index.entries[number]
    return Hit(
        entry.article_id, entry.key, entry.title, _passage(prepared, ranking, number), float(ranking.fused[number])
    )


def _passage(prepared: Prepared, ranking: Ranking, entry: int) -> str | None:
    passages = prepared.passages[entry]
    return prepared.index.units[passages[ranking.fit[passages].argmax()]].digest if len(passages) else None
