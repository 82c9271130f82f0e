"""`portal deliveries` on the real store: what is listed, sent again, cancelled, and what is not."""

import json

import pytest
from sqlmodel import select

from handlers.notices.models import Delivery, InboxEvent


@pytest.fixture
def rows(database):
    """A delivery in each state."""
    states = ("due", "sending", "sent", "unknown", "failed", "cancelled")
    with database.session() as session:
        made = [
            Delivery(
                platform="slack", team="T1", conversation=f"C{state}", state=state, attempts=8, card={"title": "Secret"}
            )
            for state in states
        ]
        session.add_all(made)
        session.commit()
        return {row.state: row.delivery_id for row in made}


def state_of(database, number):
    with database.read() as look:
        return look.exec(select(Delivery.state, Delivery.attempts).where(Delivery.delivery_id == number)).one()


def test_all_are_listed_as_a_json_array_without_what_they_say(portal, rows):
    listed = portal("deliveries", "--json")
    assert listed.exit_code == 0
    shown = json.loads(listed.output)
    assert {row["id"] for row in shown} == set(rows.values())
    assert "Secret" not in listed.output
    (failed,) = json.loads(portal("deliveries", "--state", "failed", "--json").output)
    assert failed["id"] == rows["failed"]


def test_the_table_shows_one_line_each(portal, rows):
    assert len(portal("deliveries").output.splitlines()) == len(rows)
    assert "Cfailed" in portal("deliveries", "--state", "failed").output


def test_an_empty_list_says_so(portal, database):
    assert portal("deliveries").output.strip() == "There are no such deliveries."
    assert json.loads(portal("deliveries", "--json").output) == []


def test_what_failed_is_sent_again_and_nothing_else(portal, rows, database):
    assert portal("deliveries", "retry", *rows.values()).output.startswith("2 of 6 will be sent again")
    assert state_of(database, rows["failed"]) == ("due", 0)
    assert state_of(database, rows["sent"]) == ("sent", 8)


def test_what_is_not_sent_is_cancelled_and_nothing_else(portal, rows, database):
    assert portal("deliveries", "cancel", *rows.values()).output.startswith("3 of 6 were cancelled")
    assert state_of(database, rows["due"])[0] == "cancelled"
    assert state_of(database, rows["sent"])[0] == "sent"


def test_an_unknown_number_changes_nothing(portal, rows, database):
    said = portal("deliveries", "retry", rows["failed"], "nonsense")
    assert said.exit_code == 1
    assert "no delivery nonsense" in said.output
    assert state_of(database, rows["failed"])[0] == "failed"


def test_all_that_waits_is_cancelled_as_a_restored_backup_wants_it(portal, rows, database):
    with database.session() as session:
        session.add(InboxEvent(platform="slack", team="", key="open", body="secret"))
        session.add(InboxEvent(platform="slack", team="", key="done", body="", state="done"))
        session.commit()
    assert portal("deliveries", "cancel", "--waiting").output == "3 messages and 1 events were cancelled.\n"
    assert [state_of(database, rows[state])[0] for state in ("due", "sending", "unknown")] == ["cancelled"] * 3
    assert [state_of(database, rows[state])[0] for state in ("sent", "failed")] == ["sent", "failed"]
    with database.read() as look:
        states = dict(look.exec(select(InboxEvent.key, InboxEvent.state)).all())
    assert states == {"open": "failed", "done": "done"}
    assert portal("deliveries", "cancel", "--waiting").output == "0 messages and 0 events were cancelled.\n"


@pytest.mark.parametrize("arguments", [(), ("--waiting", "abc")])
def test_it_is_said_what_is_to_be_cancelled(portal, database, arguments):
    assert portal("deliveries", "cancel", *arguments).exit_code == 2
