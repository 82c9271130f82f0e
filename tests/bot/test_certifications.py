"""Importing certification programmes and certificates: what is new counts, a second time changes nothing."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize

import pytest
from sqlmodel import select

from bot.certifications import import_certifications
from handlers.partners import store
from handlers.partners.models import Certificate, Contact, Hush, Programme
from tests.bot.test_people import counted, file

PARTNERS = "name,type,tier,region\nKestrel,reseller,Gold,EMEA\n"
CONTACTS = """email,name,partner,role,time_zone
zoe@kestrel.example,Zoë,Kestrel,partner_user,Europe/London
layla@kestrel.example,ليلى حدّادين,Kestrel,partner_user,Pacific/Kiritimati
"""
PROGRAMMES = """name,validity_months,course,course_url,tiers
Vault Administrator,24,Delta exam,https://halden.example/vca,Gold 3; Silver: 1
日本語 認定,,,,
"""
HEAD = "email,certification,issued_on,expires_on,renewal_url,external_id\n"
CERTIFICATES = f"""{HEAD}zoe@kestrel.example,Vault Administrator,2025-03-01,2027-03-01,https://halden.example/renew,C-1
layla@kestrel.example,vault  administrator,2025-03-31,,,
layla@kestrel.example,Architect خبير,2025-03-31,2028-03-31,,C-3
"""
NOON = datetime(2027, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def people(portal, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    portal("import", "contacts", file(tmp_path, CONTACTS))
    portal("import", "programmes", file(tmp_path, PROGRAMMES))


@pytest.fixture
def bring(people, portal, database, tmp_path):
    """Import lines as of some time; returns added, changed, unchanged, not imported."""

    def bring(lines, now=NOON):
        with database.session() as session:
            counts, problems = import_certifications(session, file(tmp_path, HEAD + lines), now)
            session.commit()
        return [counts.added, counts.changed, counts.unchanged, len(problems)]

    return bring


@pytest.fixture
def stored(database):
    def stored(**where):
        with database.read() as look:
            found = look.exec(select(Certificate).filter_by(**where).order_by(Certificate.expires_on))
            return list(found)

    return stored


def test_a_second_import_changes_nothing(people, portal, database, tmp_path):
    path = file(tmp_path, CERTIFICATES)
    assert counted(portal("import", "certifications", path)) == [3, 0, 0, 0]
    assert counted(portal("import", "certifications", path)) == [0, 0, 3, 0]
    programmes = file(tmp_path, PROGRAMMES)
    assert counted(portal("import", "programmes", programmes)) == [0, 0, 2, 0]
    with database.read() as look:
        names = {programme.name: programme for programme in look.exec(select(Programme))}
    assert set(names) == {"Vault Administrator", "日本語 認定", "Architect خبير"}
    assert names["Vault Administrator"].tiers == {"Gold": 3, "Silver": 1}


def test_what_has_no_end_ends_with_its_programmes_validity(bring, stored):
    of = "zoe@kestrel.example,Vault Administrator"
    bring(f"{of},2025-03-31,,,A\n{of},2024-02-29,,,B")
    assert [row.expires_on for row in stored()] == [date(2026, 2, 28), date(2027, 3, 31)]


@pytest.mark.parametrize("name", ["Vault Administrator", "Lens"])  # with a validity, and without one
def test_a_file_that_does_not_say_until_when_says_nothing_about_it(bring, portal, stored, tmp_path, name):
    bring(f"zoe@kestrel.example,{name},2025-03-31,2028-02-01,,A")
    short = f"email,certification,issued_on,renewal_url\nzoe@kestrel.example,{name},2025-03-31,https://x.example/a\n"
    assert counted(portal("import", "certifications", file(tmp_path, short))) == [0, 1, 0, 0]
    assert [(row.expires_on, row.renewal_url) for row in stored()] == [(date(2028, 2, 1), "https://x.example/a")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody@kestrel.example,Lens,2025-01-01,2027-01-01,,", 'no contact "nobody@kestrel.example"'),
        ("zoe@kestrel.example,Lens,01/02/2025,2027-01-01,,", 'issued_on: "01/02/2025" is no date'),
        ("zoe@kestrel.example,Lens,2025-01-01,1700000000,,", 'expires_on: "1700000000" is no date'),
        ("zoe@kestrel.example,Lens,2025-02-30,2027-01-01,,", '"2025-02-30" is no date'),
        ("zoe@kestrel.example,Lens,2025-01-01,9999-12-31,,", "9999-12-31 is not between"),
        ("zoe@kestrel.example,Lens,2025-01-02,2025-01-01,,", "is before issued_on"),
        ("zoe@kestrel.example,Lens,2025-01-01,,,", "nothing says how long Lens is valid"),
        ("zoe@kestrel.example,Lens,2025-01-01,2027-01-01,javascript:alert(1),", "is no address"),
        ("zoe@kestrel.example,,2025-01-01,2027-01-01,,", "certification: is empty"),
        (f"zoe@kestrel.example,{'L' * 121},2025-01-01,2027-01-01,,", "certification: is longer than 120 characters"),
        ("Zoë,Lens,2025-01-01,2027-01-01,,", "is no e-mail address"),
    ],
)
def test_a_row_that_is_wrong_is_told_with_its_line(people, portal, database, tmp_path, line, said):
    good = "zoe@kestrel.example,Vault Administrator,2025-03-01,2027-03-01,,C-1\n"
    result = portal("import", "certifications", file(tmp_path, HEAD + good + line + "\n"))
    assert (counted(result), result.exit_code) == ([1, 0, 0, 1], 1)
    assert "rows.csv:3: " in result.stderr
    assert said in result.stderr
    with database.read() as look:
        assert "lens" not in {programme.key for programme in look.exec(select(Programme))}


def test_an_accent_that_is_written_as_a_letter_of_its_own_is_the_same(bring, portal, database, tmp_path):
    name = "Zertifizierung für Café-Partner"
    portal("import", "programmes", file(tmp_path, f"name\n{normalize('NFD', name)}\n"))
    held = (f"zoe@kestrel.example,{name}", f"layla@kestrel.example,{normalize('NFD', name)}")
    added, *_ = bring("".join(f"{one},2025-01-01,2027-01-01,,\n" for one in held))
    assert added == 2
    with database.read() as look:
        assert [one.name for one in look.exec(select(Programme)) if "Caf" in one.name] == [name]


def test_the_same_certificate_twice_in_a_file_is_told(bring):
    line = "zoe@kestrel.example,Lens,2025-03-01,2027-03-01,,C-1\n"
    assert bring(line + line) == [1, 0, 0, 1]


@pytest.mark.parametrize("rule", ["Gold", "3", "Gold three", "Gold 3; Silver"])
def test_a_rule_that_says_nothing_is_told(portal, tmp_path, rule):
    result = portal("import", "programmes", file(tmp_path, f"name,tiers\nLens,{rule}\n"))
    assert "is no rule; write tiers and people, like Gold 3; Silver 2" in result.stderr


@pytest.mark.parametrize(
    ("expires_on", "days"),
    [("2027-12-31", 90), ("2027-04-02", 90), ("2027-04-01", 60), ("2027-02-01", 30), ("2027-01-31", 14),
     ("2027-01-16", 14), ("2027-01-03", 1), ("2027-01-02", 0), ("2027-01-01", -30),
     ("2026-12-03", -30), ("2026-12-02", None)],
)  # fmt: skip
def test_what_enters_late_waits_for_the_next_day_that_is_laid_down(bring, stored, expires_on, days):
    bring(f"zoe@kestrel.example,Lens,2024-01-01,{expires_on},,")
    (row,) = stored()
    assert row.remind_on == (None if days is None else row.expires_on - timedelta(days=days))


def test_a_day_is_a_day_where_the_holder_is(bring, stored):
    """At noon in UTC it is tomorrow on Kiritimati."""
    bring("layla@kestrel.example,Lens,2024-01-01,2027-02-01,,")
    assert stored()[0].days_left(stored()[0].remind_on) == 14


def test_a_newer_certificate_takes_the_place_of_the_older_one(bring, stored):
    bring("zoe@kestrel.example,Lens,2025-02-01,2027-02-01,,OLD")
    assert bring("zoe@kestrel.example,Lens,2027-01-02,2029-02-01,,NEW") == [1, 0, 0, 0]
    old, new = stored()
    assert (old.current, old.remind_on) == (False, None)
    assert (new.current, new.remind_on) == (True, new.expires_on - timedelta(days=90))
    assert bring("zoe@kestrel.example,Lens,2023-01-01,2025-02-01,,HISTORY") == [1, 0, 0, 0]
    assert [row.external_id for row in stored(current=True)] == ["NEW"]


def test_a_certificate_whose_end_was_corrected_is_scheduled_anew(bring, stored):
    bring("zoe@kestrel.example,Lens,2025-02-01,2027-02-01,,C-1")
    assert bring("zoe@kestrel.example,Lens,2025-02-01,2029-02-01,,C-1") == [0, 1, 0, 0]
    assert stored()[0].remind_on == date(2028, 11, 3)


def said(database, why):
    with database.session() as session:
        for row in session.exec(select(Certificate)):
            row.silence(why)
        session.commit()


def test_a_renewal_that_the_next_import_does_not_know_is_reminded_of_again(bring, stored, database):
    line = "zoe@kestrel.example,Lens,2025-02-01,2027-02-15,,C-1"
    bring(line)
    said(database, Hush.renewed)
    bring("layla@kestrel.example,Lens,2025-02-01,2027-02-15,,C-2")
    assert stored(external_id="C-1")[0].hush == Hush.renewed, "a file that does not name it knows nothing about it"
    bring(line)
    assert (stored()[0].hush, stored()[0].remind_on) == (Hush.none, date(2027, 1, 16))


def test_what_is_not_theirs_stays_quiet_until_it_belongs_to_somebody_else(bring, stored, database):
    bring("zoe@kestrel.example,Lens,2025-02-01,2027-02-15,,C-1")
    said(database, Hush.not_theirs)
    bring("zoe@kestrel.example,Lens,2025-02-01,2027-02-15,,C-1")
    assert (stored()[0].hush, stored()[0].remind_on) == (Hush.not_theirs, None)
    assert bring("layla@kestrel.example,Lens,2025-02-01,2027-02-15,,C-1") == [0, 1, 0, 0]
    assert (stored()[0].hush, stored()[0].remind_on) == (Hush.none, date(2027, 1, 16))


def test_who_is_certified_can_be_asked_for_a_day(bring, database):
    bring("zoe@kestrel.example,Lens,2025-02-01,2027-02-15,,\nlayla@kestrel.example,Vault Administrator,2025-02-01,,,")

    def names(programmes, on):
        with database.read() as look:
            chosen = Contact.id.in_(store.certified(programmes, on))
            return sorted(look.exec(select(Contact.email).where(chosen)))

    zoe, layla = "zoe@kestrel.example", "layla@kestrel.example"
    assert names(["LENS"], date(2027, 2, 15)) == [zoe]
    assert names(["lens"], date(2027, 2, 16)) == []
    assert names(["lens"], date(2025, 1, 31)) == []
    assert names(["lens", "vault administrator"], date(2026, 1, 1)) == [layla, zoe]
    with database.read() as look:
        assert look.exec(
            select(Contact.email).where(Contact.id.not_in(store.certified(["lens"], NOON.date())))
        ).all() == [layla]


def test_the_report_has_everybody_and_what_they_hold(people, portal, tmp_path):
    assert json.loads(portal("report", "certifications", "--json").stdout) == []
    assert portal("report", "certifications").stdout == "There are no certificates.\n"
    lines = "zoe@kestrel.example,=1+1,2020-03-01,2021-03-01,,\n" + CERTIFICATES.partition("\n")[2]
    portal("import", "certifications", file(tmp_path, HEAD + lines))
    rows = json.loads(portal("report", "certifications", "--json").stdout)
    assert [row["external_id"] for row in rows] == ["", "C-1", "", "C-3"]
    assert (rows[0]["state"], rows[0]["partner"], rows[0]["tier"], rows[0]["email"]) == (
        "lapsed", "Kestrel", "Gold", "zoe@kestrel.example",
    )  # fmt: skip
    assert rows[3]["name"] == "ليلى حدّادين"
    assert rows[0]["days_left"] < 0 < rows[3]["days_left"]
    table = list(csv.DictReader(io.StringIO(portal("report", "certifications", "--csv").stdout)))
    assert [row["certification"] for row in table][:2] == ["'=1+1", "Vault Administrator"]
    assert list(table[0]) == list(rows[0])
    assert "lapsed" in portal("report", "certifications").stdout
    assert portal("report", "certifications", "--csv", "--json").exit_code == 2


def test_five_thousand_certificates_of_one_partner_are_imported(people, portal, database, tmp_path):
    lines = "".join(f"zoe@kestrel.example,Lens {number},2025-02-01,2027-02-15,,N-{number}\n" for number in range(5_000))
    path = file(tmp_path, HEAD + lines)
    assert counted(portal("import", "certifications", path)) == [5_000, 0, 0, 0]
    assert counted(portal("import", "certifications", path)) == [0, 0, 5_000, 0]


def test_a_file_states_a_certificate_once_whatever_it_is_named_by(bring, stored):
    line = "zoe@kestrel.example,Vault,2026-01-01"
    assert bring(f"{line},2028-01-01,,C-1\n{line},2028-02-01,,\n") == [1, 0, 0, 1]
    assert [(one.external_id, one.expires_on) for one in stored()] == [("C-1", date(2028, 1, 1))]
