"""`portal announcements` and what `portal deliveries` says of one, on the real store."""

import csv
import io
import json

import pytest

from handlers.announcements.models.announcement import Announcement
from handlers.partners import store as partners
from tests.handlers.announcements.people import ADMIN, INGRID, NOW, ZOE, sent, written

GOLD = {"types": "reseller", "tiers": "Gold"}


@pytest.fixture
def ingrid(talk):
    talk(ZOE).says("hello")
    manager = talk(INGRID)
    manager.now = NOW
    return manager


def test_the_list_and_the_deliveries_add_up_to_the_audience(portal, ingrid):
    code = sent(ingrid, GOLD)
    (row,) = json.loads(portal("announcements", "--json").output)
    numbers = ("sent", "waiting", "sending", "unknown", "failed", "cancelled", "expired")
    assert (row["code"], row["audience"], row["sent"]) == (code, 3, 1)
    assert sum(row[name] for name in numbers) + sum(row["left_out"].values()) == row["audience"]
    listed = json.loads(portal("deliveries", "--campaign", code.lower(), "--json").output)
    assert [(one["campaign"], one["state"]) for one in listed] == [(code, "sent")]
    assert "There is no announcement A-0000" in portal("deliveries", "--campaign", "A-0000", "--json").output
    assert code in portal("announcements").output


def test_json_has_all_of_them_and_the_table_says_where_it_ends(portal, ingrid, database):
    assert "no announcements yet" in portal("announcements").output
    assert json.loads(portal("announcements", "--json").output) == []
    with database.session() as session:
        author = partners.by_email(session, INGRID)[0].id
        for number in range(103):
            code = f"A-{1000 + number}"
            session.add(Announcement(code=code, author_id=author, title="News", message="", created_at=NOW))
        session.commit()
    assert len(json.loads(portal("announcements", "--json").output)) == 103
    table = portal("announcements").output.splitlines()
    assert (len(table), table[-1]) == (101, "These are the newest 100; --json lists all.")


def test_a_title_does_not_take_over_the_terminal(portal, ingrid):
    sent(ingrid, GOLD, title="Red \x1b[31mand \u202eback")
    assert "Red [31mand back" in portal("announcements").output


def test_everybody_as_csv(portal, ingrid):
    code = sent(ingrid, GOLD, acknowledge="yes")
    rows = {row["email"]: row for row in csv.DictReader(io.StringIO(portal("announcements", "export", code).output))}
    assert (rows[ZOE]["state"], rows[ZOE]["reason"], rows[ZOE]["partner"]) == ("sent", "", "Kestrel & Rowe IT")
    assert (rows[ADMIN]["state"], rows[ADMIN]["reason"]) == ("left out", "no chat identity")
    assert len(rows) == 3


def test_a_file_becomes_the_audience_of_a_draft(portal, ingrid, tmp_path):
    code = written(ingrid)
    file = tmp_path / "people.csv"
    file.write_text(f"\ufeffname,e-mail\nZoë,{ZOE.upper()}\nNobody,nobody@nowhere.example\n", "utf-8")
    said = portal("announcements", "audience", code, file)
    assert said.exit_code == 0
    assert "goes to 2 addresses. No contact of a partner has 1 of them: nobody@nowhere.example." in said.output
    assert "1 person: all of the audience" in ingrid.says(code).plain()
    ingrid.says(f"send {code}")
    assert portal("announcements", "audience", code, file).exit_code == 1
    file.write_text("nobody\n")
    assert "no e-mail address" in portal("announcements", "audience", written(ingrid), file).stderr
    assert portal("announcements", "audience", written(ingrid), tmp_path / "gone.csv").exit_code == 1


@pytest.mark.parametrize(("platform", "part"), [("slack", '"blocks"'), ("teams", '"AdaptiveCard"'), ("web", '"kind"')])
def test_as_each_platform_draws_it(portal, ingrid, platform, part):
    code = written(ingrid)
    drawn = portal("announcements", "preview", code, "--platform", platform).output
    assert part in drawn and json.loads(drawn)
    assert "Backup 9 is out" in portal("announcements", "preview", code).output


def test_what_there_is_not_is_said(portal):
    for command in (("export",), ("preview",)):
        refused = portal("announcements", *command, "A-4XQ9")
        assert refused.exit_code == 1
        assert "There is no announcement A-4XQ9" in refused.stderr
    assert "There are no announcements yet." in portal("announcements").output
