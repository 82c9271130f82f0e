"""The page's requests: what is asked twice, badly, from elsewhere, or by somebody else."""

import json
import os
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlmodel import func, select
from starlette.testclient import TestClient

from bot.assembly import assemble, clock_of
from bot.database import Database
from bot.scheduler import work
from bot.serve import listen, serve
from bot.settings import Settings
from bot.web import web
from handlers.announcements.models.announcement import Announcement
from handlers.errors import PortalError
from handlers.questions.models import Question
from handlers.usage.models import TurnEvent
from tests.bot.channels.web.asking import ADDRESS, value_of

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"
_numbers = count(1)
MANY = 3_000 if os.environ.get("CI") == "true" else 200


def rows(database: Database, model: Any) -> int:
    with database.read() as look:
        return look.exec(select(func.count()).select_from(model)).one()


def test_a_question_stands_before_its_answer(page):
    page.ask(ZOE, "first")
    page.ask(ZOE, "second")
    shown = page.messages(ZOE)
    assert [message["text"] for message in shown if message["from"] == "me"] == ["first", "second"]
    assert [message["from"] for message in shown] == ["me", "assistant", "me", "assistant"]


def test_the_same_request_twice_has_no_second_effect(page, database):
    for _ in range(3):
        said = page.post("say", ZOE, id="the-same-one", text="What's a good name for a cat?")
        assert said.status_code == 200
        assert len(said.json()["messages"]) == 2
    assert rows(database, Question) == rows(database, TurnEvent) == 1
    token = value_of(said.json()["messages"][-1], "answers.person")
    for _ in range(3):
        page.post("press", ZOE, id="the-same-press", action="answers.person", value=token)
    assert len(page.messages(INGRID, "support")) == 1
    assert rows(database, TurnEvent) == 2


def test_what_has_not_changed_is_not_sent_again(page):
    page.ask(ZOE)
    first = page.client.get("/api/messages", params={"person": ZOE}).json()
    again = page.client.get("/api/messages", params={"person": ZOE, "after": first["cursor"]}).json()
    assert first["messages"]
    assert again == {"cursor": first["cursor"], "messages": [], "gone": []}


def test_nobody_is_told_so_and_leaves_no_trace(page, database):
    told = []
    for person in ("", "mallory@elsewhere.example", "x" * 5_000, "a\0b@c.example", "\ud7ff%"):
        told += [page.client.get(path, params={"person": person}) for path in ("/api/messages", "/api/home")]
        told += [
            page.post(what, person, text="hi", action="library.needs", form="x") for what in ("say", "press", "submit")
        ]
    assert {answer.status_code for answer in told} == {400}
    assert all(answer.json()["error"].endswith(".") for answer in told)
    assert rows(database, TurnEvent) == 0


def test_a_partner_reads_and_writes_nothing_in_the_support_channel(page):
    token = value_of(page.ask(ZOE), "answers.person")
    page.post("press", ZOE, action="answers.person", value=token)
    refused = page.client.get("/api/messages", params={"person": ZOE, "place": "support"})
    assert refused.status_code == 403
    assert "cat" not in refused.text
    assert page.post("press", ZOE, place="support", action="library.needs", value="0").status_code == 403
    assert page.post("submit", ZOE, place="support", form="answers.comment").status_code == 403
    assert page.post("say", ZOE, place="support", text="hello").status_code == 400
    shown = page.messages(INGRID, "support")
    assert len(shown) == 1
    assert "Zoë Marchbanks" in json.dumps(shown, ensure_ascii=False)


def test_what_one_of_the_team_is_told_alone_the_others_do_not_read(page):
    page.post("press", INGRID, place="support", action="library.need", value="0:nothing of this name")
    assert [message["private"] for message in page.messages(INGRID, "support")] == [True]
    assert page.messages(AMARA, "support") == []


def test_two_people_read_only_what_is_theirs(page):
    page.ask(ZOE, "a question of Zoë's")
    assert page.messages(DEVON) == []
    page.ask(DEVON, "a question of Devon's")
    assert "Zoë" not in json.dumps(page.messages(DEVON), ensure_ascii=False)
    assert "Devon" not in json.dumps(page.messages(ZOE))


def test_nobody_presses_a_button_of_somebody_elses(page):
    hers = page.ask(ZOE)
    before = page.messages(ZOE)
    for action in ("answers.person", "answers.helpful", "answers.unhelpful", "answers.comment"):
        pressed = page.post("press", DEVON, message=hers["id"], action=action, value=value_of(hers, "answers.person"))
        assert "is not yours" in pressed.json()["messages"][-1]["card"]["body"][0]["text"]
    assert page.messages(ZOE) == before
    assert page.messages(INGRID, "support") == []


def test_a_form_of_somebody_elses_is_not_sent(page):
    token = value_of(page.ask(ZOE), "answers.person")
    sent = page.post("submit", DEVON, form="answers.comment", context=token, values={"comment": "mine now"})
    assert "is not yours" in sent.text


def test_what_is_wrong_with_a_form_stands_under_its_field(page, database):
    before = rows(database, TurnEvent)
    sent = page.post("submit", ZOE, form="answers.comment", context="", values={"comment": "  "})
    assert sent.status_code == 422
    assert list(sent.json()["errors"]) == ["comment"]
    assert rows(database, TurnEvent) == before


