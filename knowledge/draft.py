"""An article as its source states it, before it is stored."""

import hashlib
import json
import re
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from knowledge.audience import Audience
from knowledge.models import REVIEW_EVERY_DAYS

LONGEST_TITLE = 300
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Draft(BaseModel):
    """The fields of a front matter, checked. What it does not know is kept in ``extra``."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: str = Field(min_length=1, max_length=500)
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    body: str = ""
    category: str | None = None
    kind: str = "guide"
    products: list[str] = []
    version: str | None = None
    language: str = "en"
    audience: Audience = Audience()
    owner: str | None = None
    verified_on: date | None = None
    review_every_days: int = Field(default=REVIEW_EVERY_DAYS, ge=1, le=3650)
    source_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    phrasings: list[str] = []
    extra: dict[str, Any] = {}

    @field_validator("products", "phrasings", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        values = [] if value is None else value if isinstance(value, list) else [value]
        return [str(one) if isinstance(one, int | float) else one for one in values if one is not None]

    @field_validator("products", "phrasings")
    @classmethod
    def _no_blanks(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(text.strip() for text in value if text.strip()))

    @field_validator("title", "version", "category", "kind", "language", "owner", mode="before")
    @classmethod
    def _numbers_are_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("title", mode="before")
    @classmethod
    def _on_one_line(cls, value: object) -> object:
        return " ".join(value.split()) if isinstance(value, str) else value

    @field_validator("audience", mode="before")
    @classmethod
    def _nothing_is_everybody(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("verified_on", mode="before")
    @classmethod
    def _day_as_iso(cls, value: object) -> object:
        """Pydantic alone would take 20260131 for seconds since 1970."""
        if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value.strip())):
            return value
        raise ValueError("write the day as 2026-01-31")

    @field_validator("owner")
    @classmethod
    def _owner_is_an_address(cls, value: str | None) -> str | None:
        return value.casefold() if value else None

    @property
    def content_hash(self) -> str:
        stated = self.model_dump(mode="json", exclude={"key"})
        return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


KNOWN = frozenset(Draft.model_fields) - {"key", "body", "extra"}
