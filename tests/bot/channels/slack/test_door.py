"""The door: what Slack did not sign, or would never send, is refused with a word and has no effect at all."""

import asyncio
import contextlib
import json
import os
from time import time
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.web import web
from tests.bot.channels.slack.conftest import Server, slack_settings
from tests.fake_slack import FakeSlack
from tests.full import no_commits
from tests.slack_requests import SECRET, event, message, press, signature, signed, submission
from tests.wire import direct

REQUESTS = int(os.environ.get("SOAK_REQUESTS", "10000" if os.environ.get("CI") == "true" else "500"))
FORM = "application/x-www-form-urlencoded"
EVENT = b'{"type":"event_callback"}'


@pytest.fixture
def untouched(lite):
    """Fails the test if a request left a row, or made the program call Slack."""
    lite.quiet()
    lite.tasks_done()
    before = lite.inbox_rows(), len(lite.slack.calls), len(lite.slack.responses)
    yield lite
    assert (lite.inbox_rows(), len(lite.slack.calls), len(lite.slack.responses)) == before


def headers(stamp: str, made: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": made}


NOW = str(int(time()))
OLD = str(int(time()) - 400)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        headers(NOW, ""),
        headers(NOW, "v0=" + "0" * 64),
        headers(NOW, signature("another secret", NOW, EVENT)),
        headers(OLD, signature(SECRET, OLD, EVENT)),
        headers(str(int(NOW) + 4000), signature(SECRET, str(int(NOW) + 4000), EVENT)),
        headers("soon", signature(SECRET, "soon", EVENT)),
        headers("9" * 400, signature(SECRET, "9" * 400, EVENT)),
        headers("-1", signature(SECRET, "-1", EVENT)),
        headers("1e9", signature(SECRET, "1e9", EVENT)),
        headers("", signature(SECRET, "", EVENT)),
    ],
)
def test_what_slack_did_not_sign_just_now_is_refused(untouched, sent):
    assert untouched.post(EVENT, sent).status_code == 401


