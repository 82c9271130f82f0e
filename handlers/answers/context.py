"""What a message means in the light of what was asked before it."""

import re

LONGEST_QUESTION = 1_000  # characters that are searched for; the model reads about as many
MARKS = re.compile(
    r"^(and|or|but|also|then|plus|what about|how about|what if|same for|und|oder|was ist mit|wie ist es|y|et|e)\b", re.I
)
POINTERS = re.compile(r"\b(it|that|this|those|these|they|them|one|ones|there|he|she|its|their|same)\b", re.I)
SHORT = 7
FRAGMENT = 3
_ASKS = re.compile(
    r"^(what|how|who|where|when|why|which|is|are|can|do|does|did|was|wie|wer|wo|wann|warum|welche)\b", re.I
)


def follows_up(text: str) -> bool:
    """Whether a message leans on the one before: "and for resellers?", "how long does that take?"."""
    words = text.split()
    if MARKS.match(text):
        return len(words) <= 2 * SHORT
    if len(words) <= FRAGMENT and not _ASKS.match(text):
        return True
    return len(words) <= SHORT + 2 and bool(POINTERS.search(text))


def joined(before: str, text: str) -> str:
    """Both questions as one. Of a chain the first one names the subject and the last one what is asked of it."""
    subject = before.split("\n", 1)[0]
    return f"{subject[: LONGEST_QUESTION // 2]}\n{text}"[:LONGEST_QUESTION]
