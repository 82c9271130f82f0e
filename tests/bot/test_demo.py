"""What the demo has to show from its first minute on."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.demo import program
from handlers.announcements.models.announcement import Announcement
from handlers.deals.models.deal import Deal
from handlers.errors import FormError
from handlers.notices.models import Delivery
from handlers.tickets.models import Ticket
from tests.conftest import fill_rows

ZOE = "zoe.marchbanks@kestrelrowe.example"
AMARA = "amara.nwosu@halden.example"
INGRID = "ingrid.solvang@halden.example"


@pytest.fixture
def home(settings):
    (settings.portal_home / "demo").mkdir()
    return settings


def rows(database, kind):
    with database.read() as look:
        return look.exec(select(kind).order_by(kind.id)).all()


def test_there_are_deals_and_tickets_of_all_sorts_and_nothing_is_left_to_send(home, database):
    fill_rows(database)
    program.tell(home, database, datetime.now(UTC))
    states = {deal.state for deal in rows(database, Deal)}
    assert states == {"submitted", "needs_information", "approved", "rejected", "expired", "won", "lost"}
    assert {deal.verdict for deal in rows(database, Deal) if deal.state == "submitted"} == {"clear", "review"}
    assert {ticket.state for ticket in rows(database, Ticket)} == {"open", "in_progress", "resolved"}
    assert {row.state for row in rows(database, Delivery)} == {"sent"}
    newcomers = {
        f"dm:{INGRID}",
        f"dm:{AMARA}",
        "dm:devon.achterberg@quillstack.example",
        "dm:lukasz.wierzba@wierzba.example",
    }
    assert newcomers.isdisjoint(row.conversation for row in rows(database, Delivery))


def test_resellers_were_told_something_and_some_have_acknowledged_it(home, database, talk):
    fill_rows(database)
    now = datetime.now(UTC)
    program.tell(home, database, now)
    read = talk(ZOE).says("news").plain()
    assert "Vault locks backups in a second region" in read
    (told,) = rows(database, Announcement)
    assert "4 of 10" in talk(AMARA).says(f"results {told.code}").plain()


def test_a_second_start_changes_nothing(home, database):
    fill_rows(database)
    program.tell(home, database, datetime.now(UTC))
    before = [len(rows(database, kind)) for kind in (Deal, Ticket, Delivery)]
    program.tell(home, database, datetime.now(UTC) + timedelta(days=40))
    assert [len(rows(database, kind)) for kind in (Deal, Ticket, Delivery)] == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("now", ["2027-01-01T00:10+00:00", "2028-02-29T23:50+00:00", "2027-03-28T01:30+00:00"])
def test_on_whatever_day_it_begins(home, database, now):
    fill_rows(database)
    at = datetime.fromisoformat(now)
    program.tell(home, database, at)
    assert all(deal.protected_until > at for deal in rows(database, Deal) if deal.state == "approved")
    assert all(row.created_at <= at for row in rows(database, Delivery))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_visitor_can_run_into_a_conflict(home, database, talk):
    now = datetime.now(UTC)
    program.tell(home, database, now)
    zoe = talk(ZOE)
    values = {"contact_name": "Sindre", "value": "5000", "currency": "EUR", "contact_email": "sindre@fjordlys.example"}
    values["expected_close"] = f"{now + timedelta(days=30):%Y-%m-%d}"
    with pytest.raises(FormError, match="protected until"):
        zoe.submits("deals.register", "", customer="Fjordlys Energi", domain="shop.fjordlys.example", **values)
    assert "Marlowe" in zoe.says("my deals").plain()
