"""Slack away, slow, or cut off in the middle: nothing is lost, and nothing is said twice."""

import asyncio
import os
import signal
import subprocess
import sys

import aiohttp
import httpx
import pytest
from sqlmodel import col

from handlers.notices.models import Delivery, InboxEvent, InboxState
from tests.block_kit import written
from tests.bot.channels.slack.conftest import GOLD, Server, Stage, copy_of, slack_settings
from tests.fake_slack import FakeSlack
from tests.slack_requests import SECRET, event, message
from tests.wire import direct, free_port, until

DISCOUNT = "What discount do Gold partners get on new business?"


def to(person):
    """Failures that meet this person's messages only: other tests' leftovers are none of their business."""
    return lambda arguments: direct(str(arguments.get("channel") or arguments.get("user"))) == direct(person)


def wait_for_state(stage, person, state):
    return until(lambda: [row for row in stage.deliveries(person) if row.state == state])


@pytest.mark.parametrize(
    ("how", "state"),
    [("status:500", "unknown"), ("broken", "unknown"), ("html", "unknown"), ("cut", "unknown"), ("lost", "unknown"),
     ("error:service_unavailable", "due"), ("429:1", "due")],
)  # fmt: skip
def test_a_message_is_delivered_exactly_once_after_recovery(stage, how, state):
    """``broken`` and ``lost``: the message was posted although Slack answered an error, or nothing."""
    zoe = stage.somebody()
    with stage.slack.fails("chat.postMessage", how, times=1, only=to(zoe)):
        stage.says(zoe, DISCOUNT)
        (row,) = wait_for_state(stage, zoe, state)
    stage.time_passes()
    assert "25 %" in written(stage.answer(zoe))
    (row,) = stage.deliveries(zoe)
    assert (row.state, row.platform_id) == ("sent", stage.answer(zoe)["ts"])


def test_a_message_that_arrives_after_we_gave_up_waiting_is_found(lite):
    """Slack was slow: the post takes effect after our time-out. The look-up waits until that can no longer be."""
    zoe = lite.somebody()
    calls = lite.house.slack.client.session
    patient, calls._timeout = calls._timeout, aiohttp.ClientTimeout(total=1)
    try:
        with lite.slack.fails("chat.postMessage", "slow:2", times=1, only=to(zoe)):
            lite.says(zoe, DISCOUNT)
            (row,) = wait_for_state(lite, zoe, "unknown")
            assert (row.due_at - row.created_at).total_seconds() > 50
            until(lambda: lite.slack.posted(direct(zoe)))
    finally:
        calls._timeout = patient
    lite.time_passes()
    assert "25 %" in written(lite.answer(zoe))


def test_while_the_look_up_fails_nothing_is_sent_again(lite):
    zoe = lite.somebody()
    with lite.slack.fails("chat.postMessage", "lost", times=1, only=to(zoe)):
        lite.says(zoe, DISCOUNT)
        wait_for_state(lite, zoe, "unknown")
    with lite.slack.fails("conversations.replies", "status:503", only=to(zoe)):
        for _ in range(2):
            before = lite.deliveries(zoe)[0].attempts
            lite.time_passes()
            until(lambda before=before: lite.deliveries(zoe)[0].attempts > before)
            wait_for_state(lite, zoe, "unknown")
    lite.time_passes()
    assert "25 %" in written(lite.answer(zoe))


def test_a_long_thread_does_not_hide_a_message_from_the_look_up(lite):
    zoe = lite.somebody()
    said = message(zoe, direct(zoe), DISCOUNT)
    old = [{"ts": f"{1_500_000_000 + number}.000000", "thread_ts": said["ts"], "text": "old"} for number in range(300)]
    lite.slack.messages[direct(zoe)] = list(old)
    with lite.slack.fails("chat.postMessage", "lost", times=1, only=to(zoe)):
        assert lite.json(event(said)).status_code == 200
        wait_for_state(lite, zoe, "unknown")
    lite.time_passes()
    lite.quiet()
    assert len(lite.slack.posted(direct(zoe))) == len(old) + 1


def test_the_wait_that_slack_asks_for_is_kept(lite):
    zoe = lite.somebody()
    with lite.slack.fails("chat.postMessage", "429:120", times=1, only=to(zoe)):
        lite.says(zoe, DISCOUNT)
        (row,) = wait_for_state(lite, zoe, "due")
    assert 110 < (row.due_at - row.created_at).total_seconds() < 130
    lite.time_passes()
    lite.answer(zoe)


def test_what_slack_refuses_for_good_is_kept_as_failed(lite):
    zoe = lite.somebody()
    with lite.slack.fails("chat.postMessage", "error:is_archived", only=to(zoe)):
        lite.says(zoe, DISCOUNT)
        (row,) = wait_for_state(lite, zoe, "failed")
    assert "is_archived" in row.error


def test_messages_of_a_conversation_keep_their_order(lite):
    zoe = lite.somebody()
    with lite.slack.fails("chat.postMessage", "429:60", times=1, only=to(zoe)):
        lite.says(zoe, DISCOUNT)
        wait_for_state(lite, zoe, "due")
    lite.time_passes()
    lite.says(zoe, "How do I register a deal?")
    lite.quiet()
    assert len(lite.slack.posted(direct(zoe))) == 2


