"""Requests for access, invitations, and wrong codes."""

import re
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field

from handlers.codes import DIGITS, LETTERS
from knowledge.base import Instant, Row

VALID = timedelta(days=7)
AGAIN_AFTER = timedelta(days=1)
GROUPS, GROUP = 4, 4
"""16 letters and digits of 22: 71 bits."""

_HYPHENS = re.compile("[‐‑‒–—−]")
_BETWEEN = r"[\s-]{0,3}"
_OURS = rf"[{DIGITS}{LETTERS}]{{{GROUP}}}"
_CODE = re.compile(rf"(?<!\w)INV{_BETWEEN}({_OURS}(?:{_BETWEEN}{_OURS}){{{GROUPS - 1}}})(?!\w)")
_NEARLY = re.compile(
    r"(?<!\w)INV\s?-\s?[A-Z0-9]"
    r"|(?<!\w)INV(?:[A-Z0-9]{12,}|\s{1,3}[A-Z0-9]{4}(?:\s{0,3}[A-Z0-9]{4}){2,})(?!\w)"
)
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
LONGEST_SEARCHED = 4_000


class RequestState(StrEnum):
    open = "open"
    approved = "approved"
    declined = "declined"
    settled = "settled"
    """The asker came in by an invite code meanwhile."""


class AccessRequest(Row, table=True):
    """Somebody unknown asks to be let in. ``token`` is what buttons carry. ``vouched``: the platform says that the
    address is theirs. A chat user has one open request at most."""

    __tablename__ = "access_request"
    __table_args__ = (
        Index(
            "uq_access_request_open",
            "platform",
            "team",
            "user",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_access_request_chat", "platform", "team", "user", "asked_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(default_factory=lambda: secrets.token_hex(8), unique=True)
    platform: str
    team: str
    user: str
    company: str
    name: str
    email: str
    vouched: bool
    why: str = Field(sa_type=Text)
    asked_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Instant, index=True)
    state: str = RequestState.open
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    decided_by: int | None = Field(default=None, foreign_key="contact.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", sa_type=Text)

    @property
    def chat(self) -> tuple[str, str, str]:
        return self.platform, self.team, self.user

    @property
    def subject(self) -> str:
        """Of the card in the managers' channel."""
        return f"access:{self.token}"

    @property
    def answer(self) -> str:
        """The subject of the message under which the asker is answered, if it comes to nothing."""
        return f"asked:{self.token}"

    def may_ask_again(self, now: datetime) -> bool:
        return self.state != RequestState.declined or now - (self.decided_at or self.asked_at) >= AGAIN_AFTER


class Invite(Row, table=True):
    """A code that makes whoever types it this contact, once. Only its hash is kept."""

    __tablename__ = "access_invite"
    __table_args__ = (UniqueConstraint("digest"),)

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    digest: str
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Instant)
    expires_at: datetime = Field(default_factory=lambda: datetime.now(UTC) + VALID, sa_type=Instant)
    voided_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    platform: str = ""
    team: str = ""
    user: str = ""

    def good(self, now: datetime) -> bool:
        return self.used_at is None and self.voided_at is None and now < self.expires_at

    def use(self, chat: tuple[str, str, str], now: datetime) -> None:
        self.used_at = now
        self.platform, self.team, self.user = chat


class WrongCode(Row, table=True):
    """A chat user typed a code that lets nobody in. What they typed is not kept."""

    __tablename__ = "access_wrong_code"
    __table_args__ = (Index("ix_access_wrong_code_chat", "platform", "team", "user", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    team: str
    user: str
    at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Instant, index=True)


def new_code() -> str:
    """Like INV-7K2M-4XQ9-HT3C-NW8D."""
    groups = ("".join(secrets.choice(DIGITS + LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(("INV", *groups))


def code_in(words: str) -> str | None:
    """The first invite code among the words, without hyphens, however it was written."""
    return next(iter(codes_in(words)), None)


def codes_in(words: str) -> list[str]:
    found = (match[1] for match in _CODE.finditer(_plain(words)))
    return ["".join(letter for letter in code if letter.isalnum()) for code in found]


def means_a_code(words: str) -> bool:
    """Whether somebody may have meant a code, though none of ours is written so: a slip of the finger, or a guess."""
    found = _NEARLY.search(_plain(words))
    return found is not None and ("-" in found[0] or any(letter.isdigit() for letter in found[0]))


def digest(code: str) -> str:
    """Of a code as new_code makes it or code_in finds it."""
    plain = code_in(code) or code
    return sha256(plain.encode()).hexdigest()


def _plain(words: str) -> str:
    normal = _HYPHENS.sub("-", unicodedata.normalize("NFKC", words[:LONGEST_SEARCHED])).upper()
    return "".join(letter for letter in normal if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE)
