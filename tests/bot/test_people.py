"""Importing partners and contacts: good rows go in, bad ones are reported, a second time changes nothing."""

import time
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.partners.models import Contact, Partner

PARTNERS = """name,type,tier,region,manager_email
Kestrel & Rowe,reseller,Gold,EMEA,ingrid@halden.example
日本システム,technology,Silver,APAC,
Wierzba,Service,Platinum,EMEA,later@halden.example
"""
CONTACTS = """email,name,partner,role,language,time_zone
Zoe@Kestrel.example,Zoë Marchbanks,kestrel & rowe,partner_user,en,Europe/London
ingrid@halden.example,Ingrid,,channel_manager,no,Europe/Oslo
harumi@nihon.example,霧下 春美,日本システム,Partner_Admin,ja,Asia/Tokyo
"""


def file(tmp_path: Path, text: str | bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def counted(result) -> list[int]:
    return [int(part.split()[0]) for part in result.stdout.splitlines()[-1].split(", ")]


def test_a_second_import_changes_nothing_and_a_new_tier_is_a_change(portal, database, tmp_path):
    path = file(tmp_path, PARTNERS)
    assert counted(portal("import", "partners", path)) == [3, 0, 0, 0]
    assert counted(portal("import", "partners", path)) == [0, 0, 3, 0]
    path.write_text(PARTNERS.replace("Gold", "Platinum").replace("Kestrel & Rowe", "KESTREL & ROWE"))
    result = portal("import", "partners", path)
    assert (counted(result), result.exit_code) == ([0, 1, 2, 0], 0)
    with database.read() as session:
        rows = {partner.name: partner for partner in session.exec(select(Partner))}
    assert rows["KESTREL & ROWE"].tier == "Platinum"
    assert rows["Wierzba"].type == "service"
    assert rows["Wierzba"].manager_email == "later@halden.example"
    assert rows["日本システム"].manager_email is None


def test_contacts_are_known_by_their_address_whatever_its_case(portal, database, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    assert counted(portal("import", "contacts", file(tmp_path, CONTACTS))) == [3, 0, 0, 0]
    again = CONTACTS.replace("Zoe@Kestrel.example", " zoe@kestrel.EXAMPLE ").replace("Asia/Tokyo", "Asia/Seoul")
    assert counted(portal("import", "contacts", file(tmp_path, again))) == [0, 1, 2, 0]
    with database.read() as session:
        zoe = session.exec(select(Contact).where(Contact.email == "zoe@kestrel.example")).one()
        assert session.get(Partner, zoe.partner_id).name == "Kestrel & Rowe"
        assert session.exec(select(Contact.partner_id).where(Contact.role == "channel_manager")).one() is None


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (
            "partners",
            "name,type,tier,region,manager_email\n"
            "A,reseller,Gold,EMEA,\n"
            "B,distributor,Gold,EMEA,\n"
            ",reseller,Gold,EMEA,\n"
            '"C\nD",reseller,,EMEA,\n'
            "E,reseller,Gold,EMEA,nobody\n"
            "a,reseller,Silver,EMEA,\n"
            "F,reseller,Gold,EMEA,,too,many\n",
            [(3, "type"), (4, "name"), (5, "tier"), (7, "e-mail"), (8, "in line 2"), (9, "more values")],
        ),
        (
            "contacts",
            "email,name,partner,role,language,time_zone\n"
            "a@x.example,A,,operator,en,UTC\n"
            "b@x.example,B,Nobody Inc,partner_user,en,UTC\n"
            "c@x.example,C,,emperor,en,UTC\n"
            "not an address,D,,operator,en,UTC\n"
            "d@x.example,D,,operator,english!,UTC\n"
            "e@x.example,E,,operator,en,Mars/Olympus\n"
            "f@x.example,F,,partner_user,en,UTC\n"
            "A@X.example,A again,,operator,en,UTC\n"
            "g@x.example,,,operator,en,UTC\n",
            [
                (3, "Nobody Inc"),
                (4, "role"),
                (5, "e-mail"),
                (6, "language"),
                (7, "Mars/Olympus"),
                (8, "needs a partner"),
                (9, "in line 2"),
                (10, "name"),
            ],
        ),
    ],
)
def test_every_bad_row_is_reported_while_the_good_one_goes_in(portal, tmp_path, kind, text, said):
    result = portal("import", kind, file(tmp_path, text))
    assert (counted(result), result.exit_code) == ([1, 0, 0, len(said)], 1)
    lines = result.stderr.splitlines()
    assert len(lines) == len(said)
    for line, (number, part) in zip(lines, said, strict=True):
        assert line.startswith(f"rows.csv:{number}: ")
        assert part in line
    assert counted(portal("import", kind, file(tmp_path, text)))[:3] == [0, 0, 1]


