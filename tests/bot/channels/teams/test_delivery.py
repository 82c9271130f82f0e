"""What is sent unasked: to where people are, at Teams' pace, and what happens when nobody knows whether it arrived."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from bot.channels.teams.envelope import key
from bot.channels.teams.transport import AGAIN
from bot.deliveries import listing, retry
from handlers.notices.models import ANSWER, NOTICE, Conversation, Delivery, DeliveryState, InboxEvent
from handlers.partners import store as partners
from handlers.partners.models import ChatIdentity
from handlers.ui import Card, Text
from tests.adaptive import written
from tests.fake_teams import BOT, TENANT
from tests.teams_requests import card
from tests.wire import until

HELLO = Card(title="A notice", body=(Text(text="Something has happened."),))


def notice(stage, user, **different):
    """A row of the outbox, as a turn or the clock writes it; ``left`` behind by a process that died while it sent."""
    now = stage.database.clock.now()
    left = different.pop("left", False)
    values = {"kind": NOTICE, "conversation": stage.chat(user), "due_at": now, "created_at": now}
    if left:
        values |= {"state": DeliveryState.sending, "attempts": 1, "lease_until": now - timedelta(minutes=1)}
    said = different.pop("card", HELLO).model_dump(mode="json")
    row = Delivery(platform="teams", team=TENANT, user=user, card=said, **(values | different))
    with Session(stage.database.engine) as session:
        session.add(row)
        session.commit()
        return row.delivery_id


def state(stage, delivery):
    (row,) = stage.rows(Delivery, Delivery.delivery_id == delivery)
    return row.state


def met(stage):
    user = stage.somebody()
    stage.says(user, "hello")
    stage.answer(user)
    return user


def test_an_installation_is_welcomed_once_and_its_address_is_kept(stage):
    zoe = stage.somebody()
    stage.installs(zoe)
    welcome = stage.answer(zoe)
    assert "Hello Zoë Marchbanks" in written(card(welcome))
    assert {action["type"] for action in welcome["suggestedActions"]["actions"]} == {"imBack"}
    stage.installs(zoe)
    stage.quiet()
    stage.answer(zoe)
    (kept,) = stage.rows(Conversation, Conversation.conversation == stage.chat(zoe))
    assert (kept.service_url, kept.bot, kept.user, kept.removed) == (stage.teams.url, BOT, zoe, False)


def test_a_stranger_who_installs_is_told_how_to_get_in(lite):
    visitor = lite.somebody("somebody.new@brightfold.example")
    lite.installs(visitor)
    assert "Request access" in written(card(lite.answer(visitor)))


def test_a_channel_is_greeted_without_anything_of_a_person(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.installs(zoe, channel)
    shown = written(card(lite.answer(channel)))
    assert "What I can do" in shown
    assert "Zoë" not in shown


def test_a_notice_reaches_somebody_where_they_are(stage):
    user = met(stage)
    notice(stage, user)
    assert "Something has happened." in written(card(stage.answer(user, 2)))


def test_somebody_who_removed_the_assistant_is_left_alone(stage):
    user = met(stage)
    stage.removes(user)
    stage.quiet()
    refused = notice(stage, user)
    until(lambda: state(stage, refused) == DeliveryState.failed)
    stage.answer(user)
    (identity,) = stage.rows(ChatIdentity, ChatIdentity.user == user)
    assert identity.away
    stage.says(user, "hello again")
    stage.answer(user, 2)
    notice(stage, user)
    stage.answer(user, 3)
    (identity,) = stage.rows(ChatIdentity, ChatIdentity.user == user)
    assert not identity.away


def test_who_installs_the_assistant_again_is_told_things_without_writing_first(stage):
    user = met(stage)
    with Session(stage.database.engine) as session:  # as another process does that hears of the removal
        partners.mark_away(session, "teams", TENANT, user, away=True)
        session.exec(update(Conversation).where(Conversation.user == user).values(removed=True))
        session.commit()
    stage.installs(user)
    stage.quiet()
    (identity,) = stage.rows(ChatIdentity, ChatIdentity.user == user)
    (home,) = stage.rows(Conversation, Conversation.user == user)
    assert (identity.away, home.removed) == (False, False)


@pytest.mark.parametrize("how", ["429:0", "429:", "status:412", "status:502", "status:503", "status:504"])
def test_what_teams_puts_off_comes_later_and_once(lite, how):
    user = met(lite)
    with lite.teams.fails("POST", how, times=1):
        sent = notice(lite, user)
        until(lambda: any(row.attempts for row in lite.rows(Delivery, Delivery.delivery_id == sent)))
        until(lambda: state(lite, sent) != DeliveryState.sending)
    lite.time_passes()
    lite.answer(user, 2)
    assert state(lite, sent) == DeliveryState.sent


def test_what_teams_refuses_is_not_tried_again(lite):
    user = met(lite)
    with lite.teams.fails("POST", "status:403", times=1):
        sent = notice(lite, user)
        until(lambda: state(lite, sent) == DeliveryState.failed)
    lite.quiet()
    lite.answer(user)


@pytest.mark.parametrize("how", ["lost", "status:500"])
def test_an_answer_that_perhaps_arrived_comes_again_and_says_so(lite, how):
    user = met(lite)
    with lite.teams.fails("POST", how, times=1):
        lite.says(user, "help")
        until(lambda: [row for row in lite.to(user) if row.state == DeliveryState.unknown])
    lite.time_passes()
    shown = written(card(lite.answer(user, 3 if how == "lost" else 2)))
    assert "You may have got this already" in shown
    assert "What I can do" in shown


def test_what_comes_again_says_so_even_if_teams_asks_to_wait_in_between(stage):
    user = met(stage)
    with stage.teams.fails("POST", "429:0", times=1):
        sent = notice(stage, user, left=True, subject="deal:D-4XQ9")
        until(lambda: state(stage, sent) == DeliveryState.sent)
    assert written(card(stage.answer(user, 2))).count(AGAIN) == 1


@pytest.mark.parametrize("unasked", [{"quiet_zone": "Europe/Berlin"}, {"campaign": "A-1"}])
def test_a_reminder_that_perhaps_arrived_waits_for_an_operator_and_holds_up_nothing(stage, unasked):
    user = met(stage)
    parked = notice(stage, user, left=True, **unasked)
    until(lambda: state(stage, parked) == DeliveryState.unknown)
    notice(stage, user)
    until(lambda: len(stage.teams.posted(stage.chat(user))) == 2)
    assert state(stage, parked) == DeliveryState.unknown
    with Session(stage.database.engine) as look:
        assert parked in "\n".join(listing(look, "unknown", None, as_json=False))
    assert "1 of 1" in retry(stage.house.settings, [parked])
    until(lambda: state(stage, parked) == DeliveryState.sent)
    assert "already" not in written(card(stage.answer(user, 3)))


def test_a_notice_of_a_deal_that_perhaps_arrived_comes_again_and_says_so(stage):
    user = met(stage)
    notice(stage, user, left=True, subject="deal:D-4XQ9")
    assert "You may have got this already" in written(card(stage.answer(user, 2)))


def lives_elsewhere(stage, user):
    """The store says so; the process that serves has not heard of it."""
    with Session(stage.database.engine) as session:
        known = session.exec(select(Conversation).where(Conversation.conversation == stage.chat(user))).one()
        known.service_url = "https://evil.example/"
        session.add(known)
        session.commit()


def test_an_answer_goes_where_it_was_asked_for_and_who_takes_one_over_asks_the_store(lite):
    user = met(lite)
    lives_elsewhere(lite, user)
    lite.says(user, "hello again")
    lite.answer(user, 2)
    left = notice(lite, user, kind=ANSWER, left=True)
    until(lambda: state(lite, left) == DeliveryState.failed)


def test_nothing_is_sent_to_an_address_that_is_not_on_the_list(lite):
    user = met(lite)
    lives_elsewhere(lite, user)
    refused = notice(lite, user)
    until(lambda: state(lite, refused) == DeliveryState.failed)
    (row,) = lite.rows(Delivery, Delivery.delivery_id == refused)
    assert "not on our list" in row.error


def test_a_card_that_was_sent_is_rewritten(lite):
    user = met(lite)
    sent = notice(lite, user)
    shown = lite.answer(user, 2)
    changed = Card(title="A notice", body=(Text(text="It was a mistake."),))
    notice(lite, user, operation="update", platform_id=shown["id"], card=changed)
    until(lambda: "It was a mistake." in written(card(lite.answer(user, 2))))
    assert state(lite, sent) == DeliveryState.sent


@pytest.mark.parametrize("how", ["", "lost", "status:503", "429:0", "status:404"])
def test_a_card_that_was_sent_is_removed(stage, how):
    """Whatever is cut off or put off; what is not there needs no removing."""
    user = met(stage)
    sent = notice(stage, user)
    shown = stage.answer(user, 2)
    with stage.teams.fails("DELETE", how or "none", times=1):
        removal = notice(stage, user, operation="remove", platform_id=shown["id"])
        until(lambda: stage.teams.named("DELETE", shown["id"]))
        until(lambda: state(stage, removal) != DeliveryState.sending)
        stage.time_passes()
        until(lambda: state(stage, removal) == DeliveryState.sent)
    assert state(stage, sent) == DeliveryState.removed
    assert (shown in stage.teams.posted(stage.chat(user))) == (how == "status:404")


def test_what_teams_does_not_let_be_removed_says_that_it_does_not_hold(lite):
    user = met(lite)
    sent = notice(lite, user)
    shown = lite.answer(user, 2)
    changed = Card(title="A notice", body=(Text(text="It was recalled."),))
    with lite.teams.fails("DELETE", "status:403"):
        notice(lite, user, operation="remove", platform_id=shown["id"], card=changed)
        until(lambda: "It was recalled." in written(card(lite.answer(user, 2))))
    assert state(lite, sent) == DeliveryState.sent


def test_who_has_no_chat_with_us_is_told_in_place_and_shown_nothing(lite):
    zoe, channel = lite.somebody(), lite.channel()
    with lite.teams.fails("POST", "status:403", only=lambda body: "members" in body):
        lite.mentions(zoe, "How much is the quarterly rebate above the threshold?", channel)
        shown = written(card(lite.answer(channel)))
    assert "Open a chat with me" in shown
    assert "3 %" not in shown


def test_an_activity_that_a_dead_process_left_is_answered_once(stage):
    zoe = stage.somebody()
    said = stage.activity("message", zoe, text="help")
    left = InboxEvent(
        platform="teams", team=TENANT, key=key(said), body=json.dumps(said), lease_until=stage.database.clock.now()
    )
    with Session(stage.database.engine) as session:
        session.add(left)
        session.commit()
    assert "What I can do" in written(card(stage.answer(zoe)))
    assert stage.post(said).status_code == 200
    stage.quiet()
    stage.answer(zoe)
