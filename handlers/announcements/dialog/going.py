"""What its author does with an announcement that is out: pause, cancel, retry, remind, see the results."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.announcements.dialog.access import allowed, becomes, begun, seen, to_change
from handlers.announcements.dialog.asking import reached, request, withdraw
from handlers.announcements.dialog.entry import whole
from handlers.announcements.dialog.preview import preview, standing
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import OUT, Announcement, State, Work
from handlers.announcements.store import announcements, progress, sent, writing
from handlers.announcements.views import desk, draft, reader
from handlers.announcements.views.chart import chart
from handlers.announcements.views.wording import people
from handlers.errors import PortalError
from handlers.turn import Outcome, Rewrite, Say, Turn
from handlers.ui import number

LISTED = 6
PATIENCE = timedelta(days=1)
STOPPED = "cancelled by its author"


def several(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "list"
    allowed(turn)
    return [Say(desk.several(announcements.latest(turn.look, LISTED)), to="asker")]


def card(turn: Turn, code: str) -> Sequence[Outcome]:
    """A draft's preview, what a second manager is asked, or how it goes on."""
    turn.kind, turn.result = "announcement", "shown"
    what = seen(turn, code)
    if what.asks and rules.approves(what, turn.who):
        return [Say(request(turn, what, reached(turn, what)), to="asker")]
    if what.state == State.draft and what.chosen and whole(what):
        return preview(turn, what)
    if what.state == State.draft:
        return [Say(draft.offer(what), to="asker")]
    return [Say(standing(turn, what, turn.who.time_zone, commands=rules.commands(what, turn.who)), to="asker")]


def changed(turn: Turn, what: Announcement, said: str) -> Sequence[Outcome]:
    """The card says how it stands now, wherever it was pressed; whoever typed reads it as an answer."""
    turn.session.add(what)
    turn.session.flush()
    now = standing(turn, what, turn.who.time_zone)
    if turn.pressed is None:
        return [Say(reader.line(said), to="asker"), Rewrite(what.desk, now)]
    return becomes(turn, what.desk, now)


def told(turn: Turn, what: Announcement, said: str) -> Sequence[Outcome]:
    """What the card does not say is said, and a dialog leaves no trace of its own in the conversation."""
    return [*changed(turn, what, said), *([Say(reader.line(said), to="asker")] if turn.pressed is not None else ())]


def pause(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "paused"
    what = to_change(turn, code, State.sending)
    progress.pause(turn.session, what, paused=True)
    return changed(turn, what, f"{what.code} is paused. Write “resume {what.code}” to go on.")


def resume(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "resumed"
    what = to_change(turn, code, State.sending)
    progress.pause(turn.session, what, paused=False)
    return changed(turn, what, f"{what.code} goes on.")


def cancel(turn: Turn, code: str) -> Sequence[Outcome]:
    """What was sent stays; to take that back as well there is recall."""
    turn.kind, turn.result = "announcement", "cancelled"
    what = to_change(turn, code, State.asked, State.scheduled, State.sending)
    counts = progress.counts(turn.session, what)
    if what.state == State.sending:
        if not counts.open:
            raise PortalError(f"Nothing of {what.code} is left to send. To take back what was sent: recall {what.code}")
        progress.stop(turn.session, what, STOPPED, turn.now)
        progress.pause(turn.session, what, paused=False)
    withdrawn = withdraw(what, f"Its author has cancelled {what.code}.")
    what.state = State.cancelled
    what.finished_at = None if counts.open > counts.waiting else turn.now  # its card goes on with what is in hand
    stays = "What was sent before stays where it is." if counts.chosen > counts.waiting else "Nothing of it was sent."
    return [*changed(turn, what, f"{what.code} was cancelled. {stays}"), *withdrawn]


def retry(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "retried"
    what = to_change(turn, code, *OUT)
    _in_time(turn, what)
    count = progress.again(turn.session, what, turn.now)
    if not count:
        raise PortalError(f"Nothing of {what.code} has failed.")
    what.state, what.finished_at = State.sending, None
    return changed(turn, what, f"{people(count)} will be tried again.")


def _in_time(turn: Turn, what: Announcement) -> None:
    if what.expired(turn.now):
        raise PortalError(f"{what.code} has expired, so nothing of it is sent any more.")


def remind(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "reminded"
    what = to_change(turn, code, *OUT, State.cancelled)
    if not what.acknowledge:
        raise PortalError(f"Nobody was asked to acknowledge {what.code}.")
    _in_time(turn, what)
    if what.reminded_at is not None and turn.now - what.reminded_at < PATIENCE:
        raise PortalError(f"They were reminded of {what.code} less than a day ago. Leave them a day.")
    silent = progress.counts(turn.session, what).silent
    if not silent:
        raise PortalError(f"Everybody who has {what.code} has acknowledged it.")
    what.reminders += 1
    what.reminded_at = turn.now
    text = reader.reminder(what, announcements.author(turn.session, what).name)
    writing.begin(turn.session, what, Work.remind, f"{what.code}/r{what.reminders}", text)
    said = f"{people(silent)} who have not acknowledged {what.code} are being reminded."
    return told(turn, what, said)


def results(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "results"
    what = begun(seen(turn, code))
    counts = progress.counts(turn.look, what)
    return [Say(desk.results(what, counts, chart(what, counts), commands=rules.commands(what, turn.who)), to="asker")]


def silent(turn: Turn, value: str) -> Sequence[Outcome]:
    """ "code:start": a page of those who have not acknowledged it."""
    turn.kind, turn.result = "announcement", "list"
    code, _, start = value.partition(":")
    what, first = seen(turn, code), number(start)
    found = sent.silent(turn.look, what, first, desk.PAGE + 1)
    return [Say(desk.silent(what, found, first), to="asker")]
