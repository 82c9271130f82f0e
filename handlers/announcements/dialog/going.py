"""What its author does with an announcement that is out: pause, cancel, correct, recall, remind, see the results."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.announcements.dialog import entry as entries
from handlers.announcements.dialog.access import allowed, in_place, seen, to_change
from handlers.announcements.dialog.entry import Words
from handlers.announcements.dialog.preview import number, preview
from handlers.announcements.models.announcement import OUT, Announcement, State, Work
from handlers.announcements.store import announcements, progress, sent, writing
from handlers.announcements.views import desk, forms, reader
from handlers.announcements.views.chart import chart
from handlers.announcements.views.wording import people
from handlers.errors import FormError, PortalError
from handlers.notices import store as notices
from handlers.turn import Open, Outcome, Rewrite, Say, Turn
from handlers.ui import Card

LISTED = 6
PATIENCE = timedelta(days=1)
STOPPED = "cancelled by its author"
RECALLED = "recalled by its author"


def several(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "list"
    allowed(turn)
    return [Say(desk.several(announcements.latest(turn.look, LISTED)), to="asker")]


def card(turn: Turn, code: str) -> Sequence[Outcome]:
    """A draft's preview, or how it goes on."""
    turn.kind, turn.result = "announcement", "shown"
    what = seen(turn, code)
    if what.state == State.draft and what.chosen:
        return preview(turn, what)
    return [Say(desk.offer(what) if what.state == State.draft else _progress(turn, what), to="asker")]


def _progress(turn: Turn, what: Announcement) -> Card:
    counts = progress.counts(turn.session, what)
    return desk.progress(what, counts, turn.now, turn.who.time_zone, turn.policy.per_second, chart(what, counts))


def _changed(turn: Turn, what: Announcement, said: str) -> Sequence[Outcome]:
    """The card says how it stands now, wherever it was pressed; whoever typed reads it as an answer."""
    turn.session.add(what)
    turn.session.flush()
    now = _progress(turn, what)
    if turn.pressed is None:
        return [Say(reader.line(said), to="asker"), Rewrite(what.desk, now)]
    return [*in_place(turn, now), Rewrite(what.desk, now)] if not _is_desk(turn, what) else [Rewrite(what.desk, now)]


def _is_desk(turn: Turn, what: Announcement) -> bool:
    root = notices.root(turn.session, what.desk)
    return bool(root and turn.place.message and root.platform_id == turn.place.message)


