"""Numbers that a person can say: D-4XQ9. Random, so that they tell nothing about how many there are."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

DIGITS, LETTERS = "2346789", "CDFHJKMNPQRTWXY"
"""Without look-alikes (0 O, 1 I L, 5 S, B, G, Z, U V) and without vowels, so that no code is a word."""

LENGTH = 4
LONGEST = 8
TRIES = 12
_HYPHENS = "-‐‑‒–—−"


def code(prefix: str, longer: int = 0) -> str:
    """``longer``: how many characters more than usual, for another try when a code was taken."""
    while True:
        made = "".join(secrets.choice(DIGITS + LETTERS) for _ in range(min(LENGTH + longer, LONGEST)))
        if _mixed(made):
            return f"{prefix}-{made}"


def add(session: Session, row: Any, prefix: str, make: Callable[[str, int], str] = code) -> None:
    """Store a new row, whose ``code`` is unique, under a code that nobody has yet."""
    for attempt in range(TRIES):
        row.code = make(prefix, attempt // 3)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
        else:
            return


def understood(prefix: str, words: str) -> str | None:
    """The first code with this prefix among the words, as it is written: "D-4XQ9" for "d4xq9", "D 4xq9" or "d–4XQ9".

    With its hyphen, whatever looks like a code is one, though none of ours may be written so; without, only what we
    might have given out, since "D 2000" is seldom a number that somebody means.
    """
    text = unicodedata.normalize("NFKC", words).upper()
    hyphened = rf"(?<!\w){prefix}[{_HYPHENS}]\s?([A-Z0-9]{{{LENGTH},{LONGEST}}})(?!\w)"
    bare = rf"(?<!\w){prefix}\s?([{DIGITS}{LETTERS}]{{{LENGTH},{LONGEST}}})(?!\w)"
    for pattern in (hyphened, bare):
        for found in re.finditer(pattern, text):
            if pattern == hyphened and re.search("[0-9]", found[1]):
                return f"{prefix}-{found[1]}"
            if _mixed(found[1]):
                return f"{prefix}-{found[1]}"
    return None


def _mixed(text: str) -> bool:
    return not set(text).isdisjoint(DIGITS) and not set(text).isdisjoint(LETTERS)
