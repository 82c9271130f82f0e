"""`portal deliveries` on the real store: what is listed, sent again, cancelled, and what is not."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import select

from bot import moment
from handlers.announcements.models.announcement import Announcement
from handlers.notices.models import Delivery, InboxEvent
from handlers.partners.models import Contact


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
    said = portal("deliveries", "retry", *rows.values()).output
    assert said.startswith("To be sent again: 2 of 6. Only what failed, was cancelled or waits for you can be")
    assert state_of(database, rows["failed"]) == ("due", 0)
    assert state_of(database, rows["sent"]) == ("sent", 8)


def test_what_is_not_sent_is_cancelled_and_nothing_else(portal, rows, database):
    said = portal("deliveries", "cancel", *rows.values()).output
    assert said == "Cancelled: 4 of 6. Only what was neither sent nor cancelled can be.\n"
    assert [state_of(database, rows[state])[0] for state in ("due", "failed")] == ["cancelled"] * 2
    assert state_of(database, rows["sent"])[0] == "sent"


def test_where_nothing_can_be_changed_the_command_fails(portal, rows, database):
    for words in (("retry", rows["sent"], rows["due"]), ("cancel", rows["sent"], rows["cancelled"])):
        said = portal("deliveries", *words)
        assert (said.exit_code, said.stdout) == (1, "")
        assert "Nothing was changed." in said.stderr
    assert portal("deliveries", "cancel", rows["due"], rows["due"]).output == "Cancelled: 1 of 1.\n"


def test_what_has_expired_is_not_sent_again(portal, rows, database):
    with database.session() as session:
        row = session.exec(select(Delivery).where(Delivery.delivery_id == rows["failed"])).one()
        row.expires_at = database.clock.now() - timedelta(seconds=1)
        session.commit()
    assert portal("deliveries", "retry", rows["failed"]).exit_code == 1
    assert state_of(database, rows["failed"])[0] == "failed"


class AnHourAhead(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_it_is_due_by_the_store_s_clock(portal, rows, database, monkeypatch):
    with database.engine.connect() as connection:
        database.clock.sync(connection)
    monkeypatch.setattr(moment, "datetime", AnHourAhead)
    portal("deliveries", "retry", rows["failed"])
    with database.read() as look:
        due_at = look.exec(select(Delivery.due_at).where(Delivery.delivery_id == rows["failed"])).one()
    assert abs(due_at - database.clock.now()) < timedelta(seconds=30)


def test_ten_thousand_are_all_in_the_json(portal, database):
    fields = {"platform": "slack", "team": "", "conversation": "C", "kind": "notice", "state": "sent", "card": {}}
    with database.session() as session:
        session.execute(insert(Delivery), [fields | {"delivery_id": f"{number:032}"} for number in range(10_000)])
        session.commit()
    listed = json.loads(portal("deliveries", "--state", "sent", "--json").stdout)
    assert [row["id"] for row in listed] == [f"{number:032}" for number in reversed(range(10_000))]
    table = portal("deliveries").stdout.splitlines()
    assert (len(table), table[-1]) == (201, "These are the newest 200; --json lists all.")


def test_a_filter_that_names_nothing_is_an_error(portal, rows):
    for words, code, says in (
        (("--state", "stuck"), 2, "'stuck' is not one of 'due'"),
        (("--campaign", "A-4XQ9"), 1, "There is no announcement A-4XQ9. `portal announcements` lists them."),
        (("--campaign", ""), 1, "There is no announcement"),
    ):
        said = portal("deliveries", *words, "--json")
        assert (said.exit_code, said.stdout) == (code, "")
        assert says in said.stderr


def test_a_campaign_is_found_however_its_code_is_written(portal, rows, database):
    with database.session() as session:
        author = Contact(email="a@x.example", name="A", role="operator")
        session.add(author)
        session.flush()
        session.add(
            Announcement(code="A-4XQ9", author_id=author.id, title="T", message="M", created_at=database.clock.now())
        )
        session.add(Delivery(platform="web", team="", conversation="C", campaign="A-4XQ9", card={}))
        session.commit()
    for written in ("A-4XQ9", "a4xq9"):
        (row,) = json.loads(portal("deliveries", "--campaign", written, "--json").stdout)
        assert row["campaign"] == "A-4XQ9"
    assert json.loads(portal("deliveries", "--campaign", "A-4XQ9", "--state", "failed", "--json").stdout) == []


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