def test_a_row_that_cannot_be_read_costs_no_other_row(portal, database, tmp_path):
    text = (
        "email,name,partner,role\n"
        "a@x.example,A,,operator\n"
        'b@x.example,"never closed,,operator\n'
        "c@x.example,C,,operator\n"
        'd@x.example,"D, the second",,operator\n'
        "e@x.example,Ren\xe9,,operator\n"
        "f@x.example,F\x00,,operator\n"
        'g@x.example,"Two\nlines",,operator\n'
        'h@x.example,"never closed either,,operator\n'
        "i@x.example,I,,operator"
    )
    result = portal("import", "contacts", file(tmp_path, text.encode("latin-1")))
    assert (counted(result), result.exit_code) == ([5, 0, 0, 4], 1)
    said = [line.split(": ", 1) for line in result.stderr.splitlines()]
    assert [where for where, _ in said] == ["rows.csv:3", "rows.csv:6", "rows.csv:7", "rows.csv:10"]
    assert ["quotation" in reason or "UTF-8" in reason or "NUL" in reason for _, reason in said] == [True] * 4
    with database.read() as session:
        assert sorted(contact.email[0] for contact in session.exec(select(Contact))) == list("acdgi")


def test_a_column_that_is_missing_changes_nothing_and_a_blank_cell_does(portal, database, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    portal("import", "contacts", file(tmp_path, CONTACTS))
    result = portal("import", "partners", file(tmp_path, "name,type,tier,region\nWierzba,service,Gold,EMEA\n"))
    assert counted(result) == [0, 1, 0, 0]
    few = "email,name,partner,role\nharumi@nihon.example,霧下 春美,日本システム,partner_admin\n"
    assert counted(portal("import", "contacts", file(tmp_path, few))) == [0, 0, 1, 0]
    blank = PARTNERS.replace("ingrid@halden.example", "")
    assert counted(portal("import", "partners", file(tmp_path, blank))) == [0, 2, 1, 0]
    with database.read() as session:
        managers = {partner.name: partner.manager_email for partner in session.exec(select(Partner))}
        harumi = session.exec(select(Contact).where(Contact.email == "harumi@nihon.example")).one()
    assert managers == {"Kestrel & Rowe": None, "日本システム": None, "Wierzba": "later@halden.example"}
    assert (harumi.language, harumi.time_zone) == ("ja", "Asia/Tokyo")


def test_a_reason_says_what_to_write(portal, tmp_path):
    text = f"name,type,tier,region\nA,franchise,Gold,EMEA\nB,reseller,,EMEA\nC,reseller,{'x' * 101},EMEA\n"
    assert portal("import", "partners", file(tmp_path, text)).stderr.splitlines() == [
        "rows.csv:2: type: \"franchise\" is not 'reseller', 'technology' or 'service'",
        "rows.csv:3: tier: is empty",
        "rows.csv:4: tier: is longer than 100 characters",
    ]


def test_the_vendors_people_belong_to_no_partner(portal, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    row = "email,name,partner,role\na@halden.example,A,Wierzba,operator\n"
    result = portal("import", "contacts", file(tmp_path, row))
    assert result.exit_code == 1
    assert "leave partner empty" in result.stderr


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no column `name`"),
        (b"name;type\nA;reseller\n", "no column `tier`"),
        (b"name,type,tier,region\nStra\xdfe,reseller,Gold,EMEA\n", "rows.csv:2: not UTF-8"),
        (b"name,type,tier,region\nA\x00,reseller,Gold,EMEA\n", "rows.csv:2: contains a NUL"),
    ],
)
def test_a_file_that_is_no_such_table_is_a_sentence(portal_here, tmp_path, content, part):
    result = portal_here("import", "partners", file(tmp_path, content))
    assert (counted(result), result.exit_code) == ([0, 0, 0, 1], 1)
    assert part in result.stderr


def test_what_a_spreadsheet_saves_is_understood_and_formulas_are_only_text(portal, database, tmp_path):
    text = "\ufeffName;Type;Tier;Region\r\n=HYPERLINK(1);reseller;@Gold;+EMEA\r\n"
    assert portal("import", "partners", file(tmp_path, text)).exit_code == 0
    with database.read() as session:
        partner = session.exec(select(Partner)).one()
    assert (partner.name, partner.tier, partner.region) == ("=HYPERLINK(1)", "@Gold", "+EMEA")


def test_a_missing_file_is_a_sentence(portal_here, tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        result = portal_here("import", "contacts", path)
        assert (result.exit_code, result.stderr) == (1, f"portal: There is no file {path}.\n")


def test_ten_thousand_contacts_go_in_within_seconds(portal_here, home, tmp_path):
    portal_here("import", "partners", file(tmp_path, PARTNERS))
    rows = "".join(f"u{n}@x.example,User {n},Wierzba,partner_user,en,Europe/Warsaw\n" for n in range(10_000))
    path = file(tmp_path, "email,name,partner,role,language,time_zone\n" + rows)
    started = time.process_time()
    assert counted(portal_here("import", "contacts", path)) == [10_000, 0, 0, 0]
    assert time.process_time() - started < 6
    assert counted(portal_here("import", "contacts", path)) == [0, 0, 10_000, 0]
