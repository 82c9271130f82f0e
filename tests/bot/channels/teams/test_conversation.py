"""Messages: who is answered, where, and how often."""

from time import sleep

import pytest

from bot.channels.teams.transport import message
from handlers.notices.models import Delivery
from handlers.questions.models import Question
from handlers.ui import Card, Text
from tests.adaptive import actions, written
from tests.fake_teams import STRANGERS
from tests.full import no_commits
from tests.teams_requests import MENTION, OURS, card
from tests.wire import until

REBATE = "How much is the quarterly rebate above the threshold?"
DISCOUNT = "What discount do Gold partners get on new business?"


def test_a_question_in_the_personal_chat_is_answered_there(stage):
    zoe = stage.somebody()
    stage.says(zoe, DISCOUNT)
    answer = stage.answer(zoe)
    assert "25 %" in written(card(answer))
    assert "Partner discounts by tier" in written(card(answer))
    assert [action["title"] for action in actions(card(answer))][:3] == ["Helpful", "Not helpful", "Ask a person"]
    assert "25 %" in answer["summary"]


def test_an_answer_cites_its_source_by_a_number_in_its_text_also_after_a_vote(stage):
    zoe = stage.somebody()
    stage.says(zoe, DISCOUNT)
    answer = stage.answer(zoe)
    (cited,) = [entity for entity in answer["entities"] if entity["type"] == "https://schema.org/Message"]
    (claim,) = cited["citation"]
    assert claim["appearance"]["name"].startswith("Partner discounts by tier")
    assert claim["appearance"]["url"].startswith("https://")
    assert answer["text"] == f"From the documentation: [{claim['position']}]"
    stage.presses(zoe, "Helpful", answer)
    stage.quiet()
    assert stage.answer(zoe)["text"] == answer["text"]


def test_a_link_that_is_no_source_is_not_cited(lite):
    shown = Card(body=(Text(text="Renew", url="https://learn.example/renew"),))
    told = message(Delivery(platform="teams", team="T", conversation="a:1", card=shown.model_dump(mode="json")))
    assert "text" not in told
    assert "entities" not in told


def test_a_mention_in_a_channel_is_answered_in_its_thread(stage):
    zoe, channel = stage.somebody(), stage.channel()
    said = stage.mentions(zoe, DISCOUNT, channel)
    answer = stage.answer(channel)
    assert answer["thread"] == said["id"]
    assert "25 %" in written(card(answer))


def test_a_follow_up_in_the_thread_needs_no_mention(stage):
    zoe, channel = stage.somebody(), stage.channel()
    said = stage.mentions(zoe, "What discount do Gold partners get?", channel)
    stage.answer(channel)
    stage.says(zoe, "and on renewals?", f"{channel};messageid={said['id']}")
    follow = stage.answer(channel, 2)
    assert follow["thread"] == said["id"]
    assert "12 %" in written(card(follow))


def test_a_follow_up_in_the_personal_chat_is_understood_with_what_went_before(lite):
    zoe = lite.somebody()
    lite.says(zoe, "What discount do Gold partners get?")
    lite.answer(zoe)
    lite.says(zoe, "and on renewals?")
    assert "12 %" in written(card(lite.answer(zoe, 2)))


def test_a_channels_message_that_names_no_thread_begins_one(lite):
    zoe, channel = lite.somebody(), lite.channel()
    said = lite.says(zoe, f"{OURS} {DISCOUNT}", channel, entities=[MENTION])
    assert lite.answer(channel)["thread"] == said["id"]


