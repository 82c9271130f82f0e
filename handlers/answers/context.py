"""What a message means in the light of what was asked before it."""

import re

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
