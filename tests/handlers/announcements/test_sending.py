"""From the first word to the readers."""

import pytest

from tests.handlers.announcements.people import (
    ADMIN,
    INGRID,
    NOW,
    TEXT,
    ZOE,
    counts,
    labels,
    said,
    seen,
)


@pytest.fixture
def ingrid(talk):
    manager = talk(INGRID)
    manager.now = NOW
    return manager


def test_from_the_command_over_the_preview_to_the_readers(talk, ingrid, database):
    seen(talk, ZOE, ADMIN)
    ingrid.commands("announce", "")
    assert ingrid.form.title == "Write an announcement"
    ingrid.sends(**TEXT)
    assert ingrid.form.title == "Who gets it, and when"
    control = ingrid.sends(types="reseller", tiers="Gold")
    code = control.title.split(":")[0]
    shown = control.plain()
    assert "2 people of an audience of" in shown and "no chat identity" in shown
    assert labels(control)[0] == "Send"
    ingrid.presses(control, "Send")
    assert f"{code} is going out to 2 people" in said(ingrid.told())
    ingrid.ticks(NOW)
    got = talk(ZOE).told()[-1]
    assert got.title == "Backup 9 is out" and "Faster" in got.plain()
    assert counts(database, code).sent == 2
