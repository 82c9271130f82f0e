"""Whatever the platform allows, per workspace and per conversation, and however it counts: that is learned from some
refusals, nearly all of it is used from there on, and never more."""

import os
from random import Random
from typing import NamedTuple

import pytest

from tests.proof import limits
from tests.proof.limits import Outcome, steady

WORKSPACES = int(os.environ.get("SOAK_WORKSPACES", "6"))
SECONDS = 1_200.0  # simulated


class Kind(NamedTuple):
    """``share``, ``worst``: of what is allowed, at least. ``too_fast``: refusals a workspace at most although the limit
    was known: some platforms teach it only that way."""

    share: float
    worst: float
    too_fast: float


KINDS = {
    "bucket": Kind(0.97, 0.93, 0),
    "sliding": Kind(0.95, 0.92, 0),
    "window": Kind(0.97, 0.93, 0.1),
    "moody": Kind(0.93, 0.85, 1),  # asks to wait for as long as it likes, which teaches little
    "spacing": Kind(0.8, 0.65, 0.1),  # the network makes each distance uncertain, and so much must be left free
}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_limits_are_learned_and_then_kept(database):
    found = limits.run(database, WORKSPACES, conversations=10, each=10)
    said(f"{found.sent} deliveries to {WORKSPACES} workspaces in {found.seconds:.0f} simulated seconds", found)
    assert found.sent == WORKSPACES * 100
    assert found.share >= 0.97
    assert found.worst >= 0.9
    assert found.too_fast == 0


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_matter_how_the_platform_counts(kind):
    rates = [Random(seed).uniform(0.5, 2.0) for seed in range(WORKSPACES)]
    world = [steady(kind, rate, SECONDS, seed) for seed, rate in enumerate(rates)]
    found = Outcome.of(world, SECONDS)
    said(f"{kind}, {WORKSPACES} workspaces for {SECONDS:.0f} simulated seconds", found)
    assert found.share >= KINDS[kind].share
    assert found.worst >= KINDS[kind].worst
    assert found.too_fast <= KINDS[kind].too_fast * WORKSPACES
    assert found.learning <= 20 * WORKSPACES


def said(what, found):
    print(
        f"soak: pace: {what}: {found.share:.1%} of the allowed rate ({found.worst:.1%} at worst) when it ought to be "
        f"known, {found.learning} refused while learning, {found.too_fast} afterwards"
    )