def pause(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "paused"
    what = to_change(turn, code, State.sending)
    progress.pause(turn.session, what, paused=True)
    return _changed(turn, what, f"{what.code} is paused. Write “resume {what.code}” to go on.")


def resume(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "resumed"
    what = to_change(turn, code, State.sending)
    progress.pause(turn.session, what, paused=False)
    return _changed(turn, what, f"{what.code} goes on.")


def cancel(turn: Turn, code: str) -> Sequence[Outcome]:
    """What was sent stays; to take that back as well there is recall."""
    turn.kind, turn.result = "announcement", "cancelled"
    what = to_change(turn, code, State.asked, State.scheduled, State.sending)
    if what.state == State.sending:
        progress.stop(turn.session, what, STOPPED)
        progress.pause(turn.session, what, paused=False)
    what.state, what.finished_at = State.cancelled, turn.now
    return _changed(turn, what, f"{what.code} was cancelled. What was sent before stays where it is.")


def ask_edit(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "opened"
    what = to_change(turn, code, *OUT, lock=False)
    _as_approved(turn, what)
    return [Open(forms.correction(entries.shown(what), what.code))]


def wish_edit(turn: Turn, code: str) -> Sequence[Outcome]:
    """In words: a draft shows its preview, which has all its dialogs; what is out is corrected."""
    turn.kind, turn.result = "announcement", "wished"
    what = to_change(turn, code, State.draft, *OUT, lock=False)
    if what.state == State.draft:
        return card(turn, code)
    _as_approved(turn, what)
    return [Say(desk.edits(what), to="asker")]


def _as_approved(turn: Turn, what: Announcement) -> None:
    """A second manager has approved these words; others need a second person again."""
    if what.approved_by is not None and what.author_id == turn.who.contact_id:
        raise PortalError(
            f"{what.code} was approved as it stands. Ask an operator to edit it, or recall it. Nothing was changed."
        )


def edit(turn: Turn, code: str, entry: Words) -> Sequence[Outcome]:
    """What is not sent yet says it at once; what was sent is rewritten by the clock, in batches."""
    turn.kind, turn.result = "announcement", "edited"
    what = to_change(turn, code, *OUT)
    _as_approved(turn, what)
    errors = dict[str, str]()
    entries.words(what, entry, errors)
    if errors:
        raise FormError(**errors)
    author = announcements.author(turn.session, what).name
    text, done = reader.announcement(what, author), reader.acknowledged(what, author)
    what.revision += 1
    campaign = f"{what.code}/{what.revision}"
    writing.says(turn.session, what.code, text)
    writing.begin(turn.session, what, Work.update, campaign, text)
    writing.also(turn.session, writing.acknowledged(campaign), done)
    said = f"{what.code} was changed. The messages that were sent are being corrected in place."
    return [*_changed(turn, what, said), *([Say(reader.line(said), to="asker")] if turn.pressed is not None else [])]


def recall(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "recalled"
    what = to_change(turn, code, *OUT, State.cancelled)
    if what.begun_at is None:
        raise PortalError(f"{what.code} was never sent, so there is nothing to recall.")
    progress.stop(turn.session, what, RECALLED)
    progress.pause(turn.session, what, paused=False)
    line = reader.recalled(what)
    what.state, what.finished_at, what.revision = State.recalled, turn.now, what.revision + 1
    writing.says(turn.session, what.code, line)
    writing.begin(turn.session, what, Work.update, f"{what.code}/{what.revision}", line)
    return _changed(turn, what, f"{what.code} was recalled. A line takes the place of every message that was sent.")


def retry(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "retried"
    what = to_change(turn, code, *OUT)
    if what.expired(turn.now):
        raise PortalError(f"{what.code} has expired, so nothing of it is sent any more.")
    count = progress.again(turn.session, what, turn.now)
    if not count:
        raise PortalError(f"Nothing of {what.code} has failed.")
    what.state, what.finished_at = State.sending, None
    return _changed(turn, what, f"{people(count)} will be tried again.")


def remind(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "reminded"
    what = to_change(turn, code, *OUT)
    if not what.acknowledge:
        raise PortalError(f"Nobody was asked to acknowledge {what.code}.")
    if what.reminded_at is not None and turn.now - what.reminded_at < PATIENCE:
        raise PortalError(f"They were reminded of {what.code} less than a day ago. Leave them a day.")
    silent = sent.number_silent(turn.session, what)
    if not silent:
        raise PortalError(f"Everybody who has {what.code} has acknowledged it.")
    what.reminders += 1
    what.reminded_at = turn.now
    text = reader.reminder(what, announcements.author(turn.session, what).name)
    writing.begin(turn.session, what, Work.remind, f"{what.code}/r{what.reminders}", text)
    said = f"{people(silent)} who have not acknowledged {what.code} are being reminded."
    return [*_changed(turn, what, said), *([Say(reader.line(said), to="asker")] if turn.pressed is not None else [])]


def results(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "results"
    what = seen(turn, code)
    counts = progress.counts(turn.look, what)
    return [Say(desk.results(what, counts, chart(what, counts)), to="asker")]


def silent(turn: Turn, value: str) -> Sequence[Outcome]:
    """ "code:start": a page of those who have not acknowledged it."""
    turn.kind, turn.result = "announcement", "list"
    code, _, start = value.partition(":")
    what, first = seen(turn, code), number(start)
    found = sent.silent(turn.look, what, first, desk.PAGE + 1)
    return [Say(desk.silent(what, found, first), to="asker")]
