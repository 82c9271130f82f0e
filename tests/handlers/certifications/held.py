"""Certificates for tests: who holds what until when."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from bot.certifications import import_certifications, import_programmes
from handlers.hours import Quiet
from handlers.partners.models import Certificate, Contact

ZOE = "zoe.marchbanks@kestrelrowe.example"  # London
IDRIS = "idris.fairweather@kestrelrowe.example"  # an admin, Dublin
LAYLA = "layla.haddadin@kestrelrowe.example"  # Dubai
BETO = "beto.carranza@mirasol.example"  # Bogotá
INGRID = "ingrid.solvang@halden.example"  # a channel manager, Oslo
AMARA = "amara.nwosu@halden.example"  # another one, Chicago
RAFAEL = "rafael.quintanar@halden.example"  # an operator

ENTERED = datetime(2027, 1, 4, 12, tzinfo=UTC)  # a Monday
QUIET = {"quiet": Quiet(datetime(1, 1, 1, 20).time(), datetime(1, 1, 1, 8).time())}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ENDS = date(2027, 6, 30)  # a Wednesday
PROGRAMMES = """name,validity_months,course,course_url,tiers
Vault Administrator,24,The delta exam,https://halden.example/delta,Gold 3; Silver 1; Registered 0
"""


def bring(database, tmp_path, *lines, now=ENTERED):
    """Lines of email,certification,issued_on,expires_on[,renewal_url,external_id]."""
    path = tmp_path / "certificates.csv"
    path.write_text("\n".join(["email,certification,issued_on,expires_on,renewal_url,external_id", *lines]), "utf-8")
    programmes = tmp_path / "programmes.csv"
    programmes.write_text(PROGRAMMES, "utf-8")
    with database.session() as session:
        import_programmes(session, programmes)
        _, problems = import_certifications(session, path, now)
        session.commit()
    assert problems == []


def held(email, ends: date, name="Vault Administrator", more=""):
    return f"{email},{name},{ends - timedelta(days=700)},{ends},{more}"


def at(day: date, hour=9, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def ticks(talk, *moments):
    for now in moments:
        talk.ticks(now, only="certifications")


def supposes(talk, *moments):
    """With `portal tick --at`."""
    for now in moments:
        talk.ticks(now, only="certifications", supposed=True)


def hourly(talk, first, last):
    """As good as every minute."""
    while first <= last:
        ticks(talk, first)
        first += HOUR


def news(talk, email=""):
    """What somebody was told about certificates unasked."""
    told = [card for card in talk.told(email) if "certificat" in card.title]
    return [card for card in told if not card.title.startswith("Your certifications")]


def texts(cards):
    return "\n\n".join(card.plain() for card in cards)


def certificates(database, email):
    with database.read() as look:
        theirs = select(Certificate).join(Contact, Certificate.contact_id == Contact.id).where(Contact.email == email)
        return look.exec(theirs.order_by(Certificate.expires_on)).all()
