"""What becomes of an announcement that is out: paused, cancelled, corrected, recalled, repeated, acknowledged."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import col, select, update

from bot.claims import claim
from handlers.hours import Quiet
from handlers.notices.models import PARKED, Campaign, Delivery
from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    INGRID,
    LAYLA,
    NOW,
    OPERATOR,
    ZOE,
    by,
    counts,
    labels,
    one,
    rows,
    said,
    seen,
    sent,
    written,
)

SOTA = "sota.namioka@hanabishi.example"
NIGHT = Quiet(time(20), time(8))


def out(manager, whom=None, **text):
    """Its messages are written and none has arrived; returns its number."""
    code = written(manager, whom or GOLD, **text)
    manager.presses_raw("announcements.send", code)
    while manager.portal.waits("announcements.writing", manager.now):
        manager.portal.tick("announcements.writing", manager.now)
    return code


def corrects(manager, code, message):
    """While nothing arrives."""
    words = {"title": "Backup 9 is out", "message": message}
    manager.portal.submit(manager.caller, manager.place, "announcements.correction", code, words)


def fails(database, code, error="Slack refused: channel_not_found", email=ZOE):
    with database.session() as session:
        mine = (col(Delivery.campaign) == code, col(Delivery.conversation) == f"D-{email}")
        session.execute(update(Delivery).where(*mine).values(state="failed", error=error))
        session.commit()


def arrives(database, code, email=ZOE):
    with database.session() as session:
        mine = (col(Delivery.campaign) == code, col(Delivery.conversation) == f"D-{email}")
        session.execute(update(Delivery).where(*mine).values(state="sent", platform_id="m-arrived"))
        session.commit()


def adds_up(database, code):
    """The states are those of its rows, and all of them are the audience."""
    found = counts(database, code)
    assert found.audience == 3
    return found


def test_what_is_paused_waits_and_goes_on(talk, ingrid, database):
    code = out(ingrid)
    ingrid.presses_raw("announcements.pause", code)
    with database.read() as look:
        assert look.exec(select(Campaign.paused).where(Campaign.code == code)).one()
    assert "Paused" in said(ingrid.told())
    assert "another state" in ingrid.presses_raw("announcements.send", code).plain()
    ingrid.says(f"resume {code}")
    with database.read() as look:
        assert not look.exec(select(Campaign.paused).where(Campaign.code == code)).one()


def test_what_is_cancelled_is_not_sent_and_what_was_sent_stays(talk, ingrid, database):
    code = out(ingrid)
    arrives(database, code)
    ingrid.says(f"cancel {code}")
    found = adds_up(database, code)
    assert (found.sent, found.cancelled, found.open) == (1, 1, 0)
    assert one(database, code).state == "cancelled"


@pytest.mark.parametrize("verb", ["cancel", "recall"])
def test_what_is_in_hand_when_it_is_stopped_is_not_sent_later(talk, ingrid, database, verb):
    """Its platform asks to wait, or it turns out to be missing."""
    code = out(ingrid)
    for state in ("sending", "due"):
        with database.session() as session:
            session.execute(update(Delivery).where(Delivery.campaign == code).values(state=state, attempts=1))
            session.commit()
        if state == "sending":
            ingrid.says(f"{verb} {code}")
    with database.engine.begin() as connection:
        rows = claim(connection, ["test"], datetime(2031, 1, 1, tzinfo=UTC), lambda _: True)
        assert [row for row, _ in rows if row.campaign == code] == []
    found = adds_up(database, code)
    assert (found.cancelled, found.open) == (2, 0)


def test_the_card_of_what_was_cancelled_says_what_became_of_what_was_in_hand(talk, ingrid, database):
    code = out(ingrid)
    ingrid.ticks(NOW)
    with database.session() as session:
        session.execute(update(Delivery).where(Delivery.campaign == code).values(state="sending", attempts=1))
        session.commit()
    ingrid.says(f"cancel {code}")
    assert "On their way: 2" in _card(ingrid, code)
    arrives(database, code)
    fails(database, code, email=ADMIN)
    ingrid.ticks(NOW + timedelta(minutes=1))
    assert "Sent: 1" in _card(ingrid, code) and "Failed: 1" in _card(ingrid, code)
    assert "On their way: 2" not in _card(ingrid, code)
    assert (one(database, code).state, one(database, code).finished_at) == ("cancelled", NOW + timedelta(minutes=1))


def _card(author, code):
    return next(card.plain() for card in author.told() if code in card.title and "Status" in card.plain())


def test_cancelled_while_its_messages_are_written(talk, ingrid, database):
    code = written(ingrid, GOLD)
    ingrid.presses_raw("announcements.send", code)
    ingrid.portal.tick("announcements.writing", NOW)  # the audience is fixed, and no message written
    assert (adds_up(database, code).waiting, rows(database, code)) == (2, [])
    assert "Nothing of it was sent" in ingrid.says(f"cancel {code}").plain()
    ingrid.ticks(NOW)
    assert (adds_up(database, code).cancelled, rows(database, code)) == (2, [])


def test_what_everybody_has_is_not_cancelled_any_more(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    assert f"recall {code}" in ingrid.says(f"cancel {code}").plain()
    assert one(database, code).state == "sending"


def test_what_was_sent_of_something_cancelled_can_be_corrected(talk, ingrid, database):
    code = out(ingrid)
    arrives(database, code)
    corrects(ingrid, code, "All is well.")
    ingrid.says(f"cancel {code}")
    ingrid.ticks(NOW)
    assert "All is well." in said(talk(ZOE).told())
    corrects(ingrid, code, "It is better.")
    ingrid.ticks(NOW)
    assert "It is better." in said(talk(ZOE).told())
    assert "All is well." not in said(talk(ADMIN).told())
    assert code in ingrid.says("announcements").plain()
    assert (adds_up(database, code).sent, adds_up(database, code).cancelled) == (1, 1)


def test_what_was_never_sent_is_not_edited_after_its_end(talk, ingrid):
    code = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9 am"})
    ingrid.presses_raw("announcements.send", code)
    ingrid.says(f"cancel {code}")
    assert "nothing to edit" in ingrid.says(f"edit {code}").plain()


def test_what_is_scheduled_can_be_edited(talk, ingrid, database):
    code = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9 am"})
    ingrid.presses_raw("announcements.send", code)
    card = next(card for card in ingrid.told() if "Scheduled" in card.plain())
    assert "Audience: Resellers; Gold\nTo: 2 people of an audience of 3" in card.plain()
    assert "Audience: Resellers; Gold" in ingrid.says(code).plain()
    assert "Nobody was sent" in ingrid.says(f"results of {code}").plain()
    ingrid.presses(card, "Edit")
    ingrid.sends(message="All is well.")
    ingrid.ticks(NOW + timedelta(days=1))
    assert "All is well." in talk(ZOE).told()[-1].plain()


def test_what_is_scheduled_can_be_cancelled(ingrid, database):
    code = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9 am"})
    ingrid.presses_raw("announcements.send", code)
    ingrid.says(f"cancel {code}")
    ingrid.ticks(NOW + timedelta(days=2))
    assert rows(database, code) == []


def test_an_edit_changes_what_was_sent_in_place(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = talk(ZOE)
    zoe.presses(zoe.told()[-1], "Acknowledge")
    ingrid.presses(ingrid.says(f"edit {code}"), "Edit")
    assert ingrid.form.inputs[0].value == "Backup 9 is out"
    ingrid.sends(title="Backup 9.1 is out")
    ingrid.ticks(NOW)
    for email, button in ((ZOE, "Undo"), (ADMIN, "Acknowledge")):
        shown = talk(email).told()[-1]
        assert shown.title == "Backup 9.1 is out"
        assert labels(shown)[0] == button
    assert adds_up(database, code).sent == 2
    ingrid.ticks(NOW)
    assert len(rows(database, f"{code}/2")) + len(rows(database, f"{code}/2/ok")) == 2


def test_an_edit_changes_reminders_too(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    ingrid.says(f"remind {code}")
    ingrid.ticks(NOW)
    corrects(ingrid, code, "All is well.")
    ingrid.ticks(NOW)
    shown = said(talk(ZOE).told())
    assert shown.count("All is well.") == 2 and "Faster" not in shown


def test_a_reminder_that_waits_says_what_was_edited(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    ingrid.says(f"remind {code}")
    ingrid.portal.tick("announcements.writing", NOW)
    corrects(ingrid, code, "All is well.")
    ingrid.ticks(NOW)
    reminder = talk(ZOE).told()[-1].plain()
    assert "All is well." in reminder and "Please acknowledge" in reminder


def test_what_is_not_sent_yet_says_what_was_edited(talk, ingrid, database):
    code = out(ingrid)
    corrects(ingrid, code, "All is well.")
    ingrid.ticks(NOW)
    assert "All is well." in talk(ZOE).told()[-1].plain()
    assert rows(database, f"{code}/2") == []


def test_a_recall_leaves_a_line(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    ingrid.says(f"remind {code}")
    ingrid.ticks(NOW)
    ingrid.presses(ingrid.says(code), "Recall")
    ingrid.sends()
    ingrid.ticks(NOW)
    shown = said(talk(ZOE).told())
    assert "was recalled by its author" in shown and "Faster" not in shown
    assert "was recalled" in talk(ZOE).presses_raw("announcements.read", code).plain()
    assert "Nothing was announced" in talk(ZOE).says("news").plain()
    assert adds_up(database, code).sent == 2


@pytest.mark.parametrize("acknowledge", ["yes", ""])
def test_what_was_read_again_is_corrected_and_recalled_as_well(talk, ingrid, database, acknowledge):
    code = sent(ingrid, GOLD, acknowledge=acknowledge)
    zoe = talk(ZOE)
    if acknowledge:
        assert "You acknowledged" in zoe.says(f"acknowledge {code}").plain()
    zoe.presses(zoe.says("news"), "Read")
    zoe.says(f"read {code}")
    assert said(zoe.told()).count("Faster") == 3
    corrects(ingrid, code, "All is well.")
    ingrid.ticks(NOW)
    assert said(zoe.told()).count("All is well.") == 3 and "Faster" not in said(zoe.told())
    ingrid.says(f"recall {code}")
    ingrid.ticks(NOW)
    assert "All is well." not in said(zoe.told())


def test_a_recall_keeps_back_what_is_not_sent(talk, ingrid, database):
    code = out(ingrid)
    ingrid.says(f"recall {code}")
    ingrid.ticks(NOW)
    assert adds_up(database, code).cancelled == 2
    assert "Backup 9" not in said(talk(ZOE).told())


def test_the_failed_are_tried_again(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    fails(database, code)
    ingrid.ticks(NOW + timedelta(minutes=1))
    assert (adds_up(database, code).failed, one(database, code).state) == (1, "sent")
    assert "Failed: 1" in said(ingrid.told())
    ingrid.says(f"retry {code}")
    ingrid.ticks(NOW + timedelta(minutes=2))
    assert adds_up(database, code).sent == 2
    assert "Nothing of" in ingrid.says(f"retry {code}").plain()


def test_whom_nobody_found_has_no_chat_identity(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    fails(database, code, "no chat identity: nobody in the workspace has this confirmed address")
    found = adds_up(database, code)
    assert (found.failed, found.left_out["no chat identity"], found.unfound, found.sent) == (0, 2, 1, 1)
    assert "no chat identity" in ingrid.presses_raw("announcements.left", f"{code}:0").plain()


def test_what_may_have_arrived_is_no_reason_to_wait_for_ever(talk, ingrid, database):
    code = sent(ingrid, GOLD)
    with database.session() as session:
        mine = (col(Delivery.campaign) == code, col(Delivery.conversation) == f"D-{ZOE}")
        session.execute(update(Delivery).where(*mine).values(state="unknown", due_at=PARKED))
        session.commit()
    ingrid.ticks(NOW + timedelta(minutes=1))
    assert (adds_up(database, code).parked, one(database, code).state) == (1, "sent")
    assert "Perhaps arrived: 1" in said(ingrid.told())


def test_an_acknowledgement_can_be_undone(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = talk(ZOE)
    zoe.presses(zoe.told()[-1], "Acknowledge")
    assert counts(database, code).acknowledged == 1
    zoe.presses(zoe.told()[-1], "Undo")
    assert counts(database, code).acknowledged == 0
    zoe.says(f"acknowledge {code}")
    zoe.says(f"acknowledge {code}")
    assert counts(database, code).acknowledged == 1
    silent = ingrid.presses_raw("announcements.silent", f"{code}:0").plain()
    assert "Idris" in silent and "Zoë" not in silent
    assert "1 of 2" in ingrid.says(f"results for {code}").plain()


def test_only_those_who_have_it_acknowledge_it(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    for email in (SOTA, AMARA):
        assert "Undo" not in labels(talk(email).presses_raw("announcements.read", code))
    assert "no such announcement" in talk(SOTA).says(f"read {code}").plain()
    assert counts(database, code).acknowledged == 0


def test_those_who_have_not_acknowledged_are_reminded_once_a_day(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = talk(ZOE)
    zoe.presses(zoe.told()[-1], "Acknowledge")
    ingrid.says(f"remind {code}")
    ingrid.ticks(NOW)
    assert [row.conversation for row in rows(database, f"{code}/r1")] == [f"D-{ADMIN}"]
    assert "Please acknowledge" in said(talk(ADMIN).told())
    assert "less than a day ago" in ingrid.says(f"remind {code}").plain()
    assert adds_up(database, code).sent == 2
    admin = talk(ADMIN)
    admin.presses(admin.told()[-1], "Acknowledge")
    ingrid.now = NOW + timedelta(days=2)
    assert "Everybody who has" in ingrid.says(f"remind {code}").plain()


def test_a_reply_is_answered_or_reaches_the_author(talk, ingrid, database):
    sent(ingrid, GOLD)
    zoe = talk(ZOE)
    card = zoe.told()[-1]
    assert "Partner discounts" in zoe.replies(card, "What discount do Gold partners get on new business?").plain()
    assert "passed this on to Ingrid" in zoe.replies(card, "Our cat likes it, and so do we!").plain()
    told = said(ingrid.told())
    assert "passed this on to Ingrid" in zoe.replies(card, "Can you say more about it, please?").plain()
    assert "Our cat likes it" in told and "Zoë Marchbanks" in told and ZOE in told
    assert "What discount" not in told


def test_what_the_buttons_do_can_be_written_below_it(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe = talk(ZOE)
    card, before = zoe.told()[-1], len(ingrid.told())
    assert "Muted: product updates" in zoe.replies(card, "Unsubscribe").plain()
    assert "You acknowledged" in zoe.replies(card, "Acknowledged!").plain()
    assert counts(database, code).acknowledged == 1
    undone = zoe.replies(card, "undo")
    assert counts(database, code).acknowledged == 0
    zoe.presses(undone, "Acknowledge")
    assert counts(database, code).acknowledged == 1 and "Faster" not in said(zoe.told()[-1:])
    assert len(ingrid.told()) == before


def test_whatever_somebody_has_of_it_says_that_they_acknowledged_it(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    zoe, of_it = talk(ZOE), lambda who: [card for card in talk(who).told() if card.title == "Backup 9 is out"]
    ingrid.says(f"remind {code}")
    ingrid.ticks(NOW)
    zoe.says(f"read {code}")
    zoe.presses(of_it(ZOE)[1], "Acknowledge")
    assert [labels(card)[0] for card in of_it(ZOE)] == ["Undo"] * 3
    assert [labels(card)[0] for card in of_it(ADMIN)] == ["Acknowledge"] * 2
    zoe.replies(of_it(ZOE)[0], "undo")
    assert [labels(card)[0] for card in of_it(ZOE)] == ["Acknowledge"] * 3
    zoe.says(f"acknowledge {code}")
    assert [labels(card)[0] for card in of_it(ZOE)] == ["Undo"] * 3


def test_whoever_acknowledges_it_is_spared_a_reminder_that_waits(talk, ingrid, database):
    code = sent(ingrid, GOLD, acknowledge="yes")
    ingrid.says(f"remind {code}")
    ingrid.portal.tick("announcements.writing", NOW)
    talk(ZOE).says(f"acknowledge {code}")
    ingrid.ticks(NOW)
    assert "Please acknowledge" not in said(talk(ZOE).told()) and "Please acknowledge" in said(talk(ADMIN).told())
    assert adds_up(database, code).sent == 2


def test_an_end_stops_what_is_not_sent(talk, ingrid, database):
    code = out(ingrid, expires="2027-03-03")
    end = datetime(2027, 3, 3, 23, 0, tzinfo=UTC)  # midnight in Oslo
    assert {row.expires_at for row in rows(database, code)} == {end}
    ingrid.portal.tick("announcements.ends", end - timedelta(seconds=1))
    assert adds_up(database, code).waiting == 2
    ingrid.portal.tick("announcements.ends", end)
    assert adds_up(database, code).expired == 2
    ingrid.now = end
    assert "has expired" in ingrid.says(f"retry {code}").plain()


def test_who_cannot_get_it_before_its_end_is_told_beforehand(talk, search, database):
    seen(talk, ZOE, LAYLA)
    ingrid = talk(INGRID, policy={"quiet": NIGHT})
    ingrid.now = datetime(2027, 3, 3, 17, 0, tzinfo=UTC)  # 21:00 in Dubai, 17:00 in London
    code = written(ingrid, GOLD, expires="2027-03-03")
    shown = ingrid.says(code).plain()
    assert "1 person will not get it: where they are, it expires" in shown and "morning" not in shown
    ingrid.now = datetime(2027, 3, 3, 21, 0, tzinfo=UTC)
    assert "expires before anybody could get it" in ingrid.says(f"send {code}").plain()
    assert one(database, code).state == "draft"


def test_an_end_while_its_messages_are_written(talk, ingrid, database):
    code = written(ingrid, GOLD, expires="2027-03-03")
    ingrid.presses_raw("announcements.send", code)
    ingrid.portal.tick("announcements.writing", NOW)  # the audience is fixed, and no message written
    end = datetime(2027, 3, 3, 23, 0, tzinfo=UTC)
    ingrid.portal.tick("announcements.ends", end)
    ingrid.ticks(end)
    found = adds_up(database, code)
    assert (found.expired, found.waiting, rows(database, code)) == (2, 0, [])


def test_at_a_time_is_the_authors_own(talk, ingrid, database):
    code = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9:30"})
    ingrid.presses_raw("announcements.send", code)
    assert "is scheduled for 2 people: Thu 4 Mar 2027, 09:30 (Europe/Oslo)." in said(ingrid.told())
    due = datetime(2027, 3, 4, 8, 30, tzinfo=UTC)
    ingrid.ticks(due - timedelta(seconds=1))
    assert rows(database, code) == []
    ingrid.ticks(due)
    assert len(rows(database, code)) == 2


def test_each_persons_own_time(talk, search, database, ingrid):
    seen(talk, SOTA)
    operator = by(talk, OPERATOR)
    whom = {"timing": "local", "day": "2027-03-05", "time": "10:00", "partners": "Kestrel & Rowe IT\nHanabishi Systems"}
    code = written(operator, whom)
    assert "when it is that time where they are, the last Fri 5 Mar 2027, 07:00 (America/Sao_Paulo)" in (
        operator.says(code).plain()
    )
    operator.presses_raw("announcements.send", code)
    tokyo, london = datetime(2027, 3, 5, 1, 0, tzinfo=UTC), datetime(2027, 3, 5, 10, 0, tzinfo=UTC)
    operator.ticks(tokyo - timedelta(minutes=1))
    assert rows(database, code) == []
    operator.portal.tick("announcements.writing", tokyo)
    operator.portal.tick("announcements.writing", tokyo)
    due = {row.conversation: row.due_at for row in rows(database, code)}
    assert due[f"D-{ZOE}"] == london
    assert due[f"D-{SOTA}"] <= tokyo


@pytest.mark.parametrize(("kind", "waits"), [("news", True), ("urgent", False)])
def test_nobody_is_written_to_at_night_unless_it_is_urgent(talk, search, database, kind, waits):
    seen(talk, ZOE, LAYLA)
    late = datetime(2027, 3, 3, 17, 0, tzinfo=UTC)  # 21:00 in Dubai, 17:00 in London
    ingrid = talk(INGRID, policy={"quiet": NIGHT})
    ingrid.now = late
    ingrid.commands("announce", "")
    ingrid.sends(title="Now", message="Now.", kind=kind)
    control = ingrid.sends(**GOLD)
    assert ("waits for their morning" in control.plain()) == waits
    code = control.title.split(":")[0]
    ingrid.says(f"send {code}")
    for _ in range(2):
        ingrid.portal.tick("announcements.writing", late)
    due = {row.conversation: row for row in rows(database, code)}
    morning = datetime(2027, 3, 4, 4, 0, tzinfo=UTC)
    assert (due[f"D-{LAYLA}"].due_at == morning) == waits
    assert due[f"D-{ZOE}"].due_at == late
    status = ingrid.says(code).plain()
    assert ("the last when it is time where they are: Thu 4 Mar 2027, 05:00 (Europe/Oslo)" in status) == waits
    assert due[f"D-{LAYLA}"].quiet_zone == ("Asia/Dubai" if waits else "")


def test_news_of_a_product_since_a_day(talk, ingrid, database):
    sent(ingrid, GOLD, kind="urgent")
    sent(ingrid, GOLD, kind="urgent", title="Fair", product="")
    zoe = talk(ZOE)
    zoe.now = NOW + timedelta(days=3)
    assert all(title in zoe.says("news").plain() for title in ("Backup 9 is out", "Fair"))
    since = ("what's new in Backup since 1 March", "What's new in backup since last week?", "anything new in Backup")
    for words in since:
        card = zoe.says(words)
        assert "Backup 9 is out" in card.plain() and "Fair" not in card.plain(), words
    assert "Faster" in zoe.presses(card, "Read").plain()
    for words in ("what's new in Backup since yesterday", "what's new in Billing since March", "news since 2027-03-04"):
        assert "Nothing was announced" in zoe.says(words).plain(), words
    for words in (
        "news about backup please",
        "what's new in the Backup product since Monday?",
        "news in Backup since 25/2/2027",
    ):
        assert "Backup 9 is out" in zoe.says(words).plain(), words
    assert "Fair" in zoe.says("what's new about the fair").plain()
    for words in ("what's new in Backup since christmas", "news since 31 February", "news since 03/01/2027"):
        assert "do not understand since when" in zoe.says(words).plain(), words
    assert "Nothing was announced" in talk(SOTA).says("news").plain()
    assert "Fair" in zoe.commands("news", "").plain()


def test_a_thousand_are_written_in_batches(talk, ingrid, database, monkeypatch):
    monkeypatch.setattr("handlers.announcements.store.writing.BATCH", 1)
    seen(talk, LAYLA)
    code = out(ingrid)
    assert len(rows(database, code)) == 3
    assert len({row.delivery_id for row in rows(database, code)}) == 3


def test_a_reader_who_asks_for_announcements_sees_the_news(talk):
    assert "Nothing was announced" in talk(ZOE).says("announcements").plain()
