"""Replies that are changed or taken back after they were sent: by who wrote them, and by nobody else."""

import pytest

ZOE = "zoe.marchbanks@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"
LAYLA = "layla.haddadin@kestrelrowe.example"
TICKET = {"subject": "It smokes", "what_happened": "A lot.", "severity": "normal"}


@pytest.fixture
def reply(page):
    """What Zoë wrote in the thread of her ticket."""
    page.post("submit", ZOE, form="tickets.open", values=TICKET)
    (opened,) = page.messages(ZOE)
    page.post("say", ZOE, text="It is in the kichen", thread=opened["id"])
    return written(page)


def written(page, text="kichen"):
    return next(message for message in page.messages(ZOE) if text in (message["text"] or ""))


def desk(page):
    return "\n".join(str(message["card"]) for message in page.messages(INGRID, "support"))


def test_both_sides_read_the_new_words_and_the_same_request_changes_them_once(page, reply):
    for _ in range(2):
        changed = page.post("edit", ZOE, id="the-same-one", message=reply["id"], text="It is in the kitchen")
        assert changed.status_code == 200
    assert written(page, "kitchen")["changed"] == "edited"
    assert "It is in the kitchen" in desk(page)
    assert "kichen" not in desk(page) + str(page.messages(ZOE))


def test_what_is_taken_back_is_gone_for_both_and_stays_so(page, reply):
    page.post("delete", ZOE, message=reply["id"])
    assert "kichen" not in desk(page) + str(page.messages(ZOE))
    assert "deleted" in desk(page)
    again = page.post("edit", ZOE, message=reply["id"], text="back again")
    assert again.status_code == 400
    assert "back again" not in desk(page) + str(page.messages(ZOE))


@pytest.mark.parametrize("person", [LAYLA, INGRID])
def test_nobody_changes_what_another_wrote(page, reply, person):
    for what in ("edit", "delete"):
        refused = page.post(what, person, message=reply["id"], text="CANARY")
        assert refused.status_code == 400
    assert "CANARY" not in desk(page) + str(page.messages(ZOE))
    assert written(page)["changed"] == ""


@pytest.mark.parametrize("message", ["", "me-", "me-say:nowhere", "x" * 100])
def test_what_is_not_there_cannot_be_changed(page, message):
    assert page.post("delete", ZOE, message=message).status_code == 400


def test_an_empty_or_endless_change_is_none(page, reply):
    assert page.post("edit", ZOE, message=reply["id"], text=" \n ").status_code == 400
    told = page.post("edit", ZOE, message=reply["id"], text="x" * 9_000)
    assert "longer than" in str(told.json())
    assert written(page)["changed"] == ""


def test_a_question_in_the_chat_is_answered_and_stays_as_it_was(page):
    page.ask(ZOE, "first")
    (asked, _) = page.messages(ZOE)
    assert page.post("edit", ZOE, message=asked["id"], text="second").status_code == 400


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://files.example/a", "file:///etc/passwd", "https://a b", ""]
)
def test_only_addresses_of_the_web_go_along(page, reply, url):
    sent = page.post("say", ZOE, text="look", thread=reply["thread"], links=[{"name": "a", "url": url}])
    assert sent.status_code == 400
    assert "look" not in desk(page)
