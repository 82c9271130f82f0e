"""What readers find and do without having been written to: news, what they read again, what they acknowledge."""

from datetime import timedelta

import pytest

from tests.handlers.announcements.people import (
    NOW,
    OWNER,
    ZOE,
    counts,
    labels,
    sent,
    written,
)
from tests.handlers.announcements.test_going import GOLD, SOTA, fails, out


def by(talk, email, now=NOW):
    person = talk(email)
    person.now = now
    return person


def test_nobody_hears_of_products_that_are_not_announced_to_them(talk, ingrid):
    written(ingrid, GOLD, product="Project Falcon")
    sent(ingrid, GOLD)
    assert "about Backup." in by(talk, ZOE).says("what's new in Nothing since Monday").plain()
    assert "something about" not in by(talk, SOTA).says("what's new in Nothing since Monday").plain()


def test_what_was_cancelled_is_news_to_those_who_have_it(talk, ingrid):
    code = out(ingrid)
    ingrid.says(f"cancel {code}")
    zoe = by(talk, ZOE)
    assert "Nothing was announced" in zoe.says("news").plain()
    assert "no such announcement" in zoe.says(f"read {code}").plain()
    code = sent(ingrid, GOLD, title="This one came", kind="urgent", product="Lens")
    assert "This one came" in zoe.says("news").plain()


def test_what_another_manager_kept_from_somebody_is_not_read_by_its_number(talk, ingrid):
    code = sent(ingrid, {"listed": f"{SOTA}\n{ZOE}"})
    assert "no such announcement" in by(talk, SOTA).says(f"read {code}").plain()
    assert "Faster" in by(talk, ZOE).says(f"read {code}").plain()


def test_a_content_owner_reads_what_the_news_offers(talk, ingrid):
    sent(ingrid, GOLD)
    owner = by(talk, OWNER)
    assert "Faster" in owner.presses(owner.says("news"), "Read").plain()


@pytest.mark.parametrize("way", ["muted", "failed"])
def test_who_acknowledges_what_they_found_in_the_news_is_counted(talk, ingrid, database, way):
    zoe = by(talk, ZOE)
    if way == "muted":
        zoe.says("mute product updates")
    code = sent(ingrid, GOLD, acknowledge="yes")
    if way == "failed":
        fails(database, code)
    zoe.presses(zoe.presses(zoe.says("news"), "Read"), "Acknowledge")
    found = counts(database, code)
    assert (found.acknowledged, found.silent, found.asked, found.sent) == (1, 1, 2, 1)
    card = ingrid.says(f"results of {code}")
    assert "Acknowledged by 1 of 2 people" in card.plain() and "Acknowledged: 1 of 2" in card.plain()
    ingrid.ticks(NOW + timedelta(minutes=1))
    assert "Remind" in labels(ingrid.says(code))
    assert "1 person" in ingrid.says(f"remind {code}").plain()


def test_what_has_expired_reminds_nobody(talk, ingrid):
    code = sent(ingrid, GOLD, acknowledge="yes", expires="2027-03-03")
    ingrid.now = NOW + timedelta(days=2)
    assert "has expired" in ingrid.says(f"remind {code}").plain()


def test_whoever_has_no_chat_identity_from_the_beginning_is_not_tried_again(talk, ingrid):
    code = sent(ingrid, GOLD)
    ingrid.ticks(NOW + timedelta(minutes=1))
    card = ingrid.says(code)
    assert "Left out: 1" in card.plain() and "Retry the failed" not in labels(card)