def test_what_is_asked_of_the_command_portal_is_answered_to_the_asker_alone(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.mentions(zoe, f"/portal {DISCOUNT}", channel)
    assert "25 %" in written(card(lite.answer(f"a:made-{zoe}")))
    assert not lite.teams.posted(channel)


def test_somebody_whom_an_activity_does_not_name_fully_is_known_by_the_roster(lite):
    zoe = lite.somebody()
    said = lite.activity("message", zoe, text="my deals")
    del said["from"]["aadObjectId"]
    assert lite.post(said).status_code == 200
    assert "I don't know you" not in written(card(lite.answer(zoe)))


def test_a_group_chat_has_no_threads_and_is_answered_when_we_are_mentioned(lite):
    zoe, chat = lite.somebody(), "19:group1@thread.v2"
    lite.says(zoe, "Morning all", chat)
    lite.mentions(zoe, DISCOUNT, chat)
    answer = lite.answer(chat)
    assert answer["thread"] == ""
    lite.says(zoe, "thanks!", chat)
    lite.answer(chat)


def test_what_nobody_addressed_to_us_is_not_even_kept(lite):
    zoe, channel = lite.somebody(), lite.channel()
    before = lite.inbox_rows()
    lite.says(zoe, DISCOUNT, f"{channel};messageid=1600000000000")
    lite.says(zoe, DISCOUNT, "19:group2@thread.v2")
    assert lite.inbox_rows() == before
    assert not lite.teams.posted(channel)


def test_the_same_activity_five_times_is_answered_once(stage):
    zoe = stage.somebody()
    said = stage.activity("message", zoe, text=DISCOUNT)
    for _ in range(5):
        assert stage.post(said).status_code == 200
    stage.answer(zoe)
    sleep(0.2)
    stage.answer(zoe)


def test_what_not_every_partner_may_see_goes_to_the_asker_alone(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.says(zoe, "hello")
    lite.answer(zoe)
    lite.mentions(zoe, REBATE, channel)
    private = lite.answer(zoe, 2)
    assert "Only you can see this" in written(card(private))
    assert not lite.teams.posted(channel)


def test_who_was_never_alone_with_us_is_written_to_in_a_chat_that_is_made(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.mentions(zoe, REBATE, channel)
    until(lambda: lite.teams.begun.get(zoe))
    assert "Only you can see this" in written(card(lite.answer(lite.teams.begun[zoe])))


def test_we_are_seen_typing_while_at_work(lite):
    zoe = lite.somebody()
    lite.says(zoe, DISCOUNT)
    lite.answer(zoe)
    where = lite.chat(zoe)
    until(lambda: [call for call in lite.teams.named("POST", where) if call.body["type"] == "typing"])


def test_a_message_of_a_bot_is_not_answered(lite):
    zoe = lite.somebody()
    ours = lite.activity("message", zoe, text=DISCOUNT)
    ours["from"] = ours["recipient"]
    assert lite.post(ours).status_code == 200
    lite.quiet()
    assert not lite.teams.posted(lite.chat(zoe))


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(lite):
    zoe = lite.somebody()
    sent = lite.activity("message", zoe, text="help")
    with no_commits(lite.database.engine):
        assert lite.post(sent).status_code == 500
    assert lite.post(sent).status_code == 200
    lite.answer(zoe)


@pytest.mark.parametrize("words", ["Home", "/home"])
def test_home_is_a_card(stage, words):
    zoe = stage.somebody()
    stage.says(zoe, words)
    assert "Welcome, Zoë Marchbanks" in written(card(stage.answer(zoe)))


@pytest.mark.parametrize("words", ["/deals", "deals", "Deals"])
def test_a_command_is_a_word_of_teams_own_list(lite, words):
    zoe = lite.somebody()
    lite.says(zoe, words)
    assert "deal" in written(card(lite.answer(zoe))).lower()


def test_a_command_in_a_channel_is_answered_to_the_person_alone(lite):
    zoe, channel = lite.somebody(), lite.channel()
    lite.says(zoe, "hello")
    lite.answer(zoe)
    lite.mentions(zoe, "deals", channel)
    lite.answer(zoe, 2)
    assert not lite.teams.posted(channel)


def test_words_of_other_people_and_scripts_come_as_they_were_written(lite):
    zoe = lite.somebody()
    lite.says(zoe, "R&amp;D &lt;b&gt; كيف أسجل&nbsp;صفقة <at>Bob</at> \u202e")
    lite.answer(zoe)
    (asked,) = [row for row in lite.rows(Question) if "R&D" in row.text]
    assert asked.text.startswith("R&D <b> كيف أسجل صفقة @Bob")


def test_a_question_that_is_changed_later_is_no_new_one(lite):
    zoe = lite.somebody()
    said = lite.says(zoe, DISCOUNT)
    lite.answer(zoe)
    edited = lite.activity("messageUpdate", zoe, text="Something else") | {"id": said["id"]}
    edited["channelData"]["eventType"] = "editMessage"
    assert lite.post(edited).status_code == 200
    gone = lite.activity("messageDelete", zoe) | {"id": said["id"]}
    assert lite.post(gone).status_code == 200
    lite.quiet()
    lite.answer(zoe)


def test_a_stranger_of_another_tenant_gets_no_answer_but_a_way_in(stage):
    mole = stage.somebody(tenantId=STRANGERS)
    stage.says(mole, DISCOUNT)
    refused = stage.answer(mole)
    assert "25 %" not in written(card(refused))
    assert [action["title"] for action in actions(card(refused))] == ["Request access"]


@pytest.mark.parametrize(
    "different",
    [
        {"email": None},
        {"email": "nobody@nowhere.example"},
        {"userRole": "anonymous"},
        {"aadObjectId": "other", "objectId": "other"},
    ],
)
def test_somebody_whom_teams_does_not_vouch_for_is_a_stranger(lite, different):
    mole = lite.somebody(**different)
    lite.says(mole, DISCOUNT)
    assert "25 %" not in written(card(lite.answer(mole)))


def test_a_guest_of_our_tenant_is_who_their_address_says(lite):
    zoe = lite.somebody(userRole="guest", userPrincipalName="zoe_kestrelrowe.example#EXT#@halden.example")
    lite.says(zoe, DISCOUNT)
    assert "25 %" in written(card(lite.answer(zoe)))
