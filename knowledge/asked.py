"""What a question asks for by name or by kind, so that an article which lacks just that is not given as the answer.

"What does a Lens host cost in Swiss francs?" is near every price list there is, whatever its currency: neither the
vectors nor the shared words tell it from a question that the list does answer. See docs/decisions/0003.
"""

import re

from knowledge.words import COMMON, ELSEWHERE, words

_WORD = re.compile(
    r"(?<!\w)[^\W\d_]+(?:['’.-][^\W\d_]+)*(?!\w)"
)  # what holds a digit is a quantity, or spelled in many ways
_NEW_SENTENCE = re.compile(r"(?:^|[.?!:;\n])[\s\"'“(]*$")
_OF_A_PERSON = re.compile(
    r"\b(?:customer|client|prospect|account|company|partner|reseller|distributor|for|at|am|i'm|we're|hi|hello|hey|dear|"
    r"thanks),?\s+$",
    re.I,
)
"""After these a name is mostly somebody's, and no article has to know them."""

_SHOUTED = frozenset({"asap", "btw", "faq", "fyi", "ok", "pls", "please", "thx", "tia", "urgent"})
_NO_KIND = COMMON | frozenset(words("way thing kind sort type step exactly else purpose reason idea option happens"))
_KIND = re.compile(
    r"\b(?:what|which|whose|how many|how much) ((?:[\w'-]+ ){1,4}?)"
    r"(?:do|does|did|is|are|was|were|can|could|should|will|would|have|has|had|may|must|we|i|you|they)\b",
    re.I,
)


def names(question: str) -> list[list[str]]:
    """The stems of every name: written with a capital within a sentence, or as an acronym.

    Where most words have a capital it says nothing: a title, or shouting. Nor does it in another language: German
    writes every noun with one.
    """
    found = list(_WORD.finditer(question))
    if ELSEWHERE.intersection(words(question)) or 2 * sum(match[0][0].isupper() for match in found) > max(
        len(found), 4
    ):
        return []
    named = (match[0] for match in found if _is_name(question, match))
    return [stems for name in named if (stems := [word for word in words(name) if word not in COMMON])]


def _is_name(question: str, match: re.Match[str]) -> bool:
    word, before = match[0], question[: match.start()]
    if word.casefold() in _SHOUTED or _OF_A_PERSON.search(before):
        return False
    acronym = sum(letter.isupper() for letter in word) > 1
    return acronym or (word[0].isupper() and len(word) > 2 and not _NEW_SENTENCE.search(before))


def kinds(question: str) -> list[str]:
    """The stem of what is asked for: of "which query language functions does it have" that of "functions"."""
    asked = (words(match[1]) for match in _KIND.finditer(question))
    return [stems[-1] for stems in asked if stems and not _NO_KIND.intersection(stems)]
