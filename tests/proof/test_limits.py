"""Whatever the platform allows, per workspace and per conversation: nearly all of it is used, and hardly ever more.

Learning takes a handful of refusals; the last of them may come after the point from which on they are counted here.
"""

import os

import pytest

from tests.proof import limits

WORKSPACES = int(os.environ.get("SOAK_WORKSPACES", "6"))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_limits_are_learned_and_then_kept(database):
    found = limits.run(database, WORKSPACES, conversations=10, each=10)
    print(
        f"soak: pace: {found.sent} deliveries to {WORKSPACES} workspaces in {found.seconds:.0f} simulated seconds, of "
        f"the last 40 %: {found.share:.1%} of the allowed rate ({found.worst:.1%} at worst), {found.too_fast} refused"
    )
    assert found.sent == WORKSPACES * 100
    assert found.share >= 0.9
    assert found.too_fast <= WORKSPACES