STRANGE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
)  # fmt: skip
FIELDS = ("person", "id", "text", "place", "message", "action", "value", "form", "context", "values", "more")
ACTIONS = ("answers.pick", "answers.helpful", "answers.reason", "answers.person", "library.need", "library.read")
TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)
NUMBERS = st.sampled_from(["9" * 500, "-1:0", "1:99999999999", "٣:٣", "0:\0", ":", "1:1:1"])
ODD = st.dictionaries(st.sampled_from(FIELDS), STRANGE, max_size=6)
NEARLY = st.builds(
    lambda more, action, value, text: {"action": action, "value": value, "text": text, "context": value, **more},
    ODD, st.sampled_from(ACTIONS), NUMBERS | TEXTS, TEXTS,
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.recursive(STRANGE, lambda inner: st.lists(inner, max_size=3), max_leaves=5).map(
        lambda value: json.dumps(value).encode()
    ),
    NEARLY.map(lambda body: json.dumps({"person": ZOE, "id": f"strange-{next(_numbers)}", **body}).encode()),
)


@examples(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(what=st.sampled_from(["say", "press", "submit"]), body=BODIES)
def test_strange_requests_are_refused_in_a_sentence_and_never_break(served, what, body):
    answer = served.post(f"/api/{what}", content=body, headers={"content-type": "application/json"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        told = answer.json()
        assert told.get("error", "").endswith(".") or told.get("errors")


def test_no_json_or_too_much_of_it(page, database):
    for body, kind, status in (
        (b"[" * 100_000, "application/json", 400),
        (b'{"person": "\\ud800", "id": "12345678"}', "application/json", 400),
        (json.dumps({"person": ZOE, "id": "12345678", "text": "x" * 100_001}).encode(), "application/json", 413),
        (b"x" * 1_000_001, "application/json", 413),
        (b"x" * 9_000_000, "application/json", 413),
        (b'{"person": "a"}', "text/plain", 400),
        (b"person=a", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
    ):
        answer = page.client.post("/api/say", content=body, headers={"content-type": kind})
        assert answer.status_code == status, body[:50]
        assert answer.json()["error"].endswith(".")
    assert rows(database, TurnEvent) == 0


def test_a_question_of_40_000_characters_is_asked(page):
    assert page.ask(ZOE, "word " * 8_000)["card"]["title"] == "I don't know."


def test_what_could_make_a_line_read_as_another_is_dropped_and_all_else_kept(page):
    said = "café \0 日本語 🙂 <b>&amp; \u202e"
    page.ask(ZOE, said)
    assert page.messages(ZOE)[0]["text"] == said.replace("\0", "").replace("\u202e", "")


def test_a_foreign_host_is_refused(page):
    for host in ("evil.example", "evil_x.example", "127.0.0.1.evil.example", "a@127.0.0.1", "[", ""):
        for path in ("/", "/api/people", "/static/app.js", f"/api/messages?person={ZOE}"):
            assert page.client.get(path, headers={"host": host}).status_code == 403, host


def test_another_pages_requests_are_refused(page, database):
    body = {"person": ZOE, "id": "12345678", "text": "hello"}
    origins = ("https://evil.example", "null", "http://127.0.0.1:4000", "http://localhost:3000")
    sites = ("cross-site", "same-site")
    for headers in (*({"origin": origin} for origin in origins), *({"sec-fetch-site": site} for site in sites)):
        assert page.client.post("/api/say", json=body, headers=headers).status_code == 403, headers
        assert page.client.get("/api/people", headers=headers).status_code == 403, headers
    assert rows(database, TurnEvent) == 0


def test_a_link_from_elsewhere_opens_the_page(page):
    assert page.client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_types_and_security_headers(page):
    for path, kind in (
        ("/", "text/html"),
        ("/static/app.js", "text/javascript"),
        ("/static/app.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/api/people", "application/json"),
        ("/api/messages", "application/json"),
    ):
        answer = page.client.get(path)
        assert answer.headers["content-type"].startswith(kind)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_nothing_beside_the_page_is_served(page):
    for path in ("/static/../routes.py", "/static/%2e%2e/routes.py", "/static/", "/static/none.js", "/api/none"):
        assert page.client.get(path).status_code == 404


def test_the_page_is_not_there_unless_it_is_asked_for(settings, database):
    with TestClient(web(assemble(settings)), base_url=ADDRESS) as client:
        assert "PORTAL_PLAYGROUND=1" in client.get("/").text
        assert client.get("/api/people").status_code == 404
        assert client.get("/static/app.js").status_code == 404


def test_the_page_is_never_served_to_other_machines(home):
    with listen("0.0.0.0", 0) as door, pytest.raises(PortalError, match="this machine only, not on 0"):
        serve(Settings(portal_home=home, portal_playground=True), door)


def test_a_file_is_handed_to_whom_its_message_was_for(page, settings, database):
    page.post("submit", INGRID, form="announcements.text", context="", values={"title": "Hello", "message": "Hello."})
    with database.read() as look:
        code = look.exec(select(Announcement.code)).one()
    page.post("submit", INGRID, form="announcements.audience", context=code, values={})
    page.ask(INGRID, f"send {code}")
    work(clock_of(settings, database), "announcements.writing", datetime.now(UTC))
    message = page.ask(INGRID, f"csv of {code}")
    (part,) = (part for part in message["card"]["body"] if part["kind"] == "document")
    given = page.client.get(part["url"])
    assert given.status_code == 200 and given.headers["content-type"].startswith("text/csv")
    assert given.headers["content-disposition"] == f'attachment; filename="{code}.csv"'
    assert given.content.decode("utf-8-sig").startswith("name,email,partner,state,")
    for person, of in ((AMARA, message["id"]), (ZOE, message["id"]), (INGRID, "nothing"), (INGRID, "\0"), ("", "")):
        assert page.client.get("/api/document", params={"person": person, "message": of}).status_code == 400
    foreign = {"origin": "http://evil.example"}
    assert page.client.get(part["url"], headers=foreign).status_code == 403
