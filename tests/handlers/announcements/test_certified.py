"""Announcements to those who are certified in something, and to those who are not."""

from datetime import date

import pytest

from handlers.partners.models import Certificate, Programme
from handlers.partners.store import by_email
from tests.handlers.announcements.people import ADMIN, INGRID, LAYLA, ZOE, by, rows, seen, sent

ENGINEER = "Lens Engineer"


@pytest.fixture
def ingrid(talk, database):
    """Zoë's certificate is valid, Idris's has lapsed, Layla has none."""
    seen(talk, ZOE, ADMIN, LAYLA)
    with database.session() as session:
        session.add(Programme(key=ENGINEER.casefold(), name=ENGINEER))
        session.flush()
        for email, ends in ((ZOE, date(2027, 3, 3)), (ADMIN, date(2027, 3, 2))):
            contact = by_email(session, email)[0]
            session.add(Certificate(contact_id=contact.id, programme_id=1, issued_on=date(2025, 3, 3), expires_on=ends))
        session.commit()
    return by(talk, INGRID)


def reached(database, code):
    """Kestrel & Rowe's people among those who got it."""
    with database.read() as look:
        ids = {by_email(look, email)[0].id: email for email in (ZOE, ADMIN, LAYLA)}
    return {ids[row.contact_id] for row in rows(database, code) if row.contact_id in ids}


def test_to_those_who_are_certified_until_their_last_day(ingrid, database):
    assert reached(database, sent(ingrid, {"certified": ENGINEER})) == {ZOE}


def test_to_those_who_are_not_or_not_any_more(ingrid, database):
    assert reached(database, sent(ingrid, {"not_certified": ENGINEER})) == {ADMIN, LAYLA}


def test_the_form_offers_the_programmes_there_are(ingrid):
    ingrid.commands("announce", "")
    ingrid.sends(title="News", message="Words", kind="news")
    offered = {field.name: [option.label for option in field.options] for field in ingrid.form.inputs}
    assert offered["certified"] == offered["not_certified"] == [ENGINEER]