@pytest.mark.parametrize("odd", ["x-slack-signature", "x-slack-request-timestamp"])
def test_headers_that_are_not_ascii_are_refused(untouched, odd):
    raw = [(name.lower().encode(), value.encode()) for name, value in signed(EVENT).items() if name.lower() != odd]
    answer = untouched.client.post(
        f"{untouched.base}/slack/events", content=EVENT, headers=[*raw, (odd.encode(), "v0=ünsigned²".encode())]
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_what_is_too_large_is_read_and_refused(untouched, size):
    raw = b"x" * size
    assert untouched.post(raw, signed(raw)).status_code == 413


def test_nine_megabytes_are_refused_or_cut_off(untouched):
    raw = b"x" * 9_000_000
    with contextlib.suppress(httpx.TransportError):  # beyond eight megabytes nobody listens any more
        assert untouched.post(raw, signed(raw)).status_code == 413


def test_a_megabyte_is_not_too_large(lite):
    raw = json.dumps({"type": "url_verification", "challenge": "c", "padding": "x" * 999_000}).encode()
    assert lite.post(raw, signed(raw)).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", FORM, "text/plain", ""])
@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe\x00", b"not json", b"[]", b"null", b"{}x", b'"text"', b"1e999", b"{" * 5_000, b"[" * 100_000,
        b'{"type":"event_callback"}', b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","event":null}',
        b'{"type":"event_callback","event":{"type":[]}}',
        b"payload=[]", b"payload=null", b"payload=", b"payload={}",
        b"payload=%ff", b"payload=%7B%22type%22%3A%22block_actions%22%7D", b"command=portal", b"command=%2Fportal",
        b"a=1&" * 200, b'{"type":"event_callback","event":{"type":"message","user":["U1"]}}',
        b'{"type":"event_callback","event":{"type":"message","ts":{},"channel":7,"text":"x","user":"U1"}}',
        b'{"type":"event_callback","team_id":"\\ud800","event":{"type":"message"}}',
        b'{"type":"event_callback","authorizations":5,"event":{"type":"message"}}',
        b'{"type":"event_callback","enterprise":7,"event":{"type":"app_mention"}}',
        b'payload={"type":"view_submission","user":{"id":"U1"},"view":[]}',
        b'payload={"type":"block_actions","user":{"id":"U1"},"actions":[]}',
        b'payload={"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":7}]}',
        b'payload={"type":"block_actions","user":"U1","actions":[{"action_id":"x"}]}',
        b'payload={"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"x"}]}&payload=[]',
    ],
)  # fmt: skip
def test_signed_junk_is_refused_and_does_nothing(untouched, raw, content_type):
    answer = untouched.post(raw, signed(raw, content_type))
    assert answer.status_code in (200, 400, 401), answer.text
    assert answer.text in ("malformed", "not signed by Slack", "")


def test_junk_in_a_form_that_came_back_is_taken_as_empty(lite):
    zoe = lite.somebody()
    view = {"callback_id": "answers.comment", "private_metadata": '{"at": [], "context": 7}', "type": "modal"}
    for state in (
        [],
        {"values": []},
        {"values": {"comment": []}},
        {"values": {"comment": {"comment": {"value": 7}}}},
        None,
    ):
        body = submission(zoe, view, {})
        body["view"]["state"] = state
        assert lite.payload(body).status_code == 200
    lite.tasks_done()


def test_a_replayed_request_has_no_second_effect(lite):
    zoe = lite.somebody()
    raw = json.dumps(event(message(zoe, direct(zoe), "help"))).encode()
    sent = signed(raw)
    for _ in range(4):
        assert lite.post(raw, sent).status_code == 200
    lite.answer(zoe)


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(lite):
    zoe = lite.somebody()
    sent = event(message(zoe, direct(zoe), "help"))
    with no_commits(lite.database.engine):
        assert lite.json(sent).status_code == 500
    assert lite.json(sent).status_code == 200
    lite.answer(zoe)


def test_slacks_own_questions_are_answered(untouched):
    asked = untouched.json({"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"})
    assert asked.status_code == 200
    assert "3eZbrw1aBm2rZgRNFdxV" in asked.text
    assert untouched.form({"ssl_check": "1", "token": "x"}).status_code == 200


@pytest.mark.parametrize("kind", ["shortcut", "block_suggestion"])
def test_interactions_we_do_not_offer_are_taken_note_of_and_left(untouched, kind):
    assert untouched.payload({"type": kind, "user": {"id": "U1"}, "team": {"id": "T0HOME"}}).status_code == 200


def test_events_we_do_not_handle_are_taken_note_of_and_left(untouched):
    assert untouched.json(event({"type": "channel_created", "channel": {"id": "C1"}})).status_code == 200
    assert untouched.json({"type": "app_rate_limited", "team_id": "T0HOME"}).status_code == 200


def test_only_posts_are_taken(lite):
    assert lite.client.get(f"{lite.base}/slack/events").status_code == 405


# -- generated -------------------------------------------------------------------------------------------------------

leaf = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=12) | some.just("U0NOBODY")
junk = some.recursive(
    leaf,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SLACK = FakeSlack(port=1)


def _templates():
    shown = {"ts": "1.1", "channel": "D0NOBODY", "text": "x", "blocks": []}
    return [
        event(message("U0NOBODY", "D0NOBODY", "hello")),
        event({"type": "app_home_opened", "user": "U0NOBODY", "tab": "home"}),
        event({"type": "agent_session_stopped", "channel": "D0NOBODY", "thread_ts": "1.1"}),
        press(SLACK, "U0NOBODY", {"action_id": "answers.helpful#x", "value": "x"}, shown),
        submission(
            "U0NOBODY", {"callback_id": "answers.comment", "private_metadata": "{}", "type": "modal"}, {"comment": "x"}
        ),
    ]


@some.composite
def spoilt(draw):
    """A request as Slack sends it, with one or two of its parts exchanged for anything."""
    body = json.loads(json.dumps(draw(some.sampled_from(_templates()))))
    for _ in range(draw(some.integers(1, 2))):
        part = body
        while True:
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            key = draw(some.sampled_from(keys))
            if not isinstance(part[key], dict | list) or not part[key] or draw(some.booleans()):
                part[key] = draw(junk)
                break
            part = part[key]
    return body


def ways(raw: bytes) -> list[tuple[bytes, dict[str, str]]]:
    """The same bytes as an event, a form, a press, something else, and unsigned."""
    pressed = urlencode({"payload": raw.decode(errors="replace")}).encode()
    return [
        (raw, signed(raw)),
        (raw, signed(raw, FORM)),
        (pressed, signed(pressed, FORM)),
        (raw, signed(raw, "text/plain")),
        (raw, {**signed(raw), "X-Slack-Signature": "v0=0"}),
    ]


@some.composite
def requests(draw):
    body = draw(spoilt() | spoilt() | junk | some.binary(max_size=60))
    return ways(body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture(scope="module")
def bare(tmp_path_factory, models):
    """The program over an empty store, called in this process; its Slack knows nobody."""
    slack = FakeSlack().start()
    home = tmp_path_factory.mktemp("bare")
    with Server(slack_settings(slack, home)) as server:
        yield server.house, slack
    slack.stop()


async def _sent(client, requests):
    return await asyncio.gather(
        *(client.post("/slack/events", content=raw, headers=headers) for raw, headers in requests)
    )


def test_generated_requests_are_answered_and_move_nothing(bare):
    house, slack = bare
    loop = house.slack.client.session._loop
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=web(house)), base_url="http://portal")

    @settings(max_examples=REQUESTS // 5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def knock(sent):
        answers = asyncio.run_coroutine_threadsafe(_sent(client, sent), loop).result(20)
        assert all(answer.status_code < 500 for answer in answers), sent
        assert answers[-1].status_code == 401

    knock()
    print(f"soak: generated requests of Slack: {REQUESTS}, no 5xx")
    shown = [text for posted in slack.messages.values() for text in (message["text"] for message in posted)]
    shown += [message["text"] for message in slack.whispers]
    assert all("I don't know you yet" in text or "went wrong" in text for text in shown)
    assert not slack.modals
