"""What time does to tickets: a target comes near or passes, or nobody writes any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.tickets.models import CLOSED_AFTER, NUDGED_AFTER, Known, State, Ticket
from handlers.tickets.store import drafts, tickets
from handlers.tickets.views import desk, partner
from handlers.turn import Follow, Outcome, Rewrite, Say, Tell, Tick
from handlers.ui import Card

AT_ONCE = 100  # tickets in one run; the rest is taken in the next
IDLE = (State.waiting, State.resolved)
DRAFTS_KEPT = timedelta(days=30)


def targets(tick: Tick) -> Sequence[Outcome]:
    """Warn the team once before each target passes; once it has, offer the partner to escalate."""
    return [
        outcome
        for ticket in tickets.to_warn(tick.session, tick.now, AT_ONCE)
        for outcome in _looked_at(tick, tickets.known(tick.session, ticket))
    ]


def _looked_at(tick: Tick, known: Known) -> Sequence[Outcome]:
    ticket, outcomes = known.ticket, list[Outcome]()
    if ticket.first_replied_at is None and tick.now >= ticket.first_warn_at:
        outcomes += _target(tick, known, "first reply", ticket.first_due, told=ticket.first_warned)
        ticket.first_warned = True
    if ticket.paused_at is None and tick.now >= ticket.resolve_warn_at:
        outcomes += _target(tick, known, "resolution", ticket.resolve_due, told=ticket.resolve_warned)
        ticket.resolve_warned = True
    return outcomes


def _target(tick: Tick, known: Known, what: str, due: datetime, *, told: bool) -> Sequence[Outcome]:
    ticket = known.ticket
    key = f"ticket:{ticket.code}:{what}"
    if tick.now < due:
        return () if told else _to_team(tick, known, desk.near(ticket, what, due), f"{key}:near")
    if ticket.breached_at is not None:
        return ()
    ticket.breached_at = tick.now
    tickets.record(tick.session, ticket, "late", None, tick.now, what)
    subject = f"ticket-escalate:{ticket.code}"
    offered = [Follow(f"ticket:{ticket.code}", partner.may_escalate(ticket), subject, subject)] if known.listens else []
    return [*_to_team(tick, known, desk.late(ticket, what), f"{key}:late"), *offered]


def _to_team(tick: Tick, known: Known, card: Card, key: str) -> Sequence[Outcome]:
    """In its thread, where it is looked for later, and in the channel itself, since nobody looks into every thread;
    words under that are about the ticket as well."""
    ticket = known.ticket
    subject = f"ticket-desk:{ticket.code}"
    outcomes: list[Outcome] = [Follow(subject, card, key=f"{key}:thread")]
    if tick.policy.supports(ticket.topics):
        outcomes.append(Say(card, to="support", subject=subject, topic=ticket.topics, key=key))
    if known.assignee is not None and known.assignee.id is not None:
        outcomes.append(Tell(known.assignee.id, card, key=f"{key}:{known.assignee.id}"))
    return outcomes


def idle(tick: Tick) -> Sequence[Outcome]:
    """Nobody has written for long: remind, later close."""
    over = [
        outcome
        for ticket in tickets.idle(tick.session, IDLE, tick.now - CLOSED_AFTER, AT_ONCE, told=True)
        for outcome in _closed(tick, ticket)
    ]
    tick.session.flush()
    nudged = [
        outcome
        for ticket in tickets.idle(tick.session, IDLE, tick.now - NUDGED_AFTER, AT_ONCE, told=False)
        for outcome in _nudged(tick, ticket)
    ]
    return [*over, *nudged]


def _closed(tick: Tick, ticket: Ticket) -> Sequence[Outcome]:
    ticket.move(State.closed, tick.now)
    tickets.record(tick.session, ticket, "closed", None, tick.now)
    known = tickets.known(tick.session, ticket)
    code = ticket.code
    told: list[Outcome] = [Rewrite(f"ticket-desk:{code}", desk.card(known))]
    told += [Follow(known.subject(f"ticket:{code}", reader), partner.closed(ticket)) for reader in known.readers]
    if known.listens:
        told.append(Rewrite(f"ticket:{code}", partner.opened(known, reaches_somebody=True)))
        told.append(
            Follow(f"ticket:{code}", partner.rating(code), f"ticket-rating:{code}", key=f"ticket:{code}:rating")
        )
    return told


def _nudged(tick: Tick, ticket: Ticket) -> Sequence[Outcome]:
    ticket.nudged_at = tick.now
    known = tickets.known(tick.session, ticket)
    days = max((ticket.last_word_at + CLOSED_AFTER - tick.now).days, 1)
    card, thread = partner.nudge(ticket, days), f"ticket:{ticket.code}"
    key = f"{thread}:nudge:{ticket.last_word_at:%Y%m%dT%H%M%S}"
    return [Follow(known.subject(thread, each), card, key=known.subject(key, each)) for each in known.readers]


def forget_drafts(tick: Tick) -> Sequence[Outcome]:
    if not tick.supposed:
        drafts.forget(tick.session, tick.now - DRAFTS_KEPT)
    return ()
