"""Presses and what they open, in messages, in what one person alone sees, and on the Home."""

from time import sleep

from sqlmodel import col

from handlers.answers.models import Feedback
from handlers.questions.models import Question
from tests.block_kit import buttons, written
from tests.bot.channels.slack.conftest import SUPPORT, TECHNOLOGY, UNSURE
from tests.fake_slack import TEAM
from tests.slack_requests import button, press, press_ephemeral, press_home, submission
from tests.wire import direct, until

DEAL = "How do I register a deal?"
CAT = "What's a good name for a cat?"
REBATE = "How much is the quarterly rebate above the threshold?"


def asked(stage, text=DEAL):
    zoe = stage.somebody()
    stage.says(zoe, text)
    return zoe, stage.answer(zoe)


def votes(stage, shown):
    token = button(shown, "Ask a person")["value"]
    (question,) = stage.rows(Question, col(Question.token) == token)
    return stage.rows(Feedback, col(Feedback.question_id) == question.id)


def labels(shown):
    return [part["text"]["text"] for part in buttons(shown)]


def test_helpful_is_taken_and_the_card_says_so(stage):
    zoe, shown = asked(stage)
    stage.presses(zoe, "Helpful", shown)
    stage.quiet()
    assert "marked as helpful" in written(stage.answer(zoe))
    assert "Helpful" not in labels(stage.answer(zoe))
    assert [vote.helpful for vote in votes(stage, shown)] == [True]


def test_not_helpful_asks_why_then_for_more_and_keeps_it(stage):
    zoe, shown = asked(stage)
    stage.presses(zoe, "Not helpful", shown)
    stage.quiet()
    assert labels(stage.answer(zoe))[:4] == [
        "It is wrong",
        "It is outdated",
        "Something is missing",
        "Not what I asked",
    ]
    stage.presses(zoe, "It is outdated", stage.answer(zoe))
    stage.quiet()
    opened = len(stage.slack.modals)
    stage.presses(zoe, "Say more", stage.answer(zoe))
    until(lambda: len(stage.slack.modals) > opened)
    (view,) = stage.slack.modals[opened:]

    refused = stage.payload(submission(zoe, view, {"comment": "   "}))
    assert refused.status_code == 200
    assert refused.json()["response_action"] == "errors"
    assert set(refused.json()["errors"]) == {"comment"}
    assert votes(stage, shown)[0].comment == ""

    taken = stage.payload(submission(zoe, view, {"comment": "It is 120 days now."}))
    assert (taken.status_code, taken.text) == (200, "")
    stage.quiet()
    stage.tasks_done()
    (vote,) = votes(stage, shown)
    assert (vote.helpful, vote.reason, vote.comment) == (False, "outdated", "It is 120 days now.")
    assert "comment was kept" in written(stage.answer(zoe))


def test_a_submission_that_comes_twice_is_taken_once(lite):
    zoe, shown = asked(lite)
    for label in ("Not helpful", "It is wrong", "Say more"):
        lite.presses(zoe, label, lite.answer(zoe))
        lite.quiet()
        lite.tasks_done()
    sent = submission(zoe, lite.slack.modals[-1], {"comment": "Once."})
    for _ in range(3):
        assert (lite.payload(sent).status_code, lite.payload(sent).text) == (200, "")
    lite.quiet()
    lite.tasks_done()
    assert [vote.comment for vote in votes(lite, shown)] == ["Once."]
    assert not lite.slack.whispered(direct(zoe))


def test_asking_a_person_posts_to_the_support_channel_and_tells_the_asker(stage):
    zoe, shown = asked(stage, CAT)
    before = len(stage.slack.posted(SUPPORT))
    stage.presses(zoe, "Ask a person", shown)
    stage.quiet()
    (posted,) = stage.slack.posted(SUPPORT)[before:]
    for part in ("good name for a cat", "Zoë Marchbanks", "Kestrel & Rowe IT", "zoe.marchbanks@kestrelrowe.example"):
        assert part in written(posted)
    first, told = stage.slack.posted(direct(zoe))
    assert "passed your question" in written(told)
    assert "Passed to a person" in written(first)


def test_asking_a_person_twice_at_once_posts_once(stage):
    zoe, shown = asked(stage, CAT)
    before = len(stage.slack.posted(SUPPORT))
    pressed = button(shown, "Ask a person")  # looked up once: the first press takes it from the message
    for _ in range(3):
        stage.payload(press(stage.slack, zoe, pressed, shown))
    stage.quiet()
    assert len(stage.slack.posted(SUPPORT)) == before + 1


def test_a_candidate_answers_when_pressed_again_and_again(stage):
    devon = stage.somebody(TECHNOLOGY)
    stage.says(devon, UNSURE)
    shown = stage.answer(devon)
    assert "Did you mean one of these?" in written(shown)
    stage.presses(devon, "Vault API rate limits", shown)
    assert "120 requests" in written(stage.answer(devon, 2))
    stage.presses(devon, "Vault API rate limits", shown)
    assert "120 requests" in written(stage.answer(devon, 3))


def test_the_same_press_delivered_five_times_counts_once(stage):
    zoe, shown = asked(stage, UNSURE)
    sent = press(stage.slack, zoe, button(shown, "Vault API rate limits"), shown)
    for _ in range(5):
        assert stage.payload(sent).status_code == 200
    stage.answer(zoe, 2)
    sleep(0.2)
    stage.answer(zoe, 2)


