"""Who takes part in these tests, and the steps they begin with."""

from sqlmodel import select

from handlers.tickets.models import Ticket, TicketEvent, TicketMessage

ZOE = "zoe.marchbanks@kestrelrowe.example"
ADMIN = "idris.fairweather@kestrelrowe.example"
COLLEAGUE = "layla.haddadin@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
FOREIGN_ADMIN = "priyanka.sundaresh@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"
OWNER = "zoe.verhaegen@halden.example"
OPERATOR = "rafael.quintanar@halden.example"

SSO = {"subject": "SSO login fails", "what_happened": "Since Monday nobody can sign in.", "severity": "normal"}


def opened(person, **different):
    """A ticket of this person's; returns its number."""
    person.commands("ticket", "")
    card = person.sends(**{**SSO, **different})
    return card.title.split(" ")[0]


def desk(person, code):
    """The team's card of a ticket."""
    return next(card for card in person.support() if card.title.startswith(code) and len(card.body) > 2)


def thread(person, code):
    """The partner's first message about it."""
    return next(card for card in person.told() if card.title.startswith(code))


def ticket(database, code):
    with database.read() as look:
        return look.exec(select(Ticket).where(Ticket.code == code)).one()


def events(database, code):
    with database.read() as look:
        rows = look.exec(select(TicketEvent).where(TicketEvent.ticket_id == ticket(database, code).id))
        return [row.kind for row in rows]


def messages(database, code):
    with database.read() as look:
        return list(look.exec(select(TicketMessage).where(TicketMessage.ticket_id == ticket(database, code).id)))


def labels(card):
    return [button.label for button in card.buttons]


def said(cards):
    return "\n".join(card.plain() for card in cards)
