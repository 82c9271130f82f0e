"""When two names are those of one customer: whatever the legal form, the accents, the script or the order of words."""

import re
import unicodedata
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from anyascii import anyascii
from cleanco import basename
from rapidfuzz import fuzz

SAME, SIMILAR = 0.95, 0.85
_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|\(株\)"
    r"|^شركة\b|\bذ\.? ?م\.? ?م\b\.?|\bش\.? ?م\.? ?م\b\.?"
    r"|^(?:ооо|оао|зао|пао|ао|тов|pt|ud|pt\.)\s"
)
"""Legal forms that stand in front of a name or have no blank before them, where the library does not look."""
_FILLING = frozenset({"and", "und", "et", "the"})
_VOICED = "\u3099\u309a"  # marks that make another sound of a kana, not an accent
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
PART = 4  # letters of a word that are looked up by themselves
LONGEST_WORDS = 6


class Name(NamedTuple):
    """A customer's name in small Latin letters and digits, and in its own script where that is another one."""

    latin: str
    native: str

    @classmethod
    def of(cls, text: str) -> "Name":
        """Both are empty where there is neither letter nor digit."""
        bare = _bare(unicodedata.normalize("NFKC", text).casefold())
        plain = _words(_accentless(bare))
        own = "" if all(_is_latin(letter) for letter in plain) else plain
        return cls(_latin(plain), own)

    def parts(self) -> frozenset[str]:
        """What similar names have at least one of: their words, the ends of these, and pairs of beginnings."""
        words = sorted(set(self.latin.split()))[:LONGEST_WORDS]
        ends = {end for word in words for end in (word, word[:PART], word[-PART:]) if len(end) > 1}
        pairs = {f"{one[:PART]}+{other[:PART]}" for one, other in combinations(words, 2)}
        return frozenset(f"n:{key[:40]}" for key in ends | pairs) | {self.full}

    @property
    def full(self) -> str:
        return "f:" + "".join(sorted(self.latin.split()))[:200]


def similarity(one: Name, other: Name) -> float:
    """From 0 to 1. Names that differ in their numbers are those of two: Studio 54 is not Studio 55."""
    numbers = [re.findall(r"\d+", name.latin) for name in (one, other)]
    if all(numbers) and sorted(numbers[0]) != sorted(numbers[1]):
        return 0.0
    left, right = (one.native, other.native) if one.native and other.native else (one.latin, other.latin)
    if not left or not right:
        return 0.0
    joined = fuzz.ratio(left.replace(" ", ""), right.replace(" ", ""))
    return max(fuzz.ratio(left, right), fuzz.token_sort_ratio(left, right), joined) / 100


def _bare(text: str) -> str:
    """Without its legal form, unless that is all there is."""
    shorter = _FORMS.sub(" ", text).strip()
    return basename(shorter) or shorter or text


def _accentless(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    kept = (part for part in parts if not unicodedata.combining(part) or part in _VOICED)
    return unicodedata.normalize("NFC", "".join(kept))


def _words(text: str) -> str:
    """Letters, digits and the marks of scripts that write vowels as such; one blank between words."""
    joined = re.sub(r"(?<=\w)[.'’](?=\w)", "", text)
    letters = "".join(letter if _counts(letter) else _blank(letter) for letter in joined)
    words = letters.split()
    return " ".join([word for word in words if word not in _FILLING] or words)


def _counts(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN" and letter != "ـ"  # the last one only stretches an Arabic word


def _blank(letter: str) -> str:
    return "" if unicodedata.category(letter) == "Cf" or letter == "ـ" else " "


def _latin(text: str) -> str:
    letters = "".join(
        letter if letter in "abcdefghijklmnopqrstuvwxyz0123456789" else _in_ascii(letter) for letter in text
    )
    for pair, letter in _UMLAUTS:
        letters = letters.replace(pair, letter)
    return " ".join(letters.split())


@lru_cache(maxsize=20_000)
def _in_ascii(letter: str) -> str:
    return " " if letter == " " else re.sub(r"[^a-z0-9]", "", anyascii(letter).casefold())


@lru_cache(maxsize=20_000)
def _is_latin(letter: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN")
