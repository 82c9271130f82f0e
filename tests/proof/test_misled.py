"""Two programs on one SQLite file, one of whose clocks is an hour off: it sends nothing early and nothing late, and
takes nothing from the other."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.database import Database
from bot.scheduler import CLOCK, LEASE
from bot.settings import Settings
from handlers.notices.models import NOTICE, Delivery, DeliveryState, InboxEvent, InboxState, Lease
from tests.command import spawn
from tests.fake_slack import TEAM, FakeSlack
from tests.server import copy_of
from tests.slack_requests import SECRET
from tests.wire import until

HOUR = timedelta(hours=1)
BOOTS = 90  # seconds at most


@contextmanager
def program(home, quiet, *, off=0, **settings):
    """`portal worker`; the clock of its Python is ``off`` by so many hours."""
    misled = ("tests.proof.misled", str(off * 3600)) if off else ("bot",)
    env = {"PORTAL_HOME": str(home), "LOG_LEVEL": "ERROR", "PORTAL_QUIET_HOURS": quiet} | settings
    process = spawn(("worker",), env, misled)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=40)


def stored(database, kind, **which):
    with Session(database.engine) as session:
        return session.exec(select(kind).filter_by(**which)).one()


def lease(database):
    with Session(database.engine) as session:
        return session.get(Lease, CLOCK)


def keeps(database, process):
    found = lease(database)
    return found and int(found.holder.split(":")[1]) == process.pid


def renewed(database, times):
    for _ in range(times):
        before = lease(database).until
        until(lambda before=before: lease(database).until > before, 60)


def seed(database, now):
    """What is due now, what is not, and what is in somebody else's hands, or was."""
    default = {"platform": "slack", "team": TEAM, "kind": NOTICE, "card": {"title": "Hello"}, "due_at": now}
    taken = {"state": DeliveryState.sending, "attempts": 1, "operation": "update", "platform_id": "1.1"}
    event = {"platform": "slack", "team": TEAM, "body": json.dumps({"type": "event_callback", "event": {}})}
    with Session(database.engine) as session:
        session.add(Delivery(conversation="C0NOW", **default))
        session.add(Delivery(conversation="C0LATER", **default | {"due_at": now + HOUR / 2}))
        session.add(Delivery(conversation="C0NIGHT", quiet_zone="UTC", **default))
        session.add(Delivery(conversation="C0TAKEN", lease_until=now + HOUR / 2, **default, **taken))
        session.add(Delivery(conversation="C0LEFT", lease_until=now - HOUR / 60, **default, **taken))
        session.add(InboxEvent(key="taken", lease_until=now + HOUR / 2, received_at=now, **event))
        session.add(InboxEvent(key="left", lease_until=now - HOUR / 60, received_at=now, **event))
        session.commit()


@pytest.mark.parametrize("off", [1, -1])
def test_a_program_that_is_an_hour_off_sends_nothing_early_and_steals_nothing(filled_home, tmp_path, off):
    home = copy_of(filled_home, tmp_path / "home")
    database = Database(Settings(portal_home=home).database)
    now = database.clock.now()
    quiet = f"{now - HOUR:%H:%M}-{now + HOUR / 2:%H:%M}"
    with FakeSlack() as slack, program(home, quiet) as right:
        until(lambda: keeps(database, right), BOOTS)
        seed(database, now)
        chat = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": slack.url}
        with program(home, quiet, off=off, **chat) as misled:
            until(lambda: slack.posted("C0NOW"), BOOTS)
            until(lambda: stored(database, InboxEvent, key="left").state != InboxState.received, BOOTS)
            until(lambda: stored(database, Delivery, conversation="C0LEFT").attempts > 1, BOOTS)
            renewed(database, 2)
            assert keeps(database, right)
            untouched(database, slack, now)
            right.kill()
            until(lambda: keeps(database, misled), BOOTS)
            assert lease(database).until < database.clock.now() + LEASE + HOUR / 60
            renewed(database, 2)
            untouched(database, slack, now)
    print(f"soak: a clock that is {off:+d} h off (SQLite): nothing early, nothing late, nothing stolen")


def untouched(database, slack, now):
    assert slack.posted("C0LATER") == slack.posted("C0NIGHT") == slack.posted("C0TAKEN") == []
    assert stored(database, Delivery, conversation="C0LATER").attempts == 0
    taken = stored(database, Delivery, conversation="C0TAKEN")
    assert (taken.attempts, taken.lease_until) == (1, now + HOUR / 2)
    event = stored(database, InboxEvent, key="taken")
    assert (event.attempts, event.lease_until) == (1, now + HOUR / 2)
