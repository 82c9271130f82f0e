"""The page's channels and threads as requests: who may read and write where, and what the page is told."""

import json

import pytest

from handlers import router
from tests.bot.channels.web import stage
from tests.bot.channels.web import test_routes as routes

OPERATOR = "rafael.quintanar@halden.example"
ZOE, DEVON, INGRID, AMARA = routes.ZOE, routes.DEVON, routes.INGRID, routes.AMARA


@pytest.fixture(autouse=True)
def staged(monkeypatch):
    monkeypatch.setattr(router, "FEATURES", (stage.feature, *router.FEATURES))


def opens(page, name="Fire"):
    """Zoë opens a case; returns her message of it and the managers'."""
    page.ask(ZOE, f"case {name}")
    return page.messages(ZOE)[-1], page.messages(INGRID, "managers")[-1]


def test_a_partner_reads_and_writes_nothing_in_the_managers_channel(page):
    _, desk = opens(page)
    for person in (ZOE, "visitor"):
        query = {"person": person, "place": "managers"}
        assert page.client.get("/api/messages", params=query).status_code in (400, 403)
        for what in ("say", "press", "submit", "close"):
            fields = {"text": "hi", "action": "stage.decide", "value": "desk:1", "form": "stage.case"}
            refused = page.post(what, person, place="managers", thread=desk["id"], **fields)
            assert refused.status_code in (400, 403)
            assert "Desk" not in refused.text
    assert len(page.messages(INGRID, "managers")) == 1


def test_the_operators_channel_is_for_operators(page):
    assert page.messages(OPERATOR, "operators") == []
    for person in (ZOE, INGRID, "visitor"):
        query = {"person": person, "place": "operators"}
        assert page.client.get("/api/messages", params=query).status_code in (400, 403)


def test_words_in_a_channel_belong_to_a_thread(page):
    opens(page)
    for fields in ({}, {"thread": "no-such"}, {"thread": "me-say:request-1"}):
        refused = page.post("say", INGRID, place="managers", text="hello", **fields)
        assert refused.status_code == 400
        assert refused.json()["error"].endswith(".")
    assert len(page.messages(INGRID, "managers")) == 1


def test_a_thread_of_another_conversation_is_none(page):
    case, desk = opens(page)
    for person, place, thread in (
        (DEVON, "chat", case["id"]),
        (ZOE, "chat", desk["id"]),
        (INGRID, "support", desk["id"]),
        (INGRID, "managers", case["id"]),
    ):
        assert page.post("say", person, place=place, thread=thread, text="reply: x").status_code == 400
    assert "reply: x" not in json.dumps([page.messages(ZOE), page.messages(INGRID, "managers")])


def test_a_thread_has_one_level(page):
    case, desk = opens(page)
    page.post("say", INGRID, place="managers", thread=desk["id"], text="reply: hello")
    answer = page.messages(ZOE)[-1]
    assert answer["thread"] == case["id"]
    assert page.post("say", ZOE, thread=answer["id"], text="hi").status_code == 400


def test_every_message_tells_who_wrote_it_and_where_it_stands(page):
    _, desk = opens(page)
    page.post("say", INGRID, place="managers", thread=desk["id"], text="mine")
    assert [(one["from"], one["thread"]) for one in page.messages(INGRID, "managers")] == [
        ("assistant", ""),
        ("me", desk["id"]),
    ]
    assert page.messages(AMARA, "managers")[-1]["from"] == INGRID


def test_a_word_without_an_answer_is_news(page):
    _, desk = opens(page)
    query = {"person": AMARA, "place": "managers"}
    cursor = page.client.get("/api/messages", params=query).json()["cursor"]
    page.post("say", INGRID, place="managers", thread=desk["id"], text="between us")
    found = page.client.get("/api/messages", params={**query, "after": cursor}).json()
    assert found["cursor"] != cursor
    assert found["messages"][-1]["text"] == "between us"


def test_a_command_opens_a_form_and_in_a_thread_it_is_words(page):
    case, _ = opens(page)
    assert page.post("say", ZOE, text="/CASE  Acme ").json()["form"]["inputs"][0]["value"] == "Acme"
    sent = page.post("say", ZOE, thread=case["id"], text="/case Acme")
    assert sent.json()["form"] is None
    assert "/case Acme" in json.dumps(page.messages(INGRID, "managers")[-1])


def test_a_command_that_nobody_has_is_words(page):
    assert page.ask(ZOE, "/help")["card"]["title"] == "What I can do"
    assert page.ask(ZOE, "/etc/hosts")["card"]["title"] == "I don't know."
    assert "Hello" in json.dumps(page.ask(ZOE, "/hello there"))


def test_a_confirmation_follows_a_submission(page):
    values = {"name": "Acme", "due": "2131-03-31", "size": "small", "worth": "5k"}
    asked = page.post("submit", ZOE, form="stage.case", values=values).json()
    assert asked["form"]["name"] == "stage.sure"
    assert asked["messages"] == []
    done = page.post("submit", ZOE, form="stage.sure", values={"name": "Acme", "worth": "5000"}).json()
    assert done["form"] is None
    assert done["messages"][-1]["card"]["title"] == "Case: Acme (5000)"


def test_a_dialog_that_was_left_is_answered_once(page):
    for _ in range(2):
        closed = page.post("close", ZOE, id="closed-once", form="stage.case", values={"name": "Half"})
    assert [message["card"]["title"] for message in closed.json()["messages"]] == ["Not sent yet"]
