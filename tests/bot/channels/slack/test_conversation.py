"""Messages: who is answered, where, and how often."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from tests.block_kit import buttons, written
from tests.fake_slack import BOT_ID, BOT_USER
from tests.slack_requests import event, mention, message
from tests.wire import direct

DISCOUNT = "What discount do Gold partners get on new business?"


def test_a_direct_message_is_answered_in_its_thread(stage):
    zoe = stage.somebody()
    said = stage.says(zoe, DISCOUNT)
    answer = stage.answer(zoe)
    assert answer["thread_ts"] == said["ts"]
    assert "25 %" in written(answer)
    assert "Partner discounts by tier" in written(answer)
    assert [button["text"]["text"] for button in buttons(answer)][:3] == ["Helpful", "Not helpful", "Ask a person"]
    assert "25 %" in answer["text"]
    assert answer["unfurl_links"] in (False, "0")


def test_a_mention_in_a_channel_is_answered_once_in_its_thread(stage):
    zoe, channel = stage.somebody(), stage.channel()
    said = stage.mentions(zoe, channel, DISCOUNT)
    assert stage.answer(channel)["thread_ts"] == said["ts"]


def test_a_follow_up_in_a_followed_thread_needs_no_mention(stage):
    zoe, channel = stage.somebody(), stage.channel()
    said = stage.mentions(zoe, channel, "What discount do Gold partners get?")
    stage.answer(channel)
    stage.says(zoe, "and on renewals?", channel, thread_ts=said["ts"], parent_user_id=zoe)
    follow = stage.answer(channel, 2)
    assert follow["thread_ts"] == said["ts"]
    assert "12 %" in written(follow)


def test_a_follow_up_in_a_direct_thread_is_understood_with_what_went_before(stage):
    zoe = stage.somebody()
    said = stage.says(zoe, "What discount do Gold partners get?")
    stage.answer(zoe)
    stage.says(zoe, "and on renewals?", thread_ts=said["ts"])
    assert "12 %" in written(stage.answer(zoe, 2))


@pytest.mark.parametrize("mention_first", [True, False])
def test_a_mention_inside_a_followed_thread_comes_twice_and_is_answered_once(stage, mention_first):
    zoe, channel = stage.somebody(), stage.channel()
    root = stage.mentions(zoe, channel, DISCOUNT)
    stage.answer(channel)
    said = message(zoe, channel, f"<@{BOT_USER}> how do I register a deal?", thread_ts=root["ts"])
    pair = [event(mention(said)), event(said)]
    for body in pair if mention_first else pair[::-1]:
        assert stage.json(body).status_code == 200
    assert "90 days" in written(stage.answer(channel, 2))
    sleep(0.2)
    stage.answer(channel, 2)


def test_a_channel_message_that_nobody_addressed_to_us_is_not_even_kept(stage):
    zoe, channel = stage.somebody(), stage.channel()
    before = stage.inbox_rows()
    stage.says(zoe, DISCOUNT, channel)
    stage.says(zoe, DISCOUNT, channel, thread_ts="1600000000.000100")
    assert stage.inbox_rows() == before
    assert not stage.slack.posted(channel)


def test_the_same_event_five_times_is_answered_once(stage):
    zoe = stage.somebody()
    body = event(message(zoe, direct(zoe), DISCOUNT))
    for _ in range(5):
        assert stage.json(body).status_code == 200
    stage.answer(zoe)


def test_the_same_event_five_times_at_once_is_answered_once(stage):
    zoe = stage.somebody()
    body = event(message(zoe, direct(zoe), DISCOUNT))
    with ThreadPoolExecutor(5) as pool:
        assert {answer.status_code for answer in pool.map(lambda _: stage.json(body), range(5))} == {200}
    stage.answer(zoe)


def _edited(said):
    inner = {key: said[key] for key in ("type", "user", "ts", "text")}
    edited = {"user": said["user"], "ts": "1700000000.000000"}
    return {"message": inner | {"edited": edited}, "previous_message": inner}


@pytest.mark.parametrize(
    "different",
    [
        {"bot_id": "B0OTHER", "subtype": "bot_message", "user": "U0OTHERBOT"},
        {"bot_id": "B0OTHER", "app_id": "A0OTHER"},
        {"user": BOT_USER, "bot_id": BOT_ID},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted", "deleted_ts": "1700000000.000000", "hidden": True},
        {"subtype": "channel_join"},
        {"edited": {"user": "U1", "ts": "1700000000.000000"}},
    ],
    ids=["bot", "app", "ourselves", "edit", "deletion", "join", "edited mention"],
)
def test_bots_ourselves_edits_and_deletions_start_nothing(lite, different):
    zoe = lite.somebody()
    said = message(zoe, direct(zoe), f"<@{BOT_USER}> {DISCOUNT}")
    if different.get("subtype") == "message_changed":
        different = different | _edited(said)
    before = lite.inbox_rows(), len(lite.slack.calls)
    for inner in (said | different, mention(said) | different):
        assert lite.json(event(inner)).status_code == 200
    assert (lite.inbox_rows(), len(lite.slack.calls)) == before
    assert not lite.slack.posted(direct(zoe))


def test_slacks_status_shows_work_and_its_end(lite):
    zoe = lite.somebody()
    said = lite.says(zoe, DISCOUNT)
    lite.answer(zoe)
    lite.tasks_done()
    sent = [call for call in lite.slack.named("agents.sessions.setStatus") if call["channel_id"] == direct(zoe)]
    assert [(call["status"], call["thread_ts"]) for call in sent] == [
        ("processing", said["ts"]), ("active", said["ts"]),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["error:not_allowed", "status:500", "cut", "html", "429:30"])
def test_a_failing_status_disturbs_nothing(lite, how):
    zoe = lite.somebody()
    with lite.slack.fails("agents.sessions.setStatus", how):
        lite.says(zoe, DISCOUNT)
        assert "25 %" in written(lite.answer(zoe))
        lite.tasks_done()


def test_a_stopped_session_is_shown_as_stopped(lite):
    zoe, thread = lite.somebody(), "1782234671.392669"
    inner = {"type": "agent_session_stopped", "channel": direct(zoe), "thread_ts": thread, "user": zoe,
             "event_ts": thread, "streaming_message_ts": []}  # fmt: skip
    assert lite.json(event(inner)).status_code == 200
    lite.quiet()
    sent = [call for call in lite.slack.named("agents.sessions.setStatus") if call["channel_id"] == direct(zoe)]
    assert [call["status"] for call in sent] == ["active"]


def test_restricted_content_in_a_channel_goes_to_the_asker_alone(stage):
    zoe, channel = stage.somebody(), stage.channel()
    said = stage.mentions(zoe, channel, "How much is the quarterly rebate above the threshold?")
    whisper = stage.whisper(channel)
    assert (whisper["user"], whisper["thread_ts"]) == (zoe, said["ts"])
    assert "3 %" in written(whisper)
    assert not stage.slack.posted(channel)


def test_where_we_cannot_whisper_the_asker_gets_a_direct_message(lite):
    zoe, channel = lite.somebody(), lite.channel()
    with lite.slack.fails("chat.postEphemeral", "error:user_not_in_channel"):
        lite.mentions(zoe, channel, "How much is the quarterly rebate above the threshold?")
        assert "3 %" in written(lite.answer(zoe))
    assert not lite.slack.posted(channel)
