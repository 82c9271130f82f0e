"""Deals from a file and to one: bad rows are named, a second time changes nothing, nothing becomes a formula."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.deals.models.deal import Customer, Deal, DealKey
from handlers.deals.store import alike
from handlers.sheets import quoted, unquoted

PARTNERS = """name,type,tier,region,manager_email
Kestrel & Rowe,reseller,Gold,EMEA,ingrid@halden.example
Mirasol,reseller,Silver,AMER,
"""
CONTACTS = """email,name,partner,role,language,time_zone
zoe@kestrel.example,Zoë Marchbanks,Kestrel & Rowe,partner_user,en,Europe/London
ximena@mirasol.example,Ximena Tolosa,Mirasol,partner_admin,es,America/Mexico_City
ingrid@halden.example,Ingrid Solvang,,channel_manager,en,Europe/Oslo
"""
COLUMNS = (
    "code partner entered_by customer domain country contact_name contact_email value currency expected_close state "
    "protected_until note"
).split()
HEAD = ",".join(COLUMNS) + "\n"


def row(**changed: str) -> str:
    fields = dict.fromkeys(COLUMNS, "") | {
        "partner": "Mirasol",
        "entered_by": "ximena@mirasol.example",
        "customer": "Acme",
        "domain": "acme.example",
        "contact_name": "Jo",
        "contact_email": "jo@acme.example",
        "value": "5000",
        "currency": "EUR",
        "expected_close": "2027-06-30",
    }
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow((fields | changed).values())
    return line.getvalue()


KESTREL = {"partner": "Kestrel & Rowe", "entered_by": "zoe@kestrel.example"}
DEALS = (
    HEAD
    + row(
        **KESTREL,
        customer="Nordfell Bank",
        domain="nordfell.example",
        value="50000",
        state="approved",
        protected_until="2999-01-01",
        note="=2+5, he said",
    )
    + row(code="D-4XQ9", customer="日本システム", domain="nihon.example", value="1234.50", currency="usd")
    + row(customer="Old One", domain="old.example", expected_close="2020-01-31", state="Won", note="+1")
)


@pytest.fixture
def store(portal, tmp_path):
    """People are there; returns a way to write a file and import it."""
    for name, text in (("partners", PARTNERS), ("contacts", CONTACTS)):
        (tmp_path / f"{name}.csv").write_text(text)
        assert portal("import", name, tmp_path / f"{name}.csv").exit_code == 0

    def load(text: str) -> object:
        path: Path = tmp_path / "deals.csv"
        path.write_text(text)
        return portal("import", "deals", path)

    return load


def counted(result) -> list[int]:
    return [int(part.split()[0]) for part in result.stdout.splitlines()[-1].split(", ")]


def stored(database) -> dict[str, Deal]:
    with database.read() as session:
        return {deal.customer: deal for deal in session.exec(select(Deal))}


def test_a_second_import_changes_nothing_and_another_stage_is_a_change(store, database):
    assert counted(store(DEALS)) == [3, 0, 0, 0]
    assert counted(store(DEALS)) == [0, 0, 3, 0]
    assert counted(store(DEALS.replace("50000", "60000"))) == [0, 1, 2, 0]
    found = stored(database)
    assert found["日本システム"].code == "D-4XQ9"
    assert (found["日本システム"].state, str(found["日本システム"].value)) == ("submitted", "1234.5")
    assert found["日本システム"].due_at is not None
    assert found["Nordfell Bank"].value == 60_000
    assert found["Nordfell Bank"].protected_until.year == 2999
    assert found["Old One"].state == "won"
    with database.read() as session:
        live = {key.deal_id for key in session.exec(select(DealKey))}
    assert live == {found["Nordfell Bank"].id, found["日本システム"].id}


def test_what_is_imported_is_found_by_the_check(store, database):
    store(DEALS)
    with database.read() as session:
        found = alike.matches(session, Customer.of("Bank Nordfell", "something.example", ""))
    assert [match.deal.customer for match in found] == ["Nordfell Bank"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"partner": "Nobody"}, "import the partners first"),
        ({"entered_by": "zoe@kestrel.example"}, "no contact of this partner"),
        ({"entered_by": "nobody"}, "e-mail"),
        ({"customer": "🙂"}, "in letters"),
        ({"domain": "https://acme.example"}, "without https://"),
        ({"domain": "gmail.com"}, "mail service"),
        ({"value": "5k"}, "plain digits"),
        ({"value": "0"}, "more than 0"),
        ({"value": ""}, "value"),
        ({"currency": "DOGE"}, "no currency"),
        ({"expected_close": "someday"}, "is no day"),
        ({"country": "Atlantis"}, "no country of this name"),
        ({"state": "dreaming"}, "state"),
        ({"state": "approved"}, "until which it is protected"),
        ({"protected_until": "later"}, "is no time"),
        ({"code": "D-OOOO"}, "is no number of a deal"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_go_in(store, database, changed, said):
    result = store(HEAD + row(customer="Good", domain="good.example") + row(**changed))
    assert result.exit_code == 1
    assert counted(result) == [1, 0, 0, 1]
    assert "deals.csv:3:" in result.stderr
    assert said in result.stderr
    assert list(stored(database)) == ["Good"]


def test_one_customer_is_not_protected_for_two_partners(store, database):
    protected = {"state": "approved", "protected_until": "2999-01-01"}
    result = store(HEAD + row(**protected) + row(**protected, **KESTREL))
    assert counted(result) == [1, 0, 0, 1]
    assert "another partner is protected" in result.stderr


def test_a_protection_that_is_over_keeps_nobody_out(store):
    over = {"state": "approved", "protected_until": "2020-01-01"}
    protected = {"state": "approved", "protected_until": "2999-01-01"}
    both = HEAD + row(**over) + row(**protected, **KESTREL)
    assert [counted(store(both)), counted(store(both))] == [[2, 0, 0, 0], [0, 0, 2, 0]]


def test_the_same_deal_twice_in_a_file_is_a_mistake(store):
    result = store(HEAD + row() + row(customer="ACME Inc."))
    assert counted(result) == [1, 0, 0, 1]
    assert "in line 2" in result.stderr


def test_what_comes_out_goes_in_again_unchanged(store, portal, database):
    store(DEALS)
    out = portal("export", "deals", "--format", "csv").stdout
    assert counted(store(out)) == [0, 0, 3, 0]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [line["note"] for line in rows] == ["'=2+5, he said", "", "'+1"]
    assert [line["customer"] for line in rows] == ["Nordfell Bank", "日本システム", "Old One"]
    assert rows[1]["value"] == "1234.50"


def test_no_cell_becomes_a_formula(store, portal):
    for number, sign in enumerate("=+-@"):
        name, host = f"{sign}cmd {chr(97 + number) * 5}", f"{chr(97 + number) * 5}.example"
        assert store(HEAD + row(customer=name, domain=host, note=f"{sign}1")).exit_code == 0
    for line in csv.reader(io.StringIO(portal("export", "deals").stdout)):
        assert not any(cell[:1] in set("=+-@\t\r") and cell for cell in line)
    cells = ["=1", "'=1", "''@x", "'x", "", "-", "plain"]
    assert [unquoted(quoted(cell)) for cell in cells] == cells


def test_json_holds_the_same_without_quotes_for_spreadsheets(store, portal):
    assert json.loads(portal("export", "deals", "--format", "json").stdout) == []
    store(DEALS)
    rows = json.loads(portal("export", "deals", "--format", "json").stdout)
    assert [line["note"] for line in rows] == ["=2+5, he said", "", "+1"]
    assert rows[0]["partner"] == "Kestrel & Rowe"
    assert rows[0]["protected_until"].startswith("2999-01-01")


def test_a_file_that_is_not_there_is_said_so(portal, tmp_path):
    result = portal("import", "deals", tmp_path / "none.csv")
    assert (result.exit_code, "There is no file" in result.stderr) == (1, True)


def test_the_columns_are_named_where_they_are_missing(store):
    result = store("partner,customer\nMirasol,Acme\n")
    assert result.exit_code == 1
    assert "entered_by" in result.stderr