def test_another_partner_may_press_in_a_channel_but_not_elsewhere(stage):
    zoe, devon, channel = stage.somebody(), stage.somebody(TECHNOLOGY), stage.channel()
    stage.mentions(zoe, channel, UNSURE)
    stage.presses(devon, "Vault API rate limits", stage.answer(channel))
    assert "120 requests" in written(stage.answer(channel, 2))
    private = asked(stage, UNSURE)[1]
    stage.payload(
        press(stage.slack, devon, button(private, "Vault API rate limits"), {**private, "channel": direct(devon)})
    )
    assert "not yours" in written(stage.answer(devon))


def test_a_stranger_who_presses_learns_nothing(stage):
    zoe, channel = stage.somebody(), stage.channel()
    stranger = stage.somebody(team_id="T0OTHER", is_stranger=False)
    stage.mentions(zoe, channel, UNSURE)
    stage.presses(stranger, "Vault API rate limits", stage.answer(channel), team="T0OTHER")
    refusal = stage.whisper(channel)
    assert refusal["user"] == stranger
    assert "I don't know you yet" in written(refusal)
    assert len(stage.slack.posted(channel)) == 1


def test_presses_in_what_one_person_sees_are_answered_through_its_address(stage):
    zoe, channel = stage.somebody(), stage.channel()
    url = stage.commands(zoe, DEAL, channel)["response_url"]
    shown = stage.response(url)
    pressed = stage.slack.respond_url()
    sent = press_ephemeral(stage.slack, zoe, button(shown, "Not helpful"), channel, pressed)
    assert stage.payload(sent).status_code == 200
    why = stage.response(pressed)
    assert why["replace_original"] is True
    assert "It is wrong" in labels(why)
    again = press_ephemeral(stage.slack, zoe, button(why, "It is wrong"), channel, stage.slack.respond_url())
    again["container"]["message_ts"] = sent["container"]["message_ts"]
    assert stage.payload(again).status_code == 200
    assert "Say more" in labels(stage.response(again["response_url"]))
    assert not stage.slack.posted(channel)


def test_asking_a_person_from_what_one_person_sees_stays_private(lite):
    zoe, channel = lite.somebody(), lite.channel()
    shown = lite.response(lite.commands(zoe, CAT, channel)["response_url"])
    before = len(lite.slack.posted(SUPPORT))
    sent = press_ephemeral(lite.slack, zoe, button(shown, "Ask a person"), channel)
    assert lite.payload(sent).status_code == 200
    lite.quiet()
    assert len(lite.slack.posted(SUPPORT)) == before + 1
    bodies = [body for url, body in lite.slack.responses if url == sent["response_url"]]
    assert sorted(body["replace_original"] for body in bodies) == [False, True]
    assert not lite.slack.posted(channel)


def test_the_home_shows_the_needs_and_presses_there_are_answered_in_direct_messages(stage):
    zoe = stage.somebody()
    stage.says(zoe, DEAL)
    stage.answer(zoe)
    stage.opens_home(zoe)
    home = stage.slack.homes[zoe]
    assert DEAL in written(home)
    assert stage.payload(press_home(stage.slack, zoe, button(home, "Browse by need"))).status_code == 200
    stage.presses(zoe, "Close a deal", stage.answer(zoe, 2))
    listed = stage.answer(zoe, 3)
    assert "Register a deal" in written(listed)
    stage.presses(zoe, "Read", listed)
    stage.answer(zoe, 4)


def test_what_was_begun_on_the_home_goes_on_in_direct_messages(lite):
    zoe = lite.somebody()
    lite.opens_home(zoe)
    assert lite.payload(press_home(lite.slack, zoe, button(lite.slack.homes[zoe], "Browse by need"))).status_code == 200
    lite.answer(zoe)
    conversations = {row.conversation for row in lite.deliveries(zoe)}
    assert conversations == {direct(zoe)}


def test_the_home_of_somebody_unknown_shows_how_to_get_access(lite):
    nobody = lite.somebody("mallory@elsewhere.example")
    lite.opens_home(nobody)
    assert "I don't know you yet" in written(lite.slack.homes[nobody])
    assert labels(lite.slack.homes[nobody]) == ["Request access"]


def test_opening_the_messages_tab_publishes_nothing(lite):
    zoe = lite.somebody()
    lite.opens_home(zoe, tab="messages")
    assert zoe not in lite.slack.homes


def test_a_button_of_an_older_version_is_explained(lite):
    zoe, shown = asked(lite)
    sent = press(lite.slack, zoe, {"action_id": "gone.action#x", "value": "x"}, shown)
    assert lite.payload(sent).status_code == 200
    assert "older version" in written(lite.answer(zoe, 2))


def test_a_forged_candidate_or_token_reveals_nothing(lite):
    _, shown = asked(lite, REBATE)
    devon = lite.somebody(TECHNOLOGY)
    token = button(shown, "Ask a person")["value"]
    for number, value in enumerate((f"{token}:4", "x" * 500, "", "1:2:3"), start=1):
        sent = press(
            lite.slack, devon, {"action_id": "answers.pick#x", "value": value}, {**shown, "channel": direct(devon)}
        )
        assert lite.payload(sent).status_code == 200
        assert "3 %" not in written(lite.answer(devon, number))
    assert TEAM not in written(lite.answer(devon, 4))
