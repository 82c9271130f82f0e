"""Presses and dialogs: answered within their request, once, and for everybody who sees the card."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import Session, select

from handlers.answers.models import Feedback
from handlers.notices.models import Delivery, DeliveryState
from tests.adaptive import actions, inputs, problems, written
from tests.bot.channels.teams.conftest import GOLD, MANAGER, MANAGERS, SUPPORT, TECHNOLOGY
from tests.server import UNSURE
from tests.teams_requests import button, card
from tests.wire import until

DISCOUNT = "What discount do Gold partners get on new business?"


def deal(name, **different):
    """A customer that nobody else has."""
    host = f"{name.lower().replace(' ', '-')}.example"
    close = (date.today() + timedelta(days=90)).isoformat()
    return {
        "customer": name, "domain": host, "contact_name": "Ada Brandt", "contact_email": f"ada@{host}",
        "value": "50000", "currency": "EUR", "expected_close": close, **different,
    }  # fmt: skip


def asked(stage, email=GOLD):
    somebody = stage.somebody(email)
    stage.says(somebody, DISCOUNT)
    return somebody, stage.answer(somebody)


def dialog(answer):
    content = answer["task"]["value"]["card"]["content"]
    assert problems(content) == []
    return content


def registering(stage):
    """Zoë, and the dialog for a deal that is open before her."""
    zoe = stage.somebody()
    stage.says(zoe, "/deal")
    return zoe, stage.presses(zoe, "Register", stage.answer(zoe))


def registered(stage, name):
    """Zoë, and the managers' card of a deal that she has registered."""
    zoe, opened = registering(stage)
    mine = deal(f"{name} {zoe[-4:]}")
    assert stage.submits(zoe, opened, mine) is None
    (shown,) = until(lambda: [m for m in stage.teams.posted(MANAGERS) if mine["domain"] in written(card(m))])
    stage.quiet()
    return zoe, shown