@pytest.mark.parametrize("how", ["status:500", "error:internal_error", "cut", "html", "429:30"])
def test_while_slack_cannot_say_who_asks_the_event_is_kept_and_answered_later(lite, how):
    zoe = lite.somebody()
    with lite.slack.fails("users.info", how, only=lambda arguments: arguments.get("user") == zoe):
        lite.says(zoe, DISCOUNT)
        until(lambda: {"user": zoe} in lite.slack.named("users.info"))
        asked = col(InboxEvent.body).contains(zoe)
        until(lambda: not lite.house.workers.busy)
        (kept,) = lite.rows(InboxEvent, asked, col(InboxEvent.state) == InboxState.received)
        assert kept.attempts == 1
        assert 4 < (kept.lease_until - kept.received_at).total_seconds() < 15
    lite.time_passes()
    assert "25 %" in written(lite.answer(zoe))


def test_an_outage_of_an_hour_wears_no_event_out(lite):
    zoe = lite.somebody()
    with lite.slack.fails("users.info", "status:500", only=lambda arguments: arguments.get("user") == zoe):
        lite.says(zoe, DISCOUNT)
        for number in range(2, 10):
            asked = lambda: lite.slack.named("users.info").count({"user": zoe})  # noqa: E731
            until(lambda number=number, asked=asked: asked() >= number - 1 and not lite.house.workers.busy)
            lite.time_passes(20)
            until(lambda number=number, asked=asked: asked() >= number)
    until(lambda: not lite.house.workers.busy)
    lite.time_passes(20)
    assert "25 %" in written(lite.answer(zoe))


def test_a_rewritten_card_is_rewritten_again_after_a_failure(lite):
    zoe = lite.somebody()
    lite.says(zoe, DISCOUNT)
    shown = lite.answer(zoe)
    with lite.slack.fails("chat.update", "cut", times=1, only=to(zoe)):
        lite.presses(zoe, "Helpful", shown)
        wait_for_state(lite, zoe, "unknown")
    lite.time_passes()
    lite.quiet()
    assert "marked as helpful" in written(lite.answer(zoe))


def test_a_mistake_in_one_piece_of_work_does_not_end_the_writer(lite):
    def wrong(_):
        raise ZeroDivisionError

    async def both():
        with pytest.raises(ZeroDivisionError):
            await lite.house.writers[0].run(wrong)
        return await lite.house.writers[0].run(lambda _: "well")

    assert asyncio.run(both()) == "well"


# -- whole processes -------------------------------------------------------------------------------------------------


@pytest.fixture
def slack_aside():
    slack = FakeSlack().start()
    yield slack
    assert not slack.complaints
    slack.stop()


def _process(command: str, settings, port: int = 0):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "PORTAL_"))}
    environment |= {
        "PORTAL_HOME": str(settings.portal_home), "SLACK_BOT_TOKEN": "xoxb-test", "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": settings.slack_api_url, "PORT": str(port), "PORTAL_SUPPORT_CHANNEL": "C0SUPPORT",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "bot", command], env=environment, stderr=subprocess.DEVNULL)


def _serving(process, port: int) -> bool:
    assert process.poll() is None, "portal web ended"
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def crashing(slack_aside, filled_home, tmp_path):
    """A `portal web` in a process of its own, and a stage to talk to it."""
    settings = slack_settings(slack_aside, copy_of(filled_home, tmp_path / "home"))
    port = free_port()
    process = _process("web", settings, port)
    until(lambda: _serving(process, port), 60)
    from bot.database import Database

    database = Database(settings.database)
    yield process, Stage(f"http://127.0.0.1:{port}", slack_aside, database=database), settings
    process.kill()
    process.wait()
    database.close()


@pytest.mark.parametrize(
    ("method", "how"), [("users.info", "slow:30"), ("chat.postMessage", "slow:30"), ("chat.postMessage", "hang")]
)
def test_what_a_killed_process_left_a_worker_delivers_once(crashing, method, how):
    """``hang``: the message was posted, but the answer never came back before the process died."""
    process, stage, settings = crashing
    zoe = stage.somebody(GOLD)
    with stage.slack.fails(method, how, times=1):
        stage.says(zoe, DISCOUNT)
        until(lambda: stage.slack.named(method))
        process.send_signal(signal.SIGKILL)
        process.wait()
    stage.time_passes()
    worker = _process("worker", settings)
    try:
        until(lambda: stage.slack.posted(direct(zoe)), 60)
        until(lambda: not stage.open_rows(), 30)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(40) == 0
    assert len(stage.slack.posted(direct(zoe))) == 1
    assert "25 %" in written(stage.slack.posted(direct(zoe))[0])
    assert [row.state for row in stage.rows(Delivery)] == ["sent"]


def test_sigterm_finishes_what_is_in_hand(crashing):
    process, stage, _ = crashing
    zoe = stage.somebody(GOLD)
    with stage.slack.fails("users.info", "slow:2", times=1):
        stage.says(zoe, DISCOUNT)
        until(lambda: stage.slack.named("users.info"))
        process.send_signal(signal.SIGTERM)
        process.wait(40)
    assert len(stage.slack.posted(direct(zoe))) == 1
    assert stage.open_rows() == 0


def test_a_server_stopped_in_process_finishes_what_is_in_hand(slack_aside, filled_home, tmp_path):
    settings = slack_settings(slack_aside, copy_of(filled_home, tmp_path / "home"))
    zoe = slack_aside.person("U0ZOE", GOLD)
    with Server(settings) as server, slack_aside.fails("chat.postMessage", "slow:1", times=1):
        Stage(server.base, slack_aside, database=server.house.database).says(zoe, DISCOUNT)
        until(lambda: slack_aside.named("chat.postMessage"))
    assert len(slack_aside.posted(direct(zoe))) == 1
