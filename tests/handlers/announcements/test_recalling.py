"""Taken back altogether: what somebody got of it is gone, and the numbers say so."""

import csv
import io
from collections import Counter

import pytest
from sqlmodel import col, select, update

from handlers.announcements.dialog.exporting import everybody
from handlers.announcements.models.announcement import Run
from handlers.announcements.store import announcements
from handlers.notices.models import Delivery
from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    NOW,
    ZOE,
    labels,
    one,
    rows,
    said,
    sent,
    written,
)
from tests.handlers.announcements.test_going import adds_up, arrives, corrects, out

TITLE = "Backup 9 is out"


def of_it(talk, email):
    return [card for card in talk(email).told() if card.title == TITLE or "was recalled" in card.plain()]


def in_the_file(database, code):
    with database.read() as look:
        text = "".join(everybody(look, announcements.by_code(look, code)))
    return Counter(row["state"] for row in csv.DictReader(io.StringIO(text)))


def test_the_dialog_asks_what_becomes_of_the_messages(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    ingrid.presses(ingrid.says(code), "Recall")
    (asked,) = ingrid.form.inputs
    assert [option.value for option in asked.options] == ["line", "gone"] and asked.value == "line"
    said_so = ingrid.sends(how="gone").plain()
    assert "is removed" in said_so and "are being removed" in said(ingrid.told())
    ingrid.ticks(NOW)
    assert (of_it(talk, ZOE), of_it(talk, ADMIN)) == ([], [])
    assert "Nothing was announced" in talk(ZOE).says("news").plain()
    assert "was recalled" in talk(ZOE).says(f"read {code}").plain()


def test_the_numbers_say_what_became_of_it_and_add_up(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    talk(ZOE).says(f"acknowledge {code}")
    ingrid.says(f"recall {code} and delete it")
    assert in_the_file(database, code) == {"sent": 2, "left out": 1}
    ingrid.ticks(NOW)
    found = adds_up(database, code)
    assert (found.removed, found.sent, found.open, found.acknowledged, found.silent) == (2, 0, 0, 1, 1)
    assert in_the_file(database, code) == {"removed": 2, "left out": 1}
    shown = ingrid.says(f"results of {code}").plain()
    assert "Audience: 3\nSent: 0\nWaiting: 0\nRemoved: 2\nLeft out: 1" in shown
    assert "Acknowledged by 1 of 2 people" in shown
    assert {row.state for row in rows(database, code)} == {"removed"}


@pytest.mark.parametrize("state", ["due", "sending", "unknown"])
def test_its_card_says_when_the_last_is_gone(talk, ingrid, database, state):
    code = sent(ingrid, GOLD)
    ingrid.says(f"delete {code}")

    def desk():
        return next(text for card in ingrid.told() if "Status: " in (text := card.plain()))

    assert "Status: Recalled, its messages are being removed" in desk()
    ingrid.ticks(NOW)
    removals = update(Delivery).where(col(Delivery.campaign) == one(database, code).change)
    for minute, left in enumerate((state, "sent"), start=1):
        with database.session() as session:
            assert session.execute(removals.values(state=left)).rowcount == 2
            session.commit()
        ingrid.now = ingrid.now.replace(minute=minute)
        ingrid.ticks(ingrid.now)
        assert ("are being removed" in desk()) == (left != "sent")
    assert "Status: Recalled\n" in desk() and "Removed: 2" in desk()
    assert one(database, code).finished_at == ingrid.now


@pytest.mark.parametrize(
    "words",
    [
        "recall {} and delete it",
        "Recall {}, and remove the messages.",
        "please take back announcement {} and then delete everything altogether",
        "recall and delete {}",
        "delete {}",
        "remove {} now",
    ],
)
def test_in_words(talk, ingrid, words):
    code = sent(ingrid, GOLD)
    assert f"{code} was recalled. Every message" in ingrid.says(words.format(code)).plain()
    ingrid.ticks(NOW)
    assert of_it(talk, ZOE) == []


@pytest.mark.parametrize("words", ["recall {}", "withdraw {}"])
def test_without_a_word_of_deleting_a_line_stays_which_can_be_removed_later(talk, ingrid, database, words):
    code = sent(ingrid, GOLD)
    ingrid.says(words.format(code))
    ingrid.ticks(NOW)
    (left,) = of_it(talk, ZOE)
    assert "was recalled by its author" in left.plain()
    assert "another state" in ingrid.says(f"recall {code}").plain()
    ingrid.says(f"recall {code} and delete it")
    ingrid.ticks(NOW)
    assert (of_it(talk, ZOE), adds_up(database, code).removed) == ([], 2)
    assert "Nothing was changed" in ingrid.says(f"delete {code}").plain()
    assert "Nothing was changed" in ingrid.says(f"recall {code}").plain()
    ingrid.ticks(NOW)
    assert len(rows(database, f"{code}/3")) == 2 and rows(database, f"{code}/4") == []


def test_reminders_and_what_was_read_again_go_too(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    ingrid.says(f"remind {code}")
    ingrid.ticks(NOW)
    talk(ZOE).says(f"read {code}")
    assert len(of_it(talk, ZOE)) == 3
    corrects(ingrid, code, "All is well.")
    ingrid.says(f"delete {code}")
    ingrid.ticks(NOW)
    assert of_it(talk, ZOE) == of_it(talk, ADMIN) == []


def test_what_is_not_sent_stays_unsent_and_what_is_in_hand_goes_once_it_has_arrived(talk, ingrid, database):
    code = out(ingrid)
    with database.session() as session:
        mine = (col(Delivery.campaign) == code, col(Delivery.conversation) == f"D-{ZOE}")
        session.execute(update(Delivery).where(*mine).values(state="sending", attempts=1))
        session.commit()
    ingrid.portal.say(ingrid.caller, ingrid.place, f"delete {code}")
    assert (adds_up(database, code).cancelled, adds_up(database, code).open) == (1, 1)
    while ingrid.portal.waits("announcements.writing", NOW):
        ingrid.portal.tick("announcements.writing", NOW)
    arrives(database, code)
    ingrid.ticks(NOW)
    found = adds_up(database, code)
    assert (found.removed, found.cancelled, of_it(talk, ZOE), of_it(talk, ADMIN)) == (1, 1, [], [])


def test_it_counts_as_one_this_fortnight_all_the_same(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    ingrid.says(f"delete {code}")
    ingrid.ticks(NOW)
    assert "already had one this fortnight: 2" in ingrid.says(written(ingrid, GOLD)).plain()


def test_a_draft_is_discarded_and_what_waits_is_cancelled_instead(talk, ingrid, database):
    draft = written(ingrid, GOLD)
    assert "was discarded" in ingrid.says(f"delete {draft}").plain()
    later = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9 am"})
    ingrid.says(f"send {later}")
    assert "another state" in ingrid.says(f"delete {later}").plain()
    ingrid.says(f"cancel {later}")
    assert "never sent" in ingrid.says(f"delete {later}").plain()
    with database.read() as look:
        assert look.exec(select(Run)).all() == []


def test_nobody_else_removes_it(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    amara = talk(AMARA)
    assert "Recall" not in labels(amara.says(code))
    for deed in (
        lambda who: who.says(f"recall {code} and delete it"),
        lambda who: who.says(f"delete {code}"),
        lambda who: who.submits("announcements.recall", code, how="gone"),
    ):
        assert "Only its author" in deed(amara).plain()
        assert "Only channel managers" in deed(talk(ZOE)).plain()
    assert one(database, code).state == "sending"
