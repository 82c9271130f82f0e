"""A figure with the floor it has to keep."""

import math
import sys
from collections.abc import Sequence
from typing import Any


def figure(value: float | None, *, at_least: float | None = None, at_most: float | None = None) -> dict[str, Any]:
    """``keeps`` is whether the floor is kept; null where nothing was measured."""
    floor = {"at_least": at_least} if at_least is not None else {"at_most": at_most}
    if value is None:
        return {"value": None, **floor, "keeps": None}
    keeps = value >= at_least if at_least is not None else value <= (at_most if at_most is not None else math.inf)
    return {"value": round(value, 4), **floor, "keeps": keeps}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")
    sys.stderr.flush()
