"""What readers find and do without having been written to: news, what they read again, what they acknowledge."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.announcements.dialog import said
from handlers.announcements.dialog.since import since
from handlers.errors import PortalError
from tests.handlers.announcements.people import (
    ADMIN,
    GOLD,
    LAYLA,
    NOW,
    OWNER,
    ZOE,
    by,
    counts,
    labels,
    sent,
    written,
)
from tests.handlers.announcements.test_going import SOTA, arrives, fails, out


def test_nobody_hears_of_products_that_are_not_announced_to_them(talk, ingrid):
    written(ingrid, GOLD, product="Project Falcon")
    sent(ingrid, GOLD)
    assert "about Backup." in by(talk, ZOE).says("what's new in Nothing since Monday").plain()
    assert "something about" not in by(talk, SOTA).says("what's new in Nothing since Monday").plain()


def test_what_was_cancelled_is_news_to_those_who_have_it(talk, ingrid, database):
    code = out(ingrid)
    arrives(database, code, ADMIN)
    ingrid.says(f"cancel {code}")
    zoe, idris = by(talk, ZOE), by(talk, ADMIN)
    assert "Nothing was announced" in zoe.says("news").plain()
    assert "no such announcement" in zoe.says(f"read {code}").plain()
    assert "Backup 9 is out" in idris.says("news").plain()
    assert "Faster" in idris.says(f"read {code}").plain()


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


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("since last Monday", "2026-11-23"),
        ("1 March", "2026-03-01"),
        ("1. March", "2026-03-01"),
        ("since 2026/10/01", "2026-10-01"),
        ("since 2026.10.01", "2026-10-01"),
        ("since 2026-10", "2026-10-01"),
        ("since October 1st, 2025", "2025-10-01"),
        ("since the beginning of October", "2026-10-01"),
        ("since last October", "2026-10-01"),
        ("in the last fortnight", "2026-11-11"),
        ("this week", "2026-11-23"),
        ("this month", "2026-11-01"),
        ("since the start of the quarter", "2026-10-01"),
        ("this year", "2026-01-01"),
        ("since 29 February", "2024-02-29"),
        ("since 26 November", "2025-11-26"),
        ("yesterday", "2026-11-24"),
    ],
)
def test_since_when(words, day):
    begins, rest = since(f"Backup {words}", date(2026, 11, 25), "Europe/Oslo")
    assert (begins.astimezone(ZoneInfo("Europe/Oslo")).date().isoformat(), rest.strip()) == (day, "Backup")


@pytest.mark.parametrize("words", ["since 2026-13-45", "since 31 February", "since 3/1/2026", "since summer"])
def test_a_day_that_is_none_is_said(words):
    with pytest.raises(PortalError, match="do not understand since when"):
        since(words, date(2026, 11, 25), "Europe/Oslo")


def test_a_version_is_no_day():
    assert since("Suite 2026.1", date(2026, 11, 25), "UTC")[1] == "Suite 2026.1"


@pytest.mark.parametrize(
    "words",
    [
        *("give me the latest news please", "tell me what's new in Backup", "is there anything new in Backup?"),
        *("announcements since March", "what has changed in Backup since Monday?", "What's new lately?"),
    ],
)
def test_asking_for_news(talk, ingrid, words):
    sent(ingrid, GOLD)
    assert "Backup 9 is out" in by(talk, ZOE).says(words).plain()


@pytest.mark.parametrize("words", ["what is new business bonus?", "what has changed in the agreement?"])
def test_asking_about_something_that_is_called_new(words):
    assert said.hears(words) is None


@pytest.mark.parametrize("words", ["mute cats", "mute everything", "unmute urgent"])
def test_what_can_be_muted_is_said(talk, words):
    assert "You can mute news, product updates and events" in talk(ZOE).says(words).plain()


def test_announce_alone_and_with_what_looks_like_a_number(ingrid):
    assert "Write it" in labels(ingrid.says("announce"))
    ingrid.commands("announce", "Model A-4000 is here")
    assert ingrid.form.inputs[0].value == "Model A-4000 is here"


def test_its_lists_can_be_asked_for_in_words(talk, ingrid):
    code = sent(ingrid, GOLD, acknowledge="yes")
    assert LAYLA in ingrid.says(f"who is left out of {code}").plain()
    assert ZOE in ingrid.says(f"who has not acknowledged {code}?").plain()
    assert "results" in ingrid.says(f"show me the results of {code}").title


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("status of {}", "Status"),
        ("how is {} going?", "Status"),
        ("who acknowledged {}", "results"),
        ("who got {}?", "results"),
        ("remind those who have not acknowledged {}", "are being reminded"),
        ("remind everybody of {}", "are being reminded"),
        ("withdraw {}", "was recalled"),
        ("take back {} now", "was recalled"),
        ("list announcements", "Backup 9 is out"),
        ("announcements please", "Write an announcement"),
    ],
)
def test_whoever_wrote_it_asks_in_their_own_words(ingrid, words, answer):
    code = sent(ingrid, GOLD, acknowledge="yes")
    card = ingrid.says(words.format(code))
    assert answer in card.plain() + " ".join(labels(card))


@pytest.mark.parametrize("words", ["I acknowledge {}", "I have read {}", "confirm {}."])
def test_a_reader_acknowledges_in_their_own_words(talk, ingrid, database, words):
    code = sent(ingrid, GOLD, acknowledge="yes")
    by(talk, ZOE).says(words.format(code))
    assert counts(database, code).acknowledged == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("mute", "Your topics"),
        ("Unmute!", "Your topics"),
        ("unsubscribe", "Your topics"),
        ("unsubscribe from events", "Muted: events"),
        ("Please unsubscribe me from product updates.", "Muted: product updates"),
        ("opt out of news", "Muted: news"),
        ("stop sending me news", "Muted: news"),
        ("mute the product updates", "Muted: product updates"),
        ("subscribe to events", "You get events again"),
        ("subscribe me to news again", "You get news again"),
        ("mute urgent announcements", "always reach you"),
        ("unsubscribe from everything", "always reach you"),
    ],
)
def test_a_topic_is_muted_in_the_words_that_people_use(talk, words, answer):
    assert answer in by(talk, ZOE).says(words).plain()


@pytest.mark.parametrize("words", ["subscribe to a webhook", "stop sending me invoices", "mute"])
def test_the_news_command_takes_them_too_and_other_words_are_questions(talk, words):
    zoe = by(talk, ZOE)
    if words == "mute":
        assert "Your topics" in zoe.commands("news", words).plain()
        assert "Muted: events" in zoe.commands("news", "unsubscribe from events").plain()
    else:
        assert "always reach you" not in zoe.says(words).plain()


def test_what_is_asked_for_is_not_offered_instead(talk, ingrid):
    sent(ingrid, GOLD)
    sent(ingrid, GOLD, kind="urgent", product="Lens")
    nothing = by(talk, ZOE, NOW + timedelta(days=3)).says("what's new in Backup since yesterday").plain()
    assert "about Lens." in nothing and "Backup, " not in nothing


@pytest.mark.parametrize("thumb", ["👍", "👍🏽", ":+1:", ":thumbsup::skin-tone-2:", "✅ 👍!", "+1"])
def test_a_thumb_below_acknowledges_where_that_was_wanted(talk, ingrid, database, thumb):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = by(talk, ZOE)
    assert "cknowledged" in zoe.replies(zoe.told()[-1], thumb).plain()
    assert counts(database, code).acknowledged == 1


def test_a_thumb_acknowledges_what_was_cancelled_after_it_had_arrived(talk, ingrid, database):
    code = out(ingrid, acknowledge="yes")
    arrives(database, code)
    ingrid.says(f"cancel {code}")
    zoe = by(talk, ZOE)
    assert "cknowledged" in zoe.replies(zoe.told()[-1], "👍").plain()
    assert counts(database, code).acknowledged == 1


def test_a_thumb_below_what_wants_no_acknowledgement_is_thanked_for_and_passed_on_to_nobody(talk, ingrid, database):
    sent(ingrid, GOLD)
    zoe, before = by(talk, ZOE), len(ingrid.told())
    assert zoe.replies(zoe.told()[-1], "👍").plain() == "Thank you."
    assert "only read words" in zoe.replies(zoe.told()[-2], "🙄").plain()
    assert "only read words" in zoe.says("👍").plain()
    assert len(ingrid.told()) == before


def test_undo_takes_back_what_was_done_last(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = by(talk, ZOE)
    announcement = zoe.told()[-1]
    assert "nothing that I could undo" in zoe.says("undo").plain()
    zoe.presses(announcement, "Acknowledge")
    assert counts(database, code).acknowledged == 1
    zoe.says("Undo that.")
    assert counts(database, code).acknowledged == 0
    zoe.says("mute news")
    assert "You get news again" in zoe.says("take it back").plain()
    zoe.says("mute news")
    zoe.now += timedelta(hours=1)
    assert "nothing that I could undo" in zoe.says("undo").plain()
