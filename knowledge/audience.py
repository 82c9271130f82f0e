"""Who may see an article: the rule it carries, and the person it is held against."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator


class Reader(NamedTuple):
    """What of a person decides which articles they see. Hashable, so that a filter can be kept per kind of reader.

    The vendor's own people (``role`` set, ``type`` None) see everything.
    """

    type: str | None = None
    tier: str | None = None
    region: str | None = None
    role: str | None = None


EVERYBODY_SEES = Reader(type="", tier="", region="", role="")
"""A reader to whom only articles without any rule are open: what may be posted where everybody reads along."""

VENDOR = Reader()


class Audience(BaseModel):
    """Partner types, tiers, regions and roles an article is for. An empty list does not restrict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    types: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @field_validator("*", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        """One word instead of a list is a list of one; blanks, case and spaces around do not matter.

        A blank must not stay: the reader whom EVERYBODY_SEES stands for would match it.
        """
        if value is None:
            return ()
        words = value if isinstance(value, (list, tuple)) else [value]
        if not all(word is None or isinstance(word, str | int | float) for word in words):
            raise ValueError("must be words")
        return [text for word in words if word is not None and (text := str(word).strip().casefold())]

    @property
    def open_to_all(self) -> bool:
        return not (self.types or self.tiers or self.regions or self.roles)

    def admits(self, reader: Reader) -> bool:
        if reader.type is None:
            return True
        asked = (
            (self.types, reader.type),
            (self.tiers, reader.tier),
            (self.regions, reader.region),
            (self.roles, reader.role),
        )
        return all(not allowed or (has or "").casefold() in allowed for allowed, has in asked)
