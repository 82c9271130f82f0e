"""Who is asking: only people of the home workspace with a confirmed address of a contact see anything."""

import pytest

from tests.block_kit import written
from tests.fake_slack import TEAM
from tests.wire import direct

DISCOUNT = "What discount do Gold partners get on new business?"
REFUSAL = "I don't know you yet"


@pytest.mark.parametrize("flags", [{"is_restricted": True}, {"is_restricted": True, "is_ultra_restricted": True}])
def test_guests_of_the_home_workspace_are_answered(lite, flags):
    guest = lite.somebody(**flags)
    lite.says(guest, DISCOUNT)
    assert "25 %" in written(lite.answer(guest))


@pytest.mark.parametrize(
    "flags",
    [
        {"team_id": "T0OTHER"},
        {"team_id": "T0OTHER", "is_stranger": True},
        {"is_email_confirmed": False},
        {"deleted": True},
        {"is_bot": True},
    ],
    ids=["external", "stranger", "unconfirmed", "deactivated", "bot"],
)
def test_a_contacts_address_alone_opens_nothing(stage, flags):
    person = stage.somebody(**flags)
    stage.says(person, DISCOUNT)
    said = written(stage.answer(person))
    assert REFUSAL in said
    assert "%" not in said
    assert "channel manager" in said


def test_somebody_whose_event_names_another_workspace_is_refused_without_asking_slack(stage):
    external, channel = stage.somebody(team_id="T0OTHER"), stage.channel()
    stage.mentions(external, channel, DISCOUNT, team="T0OTHER", user_team="T0OTHER", source_team="T0OTHER")
    refusal = stage.whisper(channel)
    assert refusal["user"] == external
    assert REFUSAL in written(refusal)
    assert {"user": external} not in stage.slack.named("users.info")


def test_an_unknown_address_is_refused_kindly_and_a_user_slack_does_not_know_too(lite):
    for person in (lite.somebody("mallory@elsewhere.example"), "U0GHOST"):
        lite.says(person, DISCOUNT)
        assert REFUSAL in written(lite.answer(person))


def test_in_a_channel_only_the_refused_person_reads_the_refusal(lite):
    person, channel = lite.somebody("mallory@elsewhere.example"), lite.channel()
    lite.mentions(person, channel, DISCOUNT)
    assert REFUSAL in written(lite.whisper(channel))
    assert not lite.slack.posted(channel)


def test_an_external_cannot_use_the_command(lite):
    external, channel = lite.somebody(team_id="T0OTHER"), lite.channel()
    url = lite.commands(external, DISCOUNT, channel, team="T0OTHER")["response_url"]
    assert REFUSAL in written(lite.response(url))


def test_who_confirms_the_address_later_is_answered_then(lite, monkeypatch):
    monkeypatch.setattr("bot.channels.slack.identity.ASK_AGAIN_SECONDS", 0.0)
    person = lite.somebody(is_email_confirmed=False)
    lite.says(person, DISCOUNT)
    assert REFUSAL in written(lite.answer(person))
    lite.slack.people[person]["is_email_confirmed"] = True
    lite.says(person, DISCOUNT)
    assert "25 %" in written(lite.answer(person, 2))


def test_a_person_is_looked_up_once_in_a_while(lite):
    zoe = lite.somebody()
    for number in (1, 2, 3):
        lite.says(zoe, DISCOUNT)
        lite.answer(zoe, number)
    assert lite.slack.named("users.info").count({"user": zoe}) == 1


def test_every_call_carries_the_bot_token(lite):
    zoe = lite.somebody()
    lite.says(zoe, DISCOUNT)
    lite.answer(zoe)
    assert {call.token for call in lite.slack.calls} <= {"xoxb-test", "xapp-test"}
    assert lite.house.slack.identity.team == TEAM
    assert direct(zoe) in {message["channel"] for message in lite.slack.posted(direct(zoe))}
