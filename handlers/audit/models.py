"""What is wrong at the moment."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Field

from knowledge.base import Instant, Row


class Failing(Row, table=True):
    """A schedule that has failed each time since then; or the clock itself, when nobody had kept it."""

    __tablename__ = "audit_failing"

    name: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    error: str = ""


class Matter(Row, table=True):
    """What operators have been told of, as long as it is so."""

    __tablename__ = "audit_matter"

    name: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    title: str = Field(default="", sa_column_kwargs={"server_default": ""})

    @property
    def subject(self) -> str:
        """Of what they were told: the same matter may come again."""
        return f"audit:{self.since.astimezone(UTC):%FT%T.%f}:{self.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """``count`` rows with the same trouble, the oldest from ``since``; ``of`` is their campaign, "" if none."""

    platform: str
    of: str
    reason: str
    count: int
    since: datetime
