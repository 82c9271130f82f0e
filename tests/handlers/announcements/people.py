"""Who takes part in these tests, and the steps they begin with."""

from datetime import UTC, datetime

from sqlmodel import select

from handlers.announcements.models.announcement import Announcement
from handlers.announcements.store import progress
from handlers.notices.models import Delivery

INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"
OPERATOR = "rafael.quintanar@halden.example"
OWNER = "zoe.verhaegen@halden.example"
ZOE = "zoe.marchbanks@kestrelrowe.example"
ADMIN = "idris.fairweather@kestrelrowe.example"
LAYLA = "layla.haddadin@kestrelrowe.example"
GOLD = {"types": "reseller", "tiers": "Gold"}
"""An audience: of these, the last three."""

NOW = datetime(2027, 3, 3, 11, 0, tzinfo=UTC)
"""A Wednesday, when nobody in Europe sleeps."""

TEXT = {"title": "Backup 9 is out", "message": "**Faster** restores.\nAnd more.", "kind": "update", "product": "Backup"}


def written(author, whom=None, **text):
    """A draft with an audience; returns its number."""
    author.commands("announce", "")
    author.sends(**(TEXT | text))
    control = author.sends(**(whom or {}))
    return control.title.split(":")[0]


def sent(author, whom=None, **text):
    code = written(author, whom, **text)
    author.presses_raw("announcements.send", code)
    author.ticks(author.now)
    return code


def by(talk, email, now=NOW, **options):
    """Somebody, at a time."""
    person = talk(email, **options)
    person.now = now
    return person


def seen(talk, *emails):
    """People who have written to the assistant before, so that they can be reached."""
    for email in emails:
        talk(email).says("hello")


def one(database, code):
    with database.read() as look:
        return look.exec(select(Announcement).where(Announcement.code == code)).one()


def counts(database, code):
    with database.read() as look:
        return progress.counts(look, look.exec(select(Announcement).where(Announcement.code == code)).one())


def rows(database, campaign):
    with database.read() as look:
        return list(look.exec(select(Delivery).where(Delivery.campaign == campaign).order_by(Delivery.id)))


def labels(card):
    return [button.label for button in card.buttons]


def said(cards):
    return "\n".join(card.plain() for card in cards)
