"""From a preview to its readers: a test, the sending itself, and the second manager's word where there are many."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from handlers.announcements.dialog.access import NOT_YOURS, UNKNOWN, allowed, code_of, in_place, seen, stands, to_change
from handlers.announcements.dialog.preview import reach
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement, State, When
from handlers.announcements.models.counts import Reach
from handlers.announcements.store import announcements, audience, progress
from handlers.announcements.views import desk, reader
from handlers.announcements.views.wording import people, when
from handlers.errors import NotAllowed, PortalError
from handlers.partners import store as partners
from handlers.turn import Open, Outcome, Rewrite, Say, Tell, Turn
from handlers.ui import Card, Form, Input

OWN = "Nobody approves their own announcement. Another channel manager or an operator has to."
NO_OTHER = (
    "It would go to {people}, which a second manager has to approve, and there is nobody else who could: neither a "
    "managers' channel nor another manager. Nothing was sent."
)


class Declined(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    reason: str = Field(min_length=1, max_length=1_000)


def test(turn: Turn, code: str) -> Sequence[Outcome]:
    """To the one who asks, as its readers will get it."""
    turn.kind, turn.result = "announcement", "tested"
    what = seen(turn, code)
    if not rules.commands(what, turn.who):
        raise NotAllowed(NOT_YOURS)
    card = reader.announcement(what, announcements.author(turn.look, what).name)
    return [
        Say(card, to="direct"),
        Say(reader.line(f"This was a test of {what.code}, sent to you alone."), to="direct"),
    ]


def send(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "sent"
    what = to_change(turn, code, State.draft, lock=False)
    reached = reach(turn.look, what, turn.policy, turn.now)  # looking comes first: others wait while it is locked
    _sendable(turn, what, reached)
    what = to_change(turn, code, State.draft)
    if reached.number > turn.policy.approval_over:
        return _ask(turn, what, reached)
    return _release(turn, what, reached, note="")


def _sendable(turn: Turn, what: Announcement, reached: Reach) -> None:
    if not what.chosen:
        raise PortalError(f"Choose first who gets {what.code}: press “Change the audience”. Nothing was sent.")
    if not reached.number:
        why = "everybody of its audience is left out" if reached.left_out else "nobody is of its audience"
        raise PortalError(f"Nobody would get {what.code}: {why}. Change the audience. Nothing was sent.")
    _in_time(turn, what)


def _in_time(turn: Turn, what: Announcement) -> None:
    if what.expired(turn.now):
        raise PortalError(f"{what.code} has expired. Edit its text and choose a later day. Nothing was sent.")
    zones = audience.zones(
        turn.look, audience.chosen(what, announcements.author(turn.look, what), turn.policy, turn.now)
    )
    if what.timing != When.now and all(what.due(zone, turn.now) <= turn.now for zone in zones or {what.zone: 1}):
        raise PortalError(f"The time for {what.code} has passed: {when(what)}. Change it with the audience.")


def _ask(turn: Turn, what: Announcement, reached: Reach) -> Sequence[Outcome]:
    """A second manager decides, in their channel or, where there is none, each in their own messages."""
    turn.result = "asked"
    author = announcements.author(turn.session, what)
    card = desk.asked(what, author.name, reached)
    requests: list[Outcome]
    if turn.policy.has_managers_channel:
        requests = [Say(card, to="managers", subject=f"announcement-approval:{what.code}")]
    else:
        others = [one for one in partners.vendors(turn.look, rules.SENDERS) if one.id != what.author_id]
        requests = [Tell(one.id, card) for one in others if one.id is not None]
    if not requests:
        raise PortalError(NO_OTHER.format(people=people(reached.number)))
    what.state = State.asked
    turn.session.add(what)
    said = f"{what.code} would go to {people(reached.number)}, so a second manager has been asked to approve it."
    return [*in_place(turn, reader.line(said)), _card(turn, what), *requests]


def _release(turn: Turn, what: Announcement, reached: Reach, note: str) -> list[Outcome]:
    what.state = State.scheduled
    what.starts_at = starts(turn, what)
    turn.session.add(what)
    turn.session.flush()
    at = "is going out" if what.starts_at <= turn.now else f"is scheduled ({when(what)})"
    said = f"{what.code} {at} to {people(reached.number)}. {note}Its card is in your direct messages."
    return [*in_place(turn, reader.line(said, "success")), _card(turn, what)]


def starts(turn: Turn, what: Announcement) -> datetime:
    """When the first of its readers may get it."""
    everybody = audience.chosen(what, announcements.author(turn.session, what), turn.policy, turn.now)
    zones = audience.zones(turn.session, everybody) or {what.zone: 1}
    return max(min(what.due(zone, turn.now) for zone in zones), turn.now)


def _card(turn: Turn, what: Announcement) -> Outcome:
    """The one card that tells its author how it goes on."""
    counts = progress.counts(turn.session, what)
    card = desk.progress(what, counts, turn.now, turn.who.time_zone, turn.policy.per_second)
    if what.author_id == turn.who.contact_id:
        return Say(card, to="direct", subject=what.desk, key=what.desk)
    return Tell(what.author_id, card, subject=what.desk, key=what.desk)


def _to_decide(turn: Turn, code: str, *, lock: bool = True) -> Announcement:
    allowed(turn)
    session = turn.session if lock else turn.look
    what = (announcements.locked if lock else announcements.by_code)(session, code_of(code))
    if what is None:
        raise NotAllowed(UNKNOWN)
    if not rules.approves(what, turn.who):
        raise NotAllowed(OWN)
    stands(turn, what, State.asked)
    return what


def approve(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "approved"
    what = _to_decide(turn, code, lock=False)
    reached = reach(turn.look, what, turn.policy, turn.now)
    _sendable(turn, what, reached)
    what = _to_decide(turn, code)
    what.state, what.approved_by = State.scheduled, turn.who.contact_id
    what.starts_at = starts(turn, what)
    turn.session.add(what)
    turn.session.flush()
    said = f"{turn.who.name} approved {what.code}, to {people(reached.number)}."
    return [*_decided(turn, what, said, "success"), Tell(what.author_id, reader.line(said, "success"))]


def ask_why(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    what = _to_decide(turn, code, lock=False)
    why = Input(name="reason", label="Why", kind="paragraph", max_length=1_000, help="Its author reads this.")
    return [
        Open(Form(name="announcements.declined", title="Decline", submit="Decline", context=what.code, inputs=(why,)))
    ]


def decline(turn: Turn, code: str, entry: Declined) -> Sequence[Outcome]:
    """It is a draft again, to be changed and sent once more."""
    turn.kind, turn.result = "announcement", "declined"
    what = _to_decide(turn, code)
    what.state = State.draft
    turn.session.add(what)
    turn.session.flush()
    said = f"{turn.who.name} declined {what.code}: {entry.reason}"
    card = desk.left(what)
    told = Card(body=(*reader.line(said, "warning").body, *card.body))
    return [*_decided(turn, what, said, "warning"), Tell(what.author_id, told)]


def _decided(turn: Turn, what: Announcement, said: str, tone: str) -> list[Outcome]:
    """Whoever was asked sees what was decided, and the author's card goes on."""
    note = desk.decided(what, said, tone)
    counts = progress.counts(turn.session, what)
    author = announcements.author(turn.session, what)
    card = desk.progress(what, counts, turn.now, author.time_zone, turn.policy.per_second)
    outcomes: list[Outcome] = [*in_place(turn, note), Rewrite(what.desk, card)]
    if turn.pressed is None:
        outcomes.append(Rewrite(f"announcement-approval:{what.code}", note))
    return outcomes
