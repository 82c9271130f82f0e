"""Activities that nobody has thought of: never a 5xx, and nothing that somebody unknown does has an effect. A small
number by default; SOAK_ACTIVITIES=10000 is the long run (`make soak`)."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import Session, select

from bot.tables import metadata
from handlers.notices.models import InboxEvent, InboxState
from handlers.partners.models import Contact
from tests.adaptive import written
from tests.bot.channels.teams.conftest import GOLD, TECHNOLOGY
from tests.bot.channels.teams.test_buttons import deal
from tests.fake_teams import BOT, TENANT
from tests.teams_requests import card
from tests.wire import until

PASSING = {"inbox_event", "delivery", "conversation", "turn_event", "lease"}
ACTIVITIES = int(os.environ.get("SOAK_ACTIVITIES", "300"))
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


def rows(stage):
    """How many there are of every table but those of coming and going: who knocks is answered, and that is counted."""
    kept = [table for name, table in metadata.tables.items() if name not in PASSING]
    with stage.database.read() as look:
        return {table.name: look.execute(select(func.count()).select_from(table)).scalar_one() for table in kept}


def send_anything(stage, who, user, number):
    """Returns what was answered; a 5xx fails at once."""
    token, answers = stage.teams.token(), []

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTIVITY, st.booleans())
    def send(parts, whole):
        good = stage.activity("message", user, text="hello") | {"id": f"g{next(_numbers)}"}
        keep = {name: good[name] for name in ("from", "conversation", "recipient")} if whole else {}
        body = {**good, **parts, **keep}
        body["serviceUrl"], body["channelId"] = good["serviceUrl"], good["channelId"]
        answers.append(stage.post(body, token).status_code)
        assert answers[-1] < 500, body

    send()
    stage.quiet()
    assert len(answers) >= number
    print(f"soak: generated activities of Teams, {who}: {len(answers)}, no 5xx")
    return set(answers)


def test_no_activity_of_somebody_unknown_fails_or_has_an_effect(lite):
    mole = lite.somebody("mole@nowhere.example")
    before = rows(lite)
    assert {200, 400} <= send_anything(lite, "by somebody unknown, without an effect", mole, ACTIVITIES)
    assert rows(lite) == before


def test_no_activity_of_somebody_known_fails(lite):
    """What they do has effects, which are theirs; but nothing that they send is a fault of ours."""
    zoe = lite.somebody()
    assert {200, 400} <= send_anything(lite, "by somebody known", zoe, ACTIVITIES // 3)
    lite.says(zoe, "help")
    until(lambda: "What I can do" in written(card(lite.teams.posted(lite.chat(zoe))[-1])))
    assert not lite.rows(InboxEvent, InboxEvent.state == InboxState.failed)


@pytest.mark.parametrize(
    "raw", [b"[" * 50_000, b'{"a":' * 20_000, b"\x00", b"\xff\xfe", b'{"type":"message","text":"\\ud800"}', b"NaN"]
)
def test_no_bytes_of_somebody_unknown_fail(lite, raw):
    headers = {"Authorization": f"Bearer {lite.teams.token()}"}
    assert lite.client.post(f"{lite.base}/api/messages", content=raw, headers=headers).status_code in (400, 401)


def fifty(stage):
    """People of a technology partner and of a gold reseller in turn."""
    with Session(stage.database.engine) as session:
        known = [session.exec(select(Contact).where(Contact.email == email)).one() for email in (TECHNOLOGY, GOLD)]
        for number in range(50):
            like, email = known[number % 2], f"p{number}.{next(_numbers)}@fifty.example"
            session.add(Contact(email=email, name=f"Person {number}", partner_id=like.partner_id, role=like.role))
            yield number, stage.somebody(email)
        session.commit()


def test_fifty_conversations_at_once_and_nobody_sees_what_is_for_somebody_else(stage):
    """Gold partners are told the rebate, technology partners never; and what one has typed is in nobody else's dialog,
    neither in the one with the errors nor in the next one, which begins with what was kept."""
    people = list(fifty(stage))

    def waits(user, number):
        until(lambda: len(stage.teams.posted(stage.chat(user))) >= number)
        return stage.teams.posted(stage.chat(user))[number - 1]

    def talk(number, user):
        stage.says(user, "How much is the quarterly rebate above the threshold?")
        answer = written(card(waits(user, 1)))
        stage.says(user, "/deal")
        opened = stage.presses(user, "Register", waits(user, 2))
        wrong = stage.submits(user, opened, deal(f"Canary{number}x", value="lots"))
        stage.says(user, "/deal")
        again = stage.presses(user, "Register", waits(user, 3))
        return number, answer, json.dumps(wrong), json.dumps(again)

    with ThreadPoolExecutor(len(people)) as threads:
        said = list(threads.map(lambda person: talk(*person), people))
    for number, answer, wrong, again in said:
        assert ("3 %" in answer) == bool(number % 2)
        assert number % 2 or "rebate" not in answer.casefold()
        for dialog in (wrong, again):
            assert set(re.findall(r"Canary\d+x", dialog)) == {f"Canary{number}x"}


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
