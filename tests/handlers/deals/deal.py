"""What the tests of deals have in common."""

from datetime import UTC, datetime, timedelta

from tests.talk import Talk

ZOE = "zoe.marchbanks@kestrelrowe.example"
IDRIS = "idris.fairweather@kestrelrowe.example"
LAYLA = "layla.haddadin@kestrelrowe.example"
XIMENA = "ximena.tolosa@mirasol.example"
BETO = "beto.carranza@mirasol.example"
JUERGEN = "juergen.plettner@tannhofer.example"
INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"
OWNER = "zoe.verhaegen@halden.example"
OPERATOR = "rafael.quintanar@halden.example"

NOON = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)  # a Wednesday

NORDFELL = {
    "customer": "Nordfell Bank ASA",
    "domain": "nordfell.example",
    "contact_name": "Kari Nord",
    "contact_email": "kari@nordfell.example",
    "value": "50000",
    "currency": "EUR",
    "expected_close": "2027-06-30",
}
VALDEMORA = {
    "customer": "Clínica Valdemora",
    "domain": "valdemora.example",
    "contact_name": "Luz Prado",
    "contact_email": "luz@valdemora.example",
    "value": "12500",
    "currency": "USD",
    "expected_close": "2027-09-30",
}


def at(person: Talk, when: datetime = NOON) -> Talk:
    person.now = when
    return person


def registers(person: Talk, **changed: str) -> str:
    """The code of the new deal."""
    person.submits("deals.register", "", **(NORDFELL | changed))
    return code_of(person)


def code_of(person: Talk) -> str:
    confirmed = person.told()[-1]
    assert "Registered under the number" in confirmed.plain(), confirmed.plain()
    return confirmed.title.partition(":")[0]


def later(person: Talk, **passed: float) -> Talk:
    person.now += timedelta(**passed)
    return person
