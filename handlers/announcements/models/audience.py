"""For whom an announcement is: every condition narrows it, an empty one does not."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Reason(StrEnum):
    """Why somebody of the audience is left out; the first that applies."""

    inactive = "inactive"
    other_manager = "other manager's partner"
    muted = "has muted this topic"
    recent = "already had one this fortnight"
    unreachable = "no chat identity"


class Audience(BaseModel):
    """``partners`` are numbers of rows; ``listed``: only those whose address is on the announcement's list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    types: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    certified: tuple[str, ...] = ()
    not_certified: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()
    listed: bool = False
