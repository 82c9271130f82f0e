"""Activities that nobody has thought of: never a 5xx, and nothing that somebody unknown does has an effect. A small
number by default; TEAMS_ACTIVITIES=10000 is the long run (`make soak`)."""

import os
from itertools import count
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.answers.models import Feedback
from handlers.deals.models.deal import Deal
from handlers.questions.models import Question
from handlers.tickets.models import Ticket
from tests.adaptive import written
from tests.bot.channels.teams.conftest import GOLD, TECHNOLOGY
from tests.fake_teams import BOT, TENANT
from tests.teams_requests import card

ACTIVITIES = int(os.environ.get("TEAMS_ACTIVITIES", "300"))
_numbers = count(1)
TYPES = "message messageUpdate messageDelete messageReaction conversationUpdate installationUpdate invoke event typing"
OTHERS = "endOfConversation command trace handoff suggestion contactRelationUpdate"
INVOKES = (
    "adaptiveCard/action task/fetch task/submit composeExtension/fetchTask composeExtension/submitAction config/fetch "
    "composeExtension/query message/submitAction signin/verifyState signin/tokenExchange tab/fetch fileConsent/invoke"
)
ACTIONS = "deals.form deals.approve answers.helpful tickets.begin access.approve command:deal command: library.read"
FORMS = "deals.register tickets.open access.request answers.comment"
ODD = ["..", "../../x", "1700000000001", "a" * 600, "\u0000", "x/../../y"]


def words(*lists):
    return st.sampled_from(" ".join(lists).split()) | st.text(max_size=20)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=10), part, max_size=3),
    max_leaves=6,
)
IDS = st.text(max_size=30) | st.sampled_from(ODD)
SAID = {"action": words(ACTIONS) | JUNK, "form": words(FORMS) | JUNK}
OURS = st.fixed_dictionaries(
    {"portal": st.fixed_dictionaries({}, optional=SAID | dict.fromkeys(("value", "context", "at", "shown"), JUNK))}
)
PRESSED = st.fixed_dictionaries({"data": OURS})
MENTION = st.fixed_dictionaries(
    {"type": st.sampled_from(["mention", "quotedReply"]), "mentioned": JUNK, "text": JUNK, "quotedReply": JUNK}
)
PARTS = {
    "id": IDS | JUNK,
    "name": words(INVOKES) | JUNK,
    "value": JUNK | PRESSED | st.fixed_dictionaries({"action": PRESSED}),
    "text": st.text(max_size=200) | JUNK,
    "replyToId": IDS | JUNK,
    "from": JUNK | st.fixed_dictionaries({"id": IDS, "aadObjectId": IDS}),
    "conversation": JUNK | st.fixed_dictionaries({"id": IDS, "conversationType": JUNK, "tenantId": IDS | JUNK}),
    "entities": JUNK | st.lists(MENTION, max_size=2),
    "membersAdded": JUNK | st.just([{"id": BOT}]),
}
OTHER_PARTS = "recipient channelData attachments membersRemoved action locale timestamp service_url".split()
ACTIVITY = st.fixed_dictionaries({"type": words(TYPES, OTHERS)}, optional=PARTS | dict.fromkeys(OTHER_PARTS, JUNK))
"""Parts of an activity that take the place of good ones."""


def facts(stage):
    return [len(stage.rows(kind)) for kind in (Question, Feedback, Deal, Ticket)]


def test_no_activity_of_somebody_unknown_fails_or_has_an_effect(lite):
    mole = lite.somebody("mole@nowhere.example")
    before, answers = facts(lite), []
    token = lite.teams.token()

    @settings(max_examples=ACTIVITIES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTIVITY, st.booleans())
    def send(parts, whole):
        good = lite.activity("message", mole, text="hello") | {"id": f"g{next(_numbers)}"}
        keep = {name: good[name] for name in ("from", "conversation", "recipient")} if whole else {}
        body = {**good, **parts, **keep}
        body["serviceUrl"], body["channelId"] = good["serviceUrl"], good["channelId"]
        answers.append(lite.post(body, token).status_code)
        assert answers[-1] < 500, body

    send()
    lite.quiet()
    assert facts(lite) == before
    assert len(answers) >= ACTIVITIES
    assert {200, 400} <= set(answers)


@pytest.mark.parametrize(
    "raw", [b"[" * 50_000, b'{"a":' * 20_000, b"\x00", b"\xff\xfe", b'{"type":"message","text":"\\ud800"}', b"NaN"]
)
def test_no_bytes_of_somebody_unknown_fail(lite, raw):
    headers = {"Authorization": f"Bearer {lite.teams.token()}"}
    assert lite.client.post(f"{lite.base}/api/messages", content=raw, headers=headers).status_code in (400, 401)


def test_fifty_conversations_at_once_and_nobody_sees_what_is_for_somebody_else(stage):
    """Gold partners are told the rebate, technology partners never; each in a chat of their own."""
    asked = "How much is the quarterly rebate above the threshold?"
    people = [(stage.somebody(GOLD if number % 2 else TECHNOLOGY), number % 2) for number in range(50)]

    def talk(user):
        stage.says(user, asked)

    threads = [Thread(target=talk, args=(user,)) for user, _ in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for user, gold in people:
        shown = written(card(stage.answer(user)))
        assert ("3 %" in shown) == bool(gold)
        assert gold or "rebate" not in shown.casefold()


def test_an_activity_of_another_tenant_never_meets_a_person_of_ours(lite):
    """The same directory id in another tenant is somebody else."""
    zoe = lite.somebody()
    lite.says(zoe, "hello")
    lite.answer(zoe)
    twin = {**lite.teams.people[zoe], "tenantId": "99999999-aaaa-4bbb-8ccc-000000000009", "id": "29:twin"}
    lite.teams.people["twin"] = twin
    body = lite.activity("message", zoe, "a:2twin", text="How much is the quarterly rebate above the threshold?")
    body["from"]["id"], body["conversation"]["tenantId"] = "29:twin", twin["tenantId"]
    assert lite.post(body).status_code == 200
    assert "3 %" not in written(card(lite.answer("a:2twin")))
    assert twin["tenantId"] != TENANT
