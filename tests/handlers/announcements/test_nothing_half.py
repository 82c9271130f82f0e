"""Whatever statement it dies at, nothing of that step has happened; whoever comes next goes on, and nobody gets it
twice. The same thing many times in one instant happens once."""

import threading
from contextlib import suppress

import pytest
from sqlmodel import select

from handlers.announcements.models.announcement import Announcement, Recipient, Run
from handlers.errors import PortalError
from handlers.notices.models import Campaign, Delivery
from tests.dying import until_it_lives
from tests.handlers.announcements.people import (
    ADMIN,
    GOLD,
    INGRID,
    LAYLA,
    NOW,
    ZOE,
    by,
    counts,
    one,
    rows,
    seen,
    sent,
    written,
)

STEP = "announcements.writing"


@pytest.fixture
def ingrid(talk):
    seen(talk, ZOE, ADMIN, LAYLA)
    return by(talk, INGRID)


def state(database):
    with database.read() as look:
        announcements = [(what.code, what.state, what.revision) for what in look.exec(select(Announcement))]
        runs = [(run.cursor, run.done) for run in look.exec(select(Run))]
        return announcements, runs, [len(look.exec(select(table)).all()) for table in (Recipient, Campaign, Delivery)]


def test_from_the_press_to_the_last_message(ingrid, database, monkeypatch):
    monkeypatch.setattr("handlers.announcements.store.writing.BATCH", 2)
    code = written(ingrid, GOLD)
    press = lambda: ingrid.portal.press(ingrid.caller, ingrid.place, "announcements.send", code)  # noqa: E731
    assert until_it_lives(database, press, state) > 5
    steps = 0
    while ingrid.portal.waits(STEP, NOW):
        assert until_it_lives(database, lambda: ingrid.portal.tick(STEP, NOW), state) > 2
        steps += 1
    assert steps == 4  # the audience, two batches, and the end of them
    assert sorted(row.conversation for row in rows(database, code)) == sorted(f"D-{who}" for who in (ZOE, ADMIN, LAYLA))
    assert counts(database, code).audience == 3


def test_an_edit_and_its_messages(ingrid, database):
    code = sent(ingrid, GOLD)
    values = {"title": "Backup 9.1", "message": "Faster still."}
    edit = lambda: ingrid.portal.submit(ingrid.caller, ingrid.place, "announcements.correction", code, values)  # noqa: E731
    assert until_it_lives(database, edit, state) > 5
    while ingrid.portal.waits(STEP, NOW):
        until_it_lives(database, lambda: ingrid.portal.tick(STEP, NOW), state)
    assert len(rows(database, f"{code}/2")) == 3


def test_pressed_by_many_at_once_it_is_sent_once(ingrid, database):
    code = written(ingrid, GOLD)
    start = threading.Barrier(4)

    def press():
        start.wait()
        with suppress(PortalError):
            ingrid.portal.press(ingrid.caller, ingrid.place, "announcements.send", code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ticks = [threading.Thread(target=lambda: ingrid.portal.tick(STEP, NOW)) for _ in range(4)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join()
    ingrid.ticks(NOW)
    assert len(rows(database, code)) == 3
    assert one(database, code).state in ("sending", "sent")


def test_a_removal_and_its_messages(ingrid, database, monkeypatch):
    monkeypatch.setattr("handlers.announcements.store.writing.BATCH", 2)
    code = sent(ingrid, GOLD)
    gone = ("announcements.recall", code, {"how": "gone"})
    assert until_it_lives(database, lambda: ingrid.portal.submit(ingrid.caller, ingrid.place, *gone), state) > 5
    while ingrid.portal.waits(STEP, NOW):
        until_it_lives(database, lambda: ingrid.portal.tick(STEP, NOW), state)
    assert [row.operation for row in rows(database, f"{code}/2")] == ["remove"] * 3
    ingrid.ticks(NOW)
    assert (counts(database, code).removed, counts(database, code).audience) == (3, 3)
