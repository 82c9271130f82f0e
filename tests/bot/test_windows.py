"""When a message may go out: not at night, not after it has expired, not while its campaign is paused."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from bot.claims import claim
from bot.clock import release
from bot.directory import Address, Directory
from bot.portal import Portal
from handlers import router
from handlers.feature import Feature
from handlers.hours import Quiet
from handlers.notices.models import NOTICE, Campaign, Delivery
from handlers.partners import store as partners
from handlers.turn import Policy, Say, Tell
from handlers.ui import Card
from tests.conftest import fill_rows

ZOE = "zoe.marchbanks@kestrelrowe.example"  # in London
QUIET = Quiet(time(20), time(8))
NOON, NIGHT, MORNING = (
    datetime(2031, 5, 7, 11, tzinfo=UTC),
    datetime(2031, 5, 7, 22, tzinfo=UTC),
    datetime(2031, 5, 8, 7, tzinfo=UTC),
)
REAL = datetime(2031, 5, 1, 3, tzinfo=UTC)


@pytest.fixture
def tick(database, monkeypatch):
    """``tick(now)``: a schedule that reminds Zoe decides; returns the row that it wrote."""
    fill_rows(database)
    directory = Directory(
        platforms=("slack",), managers=Address("slack", "", "C1"), operators=Address("slack", "", "C2")
    )
    portal = Portal(database, lambda *_: None, Policy(quiet=QUIET), directory)

    def decide(now, *, supposed=False, outcome=None, **options):
        def remind(given):
            contact = partners.by_email(given.look, ZOE)[0]
            return [outcome or Tell(contact.id, Card(title="Remember"), **options)]

        monkeypatch.setattr(router, "FEATURES", (Feature(name="try", schedules={"remind": remind}),))
        portal.clock = lambda: REAL if supposed else now
        portal.tick("try.remind", now, supposed=supposed)
        return newest(database)

    return decide


def newest(database) -> Delivery:
    with Session(database.engine) as session:
        return session.exec(select(Delivery).order_by(Delivery.id.desc())).first()


def claimed(database, now, quiet=QUIET):
    with database.engine.begin() as connection:
        return [row for row, _ in claim(connection, ["slack"], now, lambda _: True, quiet)]


def test_what_the_clock_decides_at_night_goes_out_in_the_morning(tick, database):
    assert tick(NIGHT).due_at == MORNING
    assert claimed(database, NIGHT) == []
    assert [row.card["title"] for row in claimed(database, MORNING)] == ["Remember"]


def test_by_day_it_goes_out_at_once_and_urgent_things_at_any_time(tick):
    assert tick(NOON).due_at == NOON
    assert tick(NIGHT, urgent=True).due_at == NIGHT


def test_channels_of_the_vendor_never_sleep(tick):
    row = tick(NIGHT, outcome=Say(Card(title="Stuck"), to="operators"))
    assert (row.conversation, row.due_at, row.quiet_zone) == ("C2", NIGHT, "")


def test_what_could_not_be_sent_by_day_waits_for_the_next_one_and_loses_no_attempt(tick, database):
    tick(NOON)
    assert claimed(database, NIGHT) == [], "nobody sent it in time"
    assert (newest(database).due_at, newest(database).attempts) == (MORNING, 0)
    assert len(claimed(database, MORNING)) == 1


def test_what_has_expired_is_not_sent_and_says_why(tick, database):
    tick(NOON, expires=NIGHT)
    assert claimed(database, MORNING) == []
    assert (newest(database).state, newest(database).error) == ("cancelled", "expired before it could go out")


def test_what_may_go_out_at_a_supposed_time_is_due_at_once(tick, database):
    assert tick(NOON, supposed=True).due_at == REAL
    assert len(claimed(database, REAL)) == 1, "though it is night now"


def test_what_waits_is_released_when_its_supposed_time_comes(tick, database):
    tick(NIGHT, supposed=True)
    assert claimed(database, REAL) == []
    release(database, QUIET, NIGHT)
    assert claimed(database, database.clock.now()) == []
    release(database, QUIET, MORNING)
    assert len(claimed(database, database.clock.now(), QUIET)) == 1


def test_nothing_that_has_expired_is_released(tick, database):
    tick(NIGHT, supposed=True, expires=MORNING)
    release(database, QUIET, MORNING + timedelta(hours=1))
    assert newest(database).state == "cancelled"


def test_a_paused_campaign_sends_nothing_and_its_rows_say_what_it_says_now(database):
    with database.session() as session:
        session.add(Campaign(code="N-1", card={"title": "Old", "body": []}, paused=True))
        session.add(
            Delivery(platform="slack", team="", conversation="U1", kind=NOTICE, campaign="N-1", card={}, due_at=NOON)
        )
        session.commit()
    assert claimed(database, NOON) == []
    with database.session() as session:
        campaign = session.get(Campaign, "N-1")
        campaign.paused, campaign.card = False, {"title": "New", "body": []}
        session.commit()
    assert [row.card["title"] for row in claimed(database, NOON)] == ["New"]
    assert newest(database).card == {}
