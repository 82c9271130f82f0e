"""/portal QUESTION: a private answer, whatever becomes of the address it came with."""

from tests.block_kit import written
from tests.slack_requests import command

DISCOUNT = "What discount do Gold partners get on new business?"


def test_a_command_is_answered_to_the_asker_alone(stage):
    zoe, channel = stage.somebody(), stage.channel()
    sent = command(stage.slack, zoe, channel, DISCOUNT)
    acknowledged = stage.form(sent)
    assert (acknowledged.status_code, acknowledged.text) == (200, "")
    answer = stage.response(sent["response_url"])
    assert "25 %" in written(answer)
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert not stage.slack.posted(channel)


def test_a_command_may_be_answered_with_what_not_everybody_sees(lite):
    zoe, channel = lite.somebody(), lite.channel()
    sent = lite.commands(zoe, "How much is the quarterly rebate above the threshold?", channel)
    assert "3 %" in written(lite.response(sent["response_url"]))


def test_when_the_address_is_dead_the_answer_is_whispered(stage):
    zoe, channel = stage.somebody(), stage.channel()
    url = stage.slack.respond_url()
    stage.slack.dead_urls.add(url)
    stage.commands(zoe, DISCOUNT, channel, url=url)
    whisper = stage.whisper(channel)
    assert whisper["user"] == zoe
    assert "25 %" in written(whisper)


def test_a_command_where_we_are_no_member_falls_back_to_a_direct_message(lite):
    zoe, url = lite.somebody(), lite.slack.respond_url()
    lite.slack.dead_urls.add(url)
    with lite.slack.fails("chat.postEphemeral", "error:channel_not_found"):
        lite.commands(zoe, DISCOUNT, "D0THEIRS", url=url)
        assert "25 %" in written(lite.answer(zoe))


def test_a_command_without_a_question_says_what_it_is_for(lite):
    zoe, channel = lite.somebody(), lite.channel()
    sent = lite.commands(zoe, "", channel)
    assert "/portal QUESTION is answered to you alone" in written(lite.response(sent["response_url"]))


def test_a_command_that_speaks_of_a_payload_is_answered_too(lite):
    """Bolt takes every form with the word "payload" in it for a press."""
    zoe, channel = lite.somebody(), lite.channel()
    sent = lite.commands(zoe, "What is the payload limit?", channel)
    assert written(lite.response(sent["response_url"]))


def test_a_command_delivered_twice_is_answered_once(lite):
    zoe, channel = lite.somebody(), lite.channel()
    sent = command(lite.slack, zoe, channel, DISCOUNT)
    for _ in range(3):
        assert lite.form(sent).status_code == 200
    lite.response(sent["response_url"])
