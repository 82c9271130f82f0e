"""What a message means in the light of what was asked before it."""

import re
from dataclasses import replace
from datetime import timedelta

from handlers.questions import store
from handlers.questions.models import Question
from handlers.turn import Turn
from knowledge import store as knowledge
from knowledge.models import Passage
from knowledge.search import Found, Hit
from knowledge.words import COMMON, words

VISIT = timedelta(minutes=30)
THREAD = timedelta(days=30)
LONGEST_QUESTION = 1_000  # characters that are searched for; the model reads about as many
MARKS = re.compile(
    r"^(and|or|but|also|then|plus|what about|how about|what if|same for|und|oder|was ist mit|wie ist es|y|et|e)\b", re.I
)
POINTERS = re.compile(r"\b(it|that|this|those|these|they|them|one|ones|there|he|she|its|their|same)\b", re.I)
LONGEST_FOLLOW_UP = 200  # characters
SHORT = 7
FRAGMENT = 3
_ASKS = re.compile(
    r"^(what|how|who|where|when|why|which|is|are|can|do|does|did|was|wie|wer|wo|wann|warum|welche)\b", re.I
)


def follows_up(text: str) -> bool:
    """Whether a message leans on the one before: "and for resellers?", "how long does that take?"."""
    words = text.split()
    if len(text) > LONGEST_FOLLOW_UP:
        return False
    return leans(text) or (len(words) <= FRAGMENT and not _ASKS.match(text))


def leans(text: str) -> bool:
    """Whether a message says by its words that something went before; a fragment may, or may stand for itself."""
    words = len(text.split())
    return (words <= 2 * SHORT and bool(MARKS.match(text))) or (words <= SHORT + 2 and bool(POINTERS.search(text)))


def joined(before: str, text: str) -> str:
    """Both questions as one. Of a chain the first one names the subject and the last one what is asked of it."""
    subject = before.split("\n", 1)[0]
    return f"{subject[: LONGEST_QUESTION // 2]}\n{text}"[:LONGEST_QUESTION]


def search(turn: Turn, text: str) -> tuple[str, Found]:
    """Search for the words as they stand, or together with what was asked before where they lean on it."""
    alone = " ".join(text.split())[:LONGEST_QUESTION]
    found = turn.search(alone, turn.who.reader)
    if not follows_up(alone) or (found.outcome == "answer" and not leans(alone)):
        return alone, found
    before = _before(turn)
    if before is None:
        return alone, found
    query = joined(before.query, alone)
    return query, _in_its_words(turn, alone, turn.search(query, turn.who.reader), found)


def _in_its_words(turn: Turn, text: str, together: Found, alone: Found) -> Found:
    """Both questions choose the article. The last one chooses the passage where only another one has its words."""
    asked_for = {hit.article_id: hit.digest for hit in alone.hits}
    if not together.hits or together.hits[0].article_id not in asked_for:
        return together
    first = together.hits[0]
    other = replace(first, digest=asked_for[first.article_id])
    said = frozenset(words(text)) - COMMON
    missing = said - _words_of(shown(turn, first))
    if not missing & _words_of(shown(turn, other)):
        return together
    return replace(together, hits=(other, *together.hits[1:]))


def _words_of(passage: Passage | None) -> frozenset[str]:
    return frozenset(words(f"{passage.section} {passage.text}")) if passage else frozenset()


def _before(turn: Turn) -> Question | None:
    if turn.place.thread and (asked := store.before(turn.look, turn.place, turn.now - THREAD, None)):
        return asked
    if turn.place.private:
        return store.before(turn.look, turn.place, turn.now - VISIT, turn.who.contact_id)
    return None


def shown(turn: Turn, hit: Hit) -> Passage | None:
    """The passage as it stands in the store: one that has changed since it was indexed is not shown for what it was."""
    return knowledge.passage(turn.look, hit.article_id, hit.digest) if hit.digest else None