def test_a_vote_is_answered_with_the_card_that_takes_the_place_of_the_old_one(stage):
    zoe, answer = asked(stage)
    given = stage.presses(zoe, "Helpful", answer)
    assert (given["statusCode"], given["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert problems(given["value"]) == []
    assert "marked as helpful" in written(given["value"])
    until(lambda: "marked as helpful" in written(card(stage.answer(zoe))))


def test_a_vote_that_comes_twice_counts_once(stage):
    zoe, answer = asked(stage)
    action = button(answer, "Helpful")
    body = stage.activity("invoke", zoe, name="adaptiveCard/action", value={"action": action}, replyToId=answer["id"])
    before = len(stage.rows(Feedback))
    assert [stage.post(body).status_code for _ in range(3)] == [200] * 3
    assert len(stage.rows(Feedback)) == before + 1


def test_teams_own_thumbs_count_as_the_vote_and_once(stage):
    zoe, answer = asked(stage)
    before = len(stage.rows(Feedback))
    for reaction in ("dislike", "like", "dislike"):
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": "{}"}}
        assert stage.invoke(zoe, "message/submitAction", value, replyToId=answer["id"]).status_code == 200
    until(lambda: "What was it?" in written(card(stage.answer(zoe))))
    assert [vote.helpful for vote in stage.rows(Feedback)][before:] == [False]
    stage.presses(zoe, "It is outdated", stage.answer(zoe))
    assert "channelData" not in answer, "the card asks, and Teams is not told to ask as well"


def test_a_question_that_fits_several_articles_is_clarified_by_a_press(lite):
    devon = lite.somebody(TECHNOLOGY)
    lite.says(devon, UNSURE)
    offered = lite.answer(devon)
    assert "Did you mean one of these?" in written(card(offered))
    given = lite.presses(devon, "Vault API rate limits", offered)
    assert given["type"] == "application/vnd.microsoft.activity.message"
    assert "120 requests" in written(card(lite.answer(devon, 2)))


def test_feedback_in_words_is_a_dialog_from_the_click_itself(stage):
    zoe, answer = asked(stage)
    stage.presses(zoe, "Not helpful", answer)
    stage.presses(zoe, "It is outdated", stage.answer(zoe))
    opened = stage.presses(zoe, "Say more", stage.answer(zoe))
    assert set(inputs(dialog(opened))) == {"comment"}
    assert stage.submits(zoe, opened, {"comment": "It says 2024 <b> كيف"}) is None
    until(lambda: "Your comment was kept" in written(card(stage.answer(zoe))))
    assert [row.comment for row in stage.rows(Feedback)][-1] == "It says 2024 <b> كيف"


def test_asking_a_person_posts_a_card_in_the_teams_channel(stage):
    zoe, answer = asked(stage)
    before = len(stage.teams.posted(SUPPORT))
    stage.presses(zoe, "Ask a person", answer)
    until(lambda: len(stage.teams.posted(SUPPORT)) == before + 1)
    assert "A partner asks for a person" in written(card(stage.teams.posted(SUPPORT)[-1]))


def test_a_dialog_asked_for_in_words_is_opened_by_a_button(stage):
    _, opened = registering(stage)
    assert {"customer", "domain", "value"} <= set(inputs(dialog(opened)))


def test_what_is_wrong_stands_in_the_dialog_and_what_was_typed_is_kept(stage):
    zoe, opened = registering(stage)
    again = stage.submits(zoe, opened, deal("Lumen Harbour", domain="not a domain", value="lots"))
    shown = dialog(again)
    assert inputs(shown)["customer"]["value"] == "Lumen Harbour"
    assert inputs(shown)["value"]["value"] == "lots"
    assert [run for part in shown["body"] for run in part.get("inlines", ()) if run.get("color") == "Attention"]
    assert stage.submits(zoe, again, deal(f"Lumen {zoe[-4:]}")) is None


def test_more_than_a_dialog_can_hold_is_shown_as_far_as_it_fits(lite):
    zoe, opened = registering(lite)
    odd = {f"gone{number}": "x" for number in range(1_000)}
    again = lite.submits(zoe, opened, odd | deal("Vast", customer="ü" * 50_000, stage="ü" * 50_000))
    assert inputs(dialog(again))["customer"]["value"] == "ü" * inputs(dialog(again))["customer"]["maxLength"]
    assert written(dialog(again)).count("older version of me") == 1


def test_what_is_wrong_is_said_once_where_the_dialog_cannot_be_shown_again(lite):
    zoe, opened = registering(lite)
    (submit,) = dialog(opened)["actions"]
    del submit["data"]["portal"]["shown"]
    assert lite.submits(zoe, opened, {})["task"]["value"] == "Please fill this in."


def test_a_dialog_that_is_refused_says_so_and_is_told_once(lite):
    zoe, opened = registering(lite)
    (submit,) = dialog(opened)["actions"]
    submit["data"]["portal"]["form"] = "deals.gone"
    assert "older version of me" in lite.submits(zoe, opened, {})["task"]["value"]
    lite.quiet()
    lite.answer(zoe)


def test_a_deal_is_decided_by_a_press_and_the_card_is_rewritten_for_everybody(stage):
    zoe, shown = registered(stage, "Decided")
    given = stage.presses(stage.somebody(MANAGER), "Approve", shown)
    assert given["type"].endswith("card.adaptive"), given["value"]
    assert problems(given["value"]) == []
    assert "Approve" not in [action["title"] for action in actions(given["value"])]
    until(lambda: "Approve" not in [action["title"] for action in actions(card(shown))])
    until(lambda: any("approved" in written(card(told)).lower() for told in stage.teams.posted(stage.chat(zoe))))


def test_a_press_that_comes_before_we_know_the_messages_id_is_answered_with_the_card_as_well(lite):
    _, shown = registered(lite, "Early")
    with Session(lite.database.engine) as session:
        posted = session.exec(select(Delivery).where(Delivery.platform_id == shown["id"])).one()
        posted.platform_id, posted.state = "", DeliveryState.sending
        posted.lease_until = lite.database.clock.now() + timedelta(minutes=1)
        session.commit()
        given = lite.presses(lite.somebody(MANAGER), "Approve", shown)
        posted.platform_id, posted.state, posted.lease_until = shown["id"], DeliveryState.sent, None
        session.commit()
    assert "Approved by" in written(given["value"])
    until(lambda: "Approved by" in written(card(shown)))


def test_two_managers_who_press_in_one_instant_decide_once(lite):
    zoe, shown = registered(lite, "Race")
    bosses, barrier = [lite.somebody(MANAGER), lite.somebody(MANAGER)], Barrier(2)

    def press(boss):
        barrier.wait()
        lite.presses(boss, "Approve", shown)

    threads = [Thread(target=press, args=(boss,)) for boss in bosses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lite.quiet()
    told = [message["summary"] for message in lite.teams.posted(lite.chat(zoe))]
    assert len(told) == 3, told  # the form, the confirmation, and one decision


def test_a_dialog_that_teams_sends_again_while_the_first_is_worked_on_closes_as_well(stage):
    zoe, opened = registering(stage)
    (submit,) = dialog(opened)["actions"]
    value = {"data": {**submit["data"], **deal(f"Again {zoe[-4:]}")}}
    body = stage.activity("invoke", zoe, name="task/submit", value=value)
    with ThreadPoolExecutor(5) as several:
        answers = list(several.map(lambda _: stage.post(body), range(5)))
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 5


def test_a_partner_cannot_press_what_is_the_managers(lite):
    _, shown = registered(lite, "Mole")
    devon = lite.somebody(TECHNOLOGY)
    given = lite.presses(devon, "Approve", shown)
    assert given["type"] == "application/vnd.microsoft.activity.message"
    assert given["value"] == "Only a channel manager decides about deals."
    told = lite.presses(devon, "Reject", shown)["task"]
    assert told == {"type": "message", "value": "Only a channel manager decides about deals."}
    lite.quiet()
    assert not lite.to(devon), "the answer has said it"
    assert "Approve" in [action["title"] for action in actions(card(shown))]
    given = lite.presses(lite.somebody(MANAGER), "Approve", shown)
    assert given["type"] == "application/vnd.microsoft.card.adaptive", given


def test_a_message_opens_a_ticket_with_its_words(stage):
    zoe = stage.somebody()
    stage.says(zoe, "hello")
    stage.answer(zoe)
    payload = {
        "id": "1",
        "body": {"contentType": "html", "content": "<div>The portal <b>fails</b> &amp; burns<br>since noon</div>"},
    }
    value = {"commandId": "tickets.open", "commandContext": "message", "messagePayload": payload}
    opened = stage.invoke(zoe, "composeExtension/fetchTask", value).json()
    shown = inputs(dialog(opened))
    assert any("The portal fails & burns\nsince noon" in str(field.get("value")) for field in shown.values())
    values = {name: field.get("value", "") for name, field in shown.items()}
    (submit,) = opened["task"]["value"]["card"]["content"]["actions"]
    sent = {"commandId": "tickets.open", "data": {**submit["data"], **values, "subject": "It burns"}}
    answer = stage.invoke(zoe, "composeExtension/submitAction", sent)
    assert (answer.status_code, answer.content) == (200, b"")
    until(lambda: any("T-" in written(card(told)) for told in stage.teams.posted(stage.chat(zoe))))


def test_a_press_of_somebody_unknown_does_nothing(lite):
    zoe, answer = asked(lite)
    before = len(lite.rows(Feedback))
    lite.presses(lite.somebody("nobody@nowhere.example"), "Helpful", answer, lite.chat(zoe))
    assert len(lite.rows(Feedback)) == before


def test_what_a_press_is_answered_with_is_not_cut_within_a_word(lite):
    zoe, answer = asked(lite)
    said = lite.presses(lite.somebody("nobody@nowhere.example"), "Ask a person", answer, lite.chat(zoe))["value"]
    assert said.startswith("I don't know you yet")
    assert said.endswith(" …")
    assert len(said) <= 202


def test_somebody_unknown_asks_for_access_in_a_dialog(stage):
    visitor = stage.somebody("new.person@brightfold.example")
    stage.says(visitor, "hello")
    opened = stage.presses(visitor, "Request access", stage.answer(visitor))
    before = len(stage.teams.posted(MANAGERS))
    values = {name: field.get("value") or "Brightfold" for name, field in inputs(dialog(opened)).items()}
    assert stage.submits(visitor, opened, values) is None
    until(lambda: len(stage.teams.posted(MANAGERS)) == before + 1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {},
        {"action": []},
        {"action": {"data": "x"}},
        {"action": {"data": {"portal": []}}},
        {"data": {"portal": {"action": 1}}},
        {"data": {"portal": {"form": "deals.register", "shown": "!!", "at": []}}},
        {"data": {"portal": {"form": "nothing"}}},
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "adaptiveCard/action",
        "task/fetch",
        "task/submit",
        "composeExtension/fetchTask",
        "composeExtension/submitAction",
        "message/submitAction",
    ],
)
def test_junk_in_an_invoke_is_told_so(lite, name, value):
    assert lite.invoke(lite.somebody(), name, value).status_code == 200


def test_an_invoke_that_nobody_knows_is_not_implemented(lite):
    assert lite.invoke(lite.somebody(), "config/fetch", {}).status_code == 200
