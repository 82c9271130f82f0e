"""Whatever the platform allows, per workspace and per conversation: nearly all of it is used, and hardly ever more."""

import os

import pytest

from tests.proof import limits

WORKSPACES = int(os.environ.get("SOAK_WORKSPACES", "6"))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_limits_are_learned_and_then_kept(database):
    found = limits.run(database, WORKSPACES, conversations=10, each=10)
    print(f"soak: pace: {found}")
    assert found.sent == WORKSPACES * 100
    assert found.share >= 0.9
    assert found.too_fast <= found.sent / 200
