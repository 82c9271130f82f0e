"""Events are rows before they are acknowledged: many in one statement, the same one never twice."""

import asyncio
import json

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot.calls import EventKey
from bot.inbox import Inbox, begin
from bot.writer import Writer
from handlers.notices.models import InboxEvent
from tests.full import no_commits


@pytest.fixture
def inbox(database):
    writer = Writer(database)
    yield Inbox(writer, database.clock)
    writer.close()


def rows(database) -> list[InboxEvent]:
    with Session(database.engine) as session:
        return list(session.exec(select(InboxEvent).order_by(InboxEvent.id)))


async def test_of_the_same_event_at_once_one_is_taken(inbox, database):
    put = [inbox.put("slack", "T1", f"e{number % 40}", "{}") for number in range(200)]
    numbers = await asyncio.gather(*put)
    taken = [number for number in numbers if number is not None]
    assert sorted(taken) == sorted(row.id for row in rows(database))
    assert [number is None for number in numbers] == [False] * 40 + [True] * 160
    assert await inbox.put("slack", "T1", "e7", "{}") is None


async def test_the_number_that_comes_back_is_that_of_the_own_event(inbox, database):
    keys = [f"key {number}" for number in range(60)]
    numbers = await asyncio.gather(*(inbox.put("slack", "T1", key, json.dumps(key)) for key in keys))
    assert {row.id: row.key for row in rows(database)} == dict(zip(numbers, keys, strict=True))
    assert all(json.loads(row.body) == row.key for row in rows(database))


async def test_teams_and_platforms_are_told_apart(inbox, database):
    places = [("slack", "T1"), ("slack", "T2"), ("teams", "T1"), ("teams", "")]
    numbers = await asyncio.gather(*(inbox.put(*place, "same", "{}") for place in places))
    assert len(set(numbers)) == 4
    assert [(row.platform, row.team, row.state, row.attempts) for row in rows(database)] == [
        (*place, "received", 1) for place in places
    ]


@pytest.mark.parametrize(
    "text", ["", "a 'quote' \"and\" \\ $[0] %s :told", "שלום\n🙂\u202e", "x" * 1_000_000, "\x00\ud800"]
)
async def test_whatever_is_in_it_comes_back_as_it_was(inbox, database, text):
    body = json.dumps({"text": text})
    assert await inbox.put("slack", "T1", "k", body) is not None
    assert rows(database)[0].body == body


async def test_an_event_that_cannot_be_stored_harms_no_other(inbox, database):
    bad = inbox.put("slack", "T1", None, "{}")  # type: ignore[arg-type]
    results = await asyncio.gather(
        inbox.put("slack", "T1", "a", "{}"), bad, inbox.put("slack", "T1", "b", "{}"), return_exceptions=True
    )
    assert isinstance(results[1], Exception)
    assert [row.key for row in rows(database)] == ["a", "b"]


async def test_nothing_is_promised_that_is_not_on_disk(inbox, database):
    with no_commits(database.engine), pytest.raises(OperationalError):
        await inbox.put("slack", "T1", "a", "{}")
    assert rows(database) == []
    assert await inbox.put("slack", "T1", "a", "{}") is not None


@pytest.mark.parametrize("kept", [True, False])
async def test_of_the_turns_of_an_event_one_is_committed(inbox, database, kept):
    number = await inbox.put("slack", "T1", "a", "{}")
    event = number if kept else EventKey("web", "local", "b")
    taken = []
    for _ in range(3):
        with database.session() as session:
            taken.append(begin(session, event, database.clock.now()))
            session.commit()
    assert taken == [True, False, False]
