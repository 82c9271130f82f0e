"""Random actions by random people: no illegal state, and no text of one partner ever reaches another."""

import json
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from handlers.errors import FormError
from handlers.notices.models import Delivery, Operation
from handlers.tickets.models import MOVES, State, Ticket, TicketDraft, TicketEvent, TicketMessage
from handlers.turn import Link
from handlers.ui import Card
from tests.handlers.tickets.people import ADMIN, AMARA, COLLEAGUE, DEVON, FOREIGN_ADMIN, INGRID, OPERATOR, OWNER, ZOE

KESTREL, QUILLSTACK = (ZOE, ADMIN, COLLEAGUE), (DEVON, FOREIGN_ADMIN)
TEAM = (INGRID, AMARA, OWNER, OPERATOR)
CANARY = {**dict.fromkeys(KESTREL, "CANARYKESTREL"), **dict.fromkeys(QUILLSTACK, "CANARYQUILLSTACK")}
INSIDE = "CANARYINSIDE"
START = datetime(2027, 3, 2, 8, tzinfo=UTC)
ACTIONS = (
    "take resolve reopen show list good bad escalate reply ask assign severity article article_accept article_decline "
    "begin continue discard send_note"
).split()
COMMANDS = ("", "mine", "{}", "CANARY", "status of {}")
WORDS = (
    "thanks!",
    "It still fails",
    "reply: {}",
    "Reply: We look",
    "my tickets",
    "status of {}",
    "open a ticket",
    "👍",
    "",
)
STEPS = 150
MUST_HAPPEN = {"opened", "resolved", "said"}


class World:
    """Everybody, what they could know or guess, and a clock that only goes on."""

    def __init__(self, talk, database, seed):
        self.random, self.database, self.now = random.Random(seed), database, START
        self.actions = ACTIONS
        self.people = {email: talk(email) for email in (*KESTREL, *QUILLSTACK, *TEAM)}

    def pick(self, kind, column):
        with self.database.read() as look:
            found = list(look.exec(select(column).order_by(kind.id)))
        return self.random.choice(found) if found and self.random.random() < 0.95 else "T-2222"

    def words(self, email):
        text = self.random.choice(WORDS).format(self.pick(Ticket, Ticket.code))
        return f"{text} {CANARY.get(email, '')}" if self.random.random() < 0.6 else text

    def step(self):
        email = self.random.choice(list(self.people))
        person = self.people[email]
        self.now += timedelta(minutes=self.random.choice((1, 30, 600)))
        person.now = self.now
        act = self.random.choice(
            (self.presses, self.presses, self.presses, self.opens, self.writes, self.writes, self.asks)
        )
        with suppress(FormError):
            act(email, person)
        if self.random.random() < 0.05:
            self.now += timedelta(days=self.random.choice((1, 16, 31)))
            person.ticks(self.now)

    def presses(self, email, person):
        action = self.random.choice(self.actions)
        value = self.pick(Ticket, Ticket.code)
        if action in ("continue", "discard"):
            value = self.pick(TicketDraft, TicketDraft.token)
        elif action == "send_note":
            value = self.pick(TicketMessage, TicketMessage.token)
        person.presses_raw(f"tickets.{action}", value)
        if person.form is not None:
            self.fills(email, person)

    def fills(self, email, person):
        text = CANARY.get(email, "answer")
        values = {field.name: field.value or text for field in person.form.inputs if field.kind != "choice"}
        values |= {f.name: self.random.choice(f.options).value for f in person.form.inputs if f.kind == "choice"}
        values.pop("readers", None)
        if self.random.random() < 0.2:
            person.closes(**values)
        else:
            person.sends(**values)

    def opens(self, email, person):
        person.commands("ticket", self.random.choice(COMMANDS).format(self.pick(Ticket, Ticket.code)))
        if person.form is not None:
            self.fills(email, person)

    def writes(self, email, person):
        """Under any card of either side, one's own or not; later perhaps changed or deleted."""
        where = self.random.choice(("support", person.place.conversation, f"D-{self.random.choice(list(CANARY))}"))
        with self.database.read() as look:
            here = select(Delivery).where(Delivery.conversation == where, Delivery.subject != "")
            rows = look.exec(here.order_by(Delivery.id)).all()
        if not rows:
            return
        row, own = self.random.choice(rows), where == person.place.conversation
        text = f"{INSIDE} a note" if email in TEAM and self.random.random() < 0.4 else self.words(email)
        links = (Link("f", f"https://files.example/{CANARY.get(email, 'team')}"),) if self.random.random() < 0.2 else ()
        message = f"r{self.random.random()}"
        person.replies(Card.model_validate(row.card), text, where="" if own else where, message=message, links=links)
        if self.random.random() < 0.3:
            changed = self.random.choice((None, f"edited {CANARY.get(email, INSIDE)}"))
            if email in CANARY or INSIDE in text:
                person.edits(message, changed, where="" if own else where)

    def asks(self, email, person):
        person.says(self.random.choice(("my tickets", "status of {}", "what about my ticket on CANARY?")).format(
            self.pick(Ticket, Ticket.code)
        ))  # fmt: skip

    def walk(self, until=frozenset()):
        """So many steps, and on until all of this has happened to some ticket."""
        for number in range(10 * STEPS):
            if number >= STEPS and until <= self.happened():
                break
            self.step()

    def happened(self):
        with self.database.read() as look:
            return set(look.exec(select(TicketEvent.kind).distinct()))

    def check(self):
        with self.database.read() as look:
            self._nobody_reads_what_is_not_theirs(look.exec(select(Delivery)).all())
            for ticket in look.exec(select(Ticket)):
                happened = look.exec(
                    select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
                )
                self._went_by_the_table(ticket, [State(event.state) for event in happened])

    def _nobody_reads_what_is_not_theirs(self, rows):
        for row in rows:
            said = json.dumps(row.card, ensure_ascii=False)
            reader = row.user if row.operation == Operation.whisper else row.conversation.removeprefix("D-")
            if reader in CANARY:
                for other in set(CANARY.values()) - {CANARY[reader]}:
                    assert other not in said, (reader, said)

    def _went_by_the_table(self, ticket, states):
        assert states[0] == State.open
        for before, after in pairwise(states):
            assert after == before or after in MOVES[before], states
        assert ticket.state == states[-1]
        assert (ticket.paused_at is not None) == (ticket.state in ("waiting", "resolved", "closed"))
        assert ticket.resolve_due >= ticket.resolve_warn_at > ticket.opened_at


@pytest.mark.parametrize("seed", range(2))
def test_random_actions_of_random_people(talk, database, seed):
    world = World(talk, database, seed)
    world.walk(until=MUST_HAPPEN)
    world.check()
    with database.read() as look:
        assert len(look.exec(select(Ticket)).all()) > 3
    assert world.happened() >= MUST_HAPPEN


def test_a_note_that_was_not_sent_reaches_no_partner(talk, database):
    """The same, where nobody ever sends a note: then what is written inside stays there."""
    world = World(talk, database, 7)
    world.actions = [action for action in ACTIONS if action != "send_note"]
    world.walk()
    world.check()
    with database.read() as look:
        for row in look.exec(select(Delivery)):
            if row.conversation.removeprefix("D-") in CANARY:
                assert INSIDE not in json.dumps(row.card)
