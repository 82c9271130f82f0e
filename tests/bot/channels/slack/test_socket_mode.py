"""Socket Mode: the same program, reached through a socket that it opened itself."""

import pytest

from tests.block_kit import written
from tests.bot.channels.slack.conftest import copy_of, running, slack_settings
from tests.fake_slack import FakeSlack
from tests.slack_requests import command, event, message
from tests.wire import direct, until

DISCOUNT = "What discount do Gold partners get on new business?"


@pytest.fixture
def connected(filled_home, tmp_path):
    slack = FakeSlack().start()
    home = copy_of(filled_home, tmp_path / "home")
    with running(slack_settings(slack, home, slack_app_token="xapp-test", slack_signing_secret=""), slack) as stage:
        yield stage
    assert not slack.complaints
    slack.stop()


def acknowledged(slack, envelope):
    return until(lambda: [ack for ack in slack.acks if ack["envelope_id"] == envelope])


def test_an_event_over_the_socket_is_acknowledged_and_answered_once(connected):
    zoe = connected.somebody()
    body = event(message(zoe, direct(zoe), DISCOUNT))
    for _ in range(3):
        acknowledged(connected.slack, connected.slack.push("events_api", body))
    assert "25 %" in written(connected.answer(zoe))


def test_a_command_over_the_socket_is_answered_privately(connected):
    zoe = connected.somebody()
    sent = command(connected.slack, zoe, "C1", DISCOUNT)
    acknowledged(connected.slack, connected.slack.push("slash_commands", sent))
    assert "25 %" in written(connected.response(sent["response_url"]))


def test_junk_over_the_socket_ends_nothing(connected):
    for payload in ({"type": "event_callback", "event": []}, {"type": "block_actions"}, {}):
        connected.slack.push("events_api", payload)
    zoe = connected.somebody()
    acknowledged(connected.slack, connected.slack.push("events_api", event(message(zoe, direct(zoe), "help"))))
    connected.answer(zoe)


def test_it_starts_while_the_socket_cannot_be_opened_and_connects_later(filled_home, tmp_path):
    slack = FakeSlack().start()
    home = copy_of(filled_home, tmp_path / "home")
    with (
        slack.fails("apps.connections.open", "error:internal_error", times=1),
        running(slack_settings(slack, home, slack_app_token="xapp-test"), slack) as stage,
    ):
        zoe = stage.somebody()
        acknowledged(slack, slack.push("events_api", event(message(zoe, direct(zoe), "help"))))
        stage.answer(zoe)
    slack.stop()
