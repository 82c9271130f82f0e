"""`portal invite` and `portal contacts`: what they print, what they change, and what they refuse."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.people import import_contacts
from handlers.access.models import Invite, code_in, digest
from handlers.partners.models import Contact
from tests.handlers.access.test_codes import active, rows

AMARA = "amara@halden.example"


@pytest.fixture
def known(database, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text(f"email,name,role\n{AMARA},Amara Nwosu-Lind,channel_manager\n")
    with database.session() as session:
        import_contacts(session, file)
        session.commit()


def test_an_invitation_is_a_code_with_its_end(portal, database, known):
    result = portal("invite", f" {AMARA.upper()} ")
    assert (result.exit_code, result.stderr) == (0, "")
    code, *told = result.stdout.splitlines()
    assert code_in(code)
    assert "Amara Nwosu-Lind <amara@halden.example>" in told[0]
    (made,) = rows(database, Invite)
    assert made.digest == digest(code)
    assert abs(made.expires_at - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)


def test_as_json_it_is_json_and_nothing_else(portal, database, known):
    told = json.loads(portal("invite", AMARA, "--json").stdout)
    assert set(told) == {"code", "email", "name", "expires_at"}
    assert told["email"] == AMARA
    (made,) = rows(database, Invite)
    assert made.digest == digest(told["code"])
    assert datetime.fromisoformat(told["expires_at"]) == made.expires_at.replace(microsecond=0)


def test_a_new_invitation_voids_the_older_ones(portal, database, known):
    for _ in range(3):
        portal("invite", AMARA)
    now = datetime.now(UTC)
    assert [made.good(now) for made in sorted(rows(database, Invite), key=lambda made: made.id)] == [False, False, True]


@pytest.mark.parametrize("command", [("invite",), ("contacts", "deactivate"), ("contacts", "activate")])
def test_nobody_of_this_address_is_a_sentence(portal, database, command):
    for email in ("mallory@elsewhere.example", "", "x" * 1_000, "%"):
        result = portal(*command, email)
        assert result.exit_code == 1
        assert "Import them first, with `portal import contacts FILE`." in result.stderr
    assert rows(database, Invite) == []


def test_who_is_deactivated_gets_no_code_and_loses_those_they_have(portal, database, known):
    portal("invite", AMARA)
    assert "deactivated: the assistant no longer" in portal("contacts", "deactivate", AMARA).stdout
    result = portal("invite", AMARA)
    assert result.exit_code == 1
    assert f"portal contacts activate {AMARA}" in result.stderr
    assert not rows(database, Invite)[0].good(datetime.now(UTC))


def test_deactivated_and_activated_twice_changes_nothing(portal, database, known):
    for command, state, again in (("deactivate", False, "before. Nothing"), ("activate", True, "already. Nothing")):
        assert portal("contacts", command, AMARA).exit_code == 0
        result = portal("contacts", command, AMARA)
        assert result.exit_code == 0
        assert again in result.stdout
        with database.read() as look:
            assert [contact.active for contact in look.exec(select(Contact))] == [state]


def test_an_import_does_not_bring_back_who_has_left(portal, database, known, tmp_path):
    active(database, AMARA, False)
    portal("import", "contacts", tmp_path / "contacts.csv")
    assert [contact.active for contact in rows(database, Contact)] == [False]
