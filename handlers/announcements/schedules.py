"""The clock's part: it writes an announcement's messages in batches, shows how far it is, and ends what has expired."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers.announcements.models.announcement import CHANGES, Announcement, Run, State, Work
from handlers.announcements.models.counts import Counts
from handlers.announcements.store import announcements, audience, progress, writing
from handlers.announcements.views import desk, draft, reader
from handlers.announcements.views.chart import chart
from handlers.turn import Broadcast, Outcome, Rewrite, Tick

DRAFTS_KEPT = timedelta(days=90)
STEPS = 50  # how often, at most, the card of one is rewritten while it goes out: for every 2 % of its audience


def waits(session: Session, now: datetime) -> bool:
    return progress.waits(session, now)


def write(tick: Tick) -> Sequence[Outcome]:
    """One batch of what is begun, else the beginning of what is due."""
    if run := progress.run(tick.session):
        return _batch(tick, run)
    if what := progress.due(tick.session, tick.now):
        return _begin(tick, what)
    return ()


def _begin(tick: Tick, what: Announcement) -> Sequence[Outcome]:
    """The audience is who it is now: whoever has muted the topic since is not written to."""
    author = announcements.author(tick.session, what)
    writing.freeze(tick.session, what, audience.chosen(what, author, tick.policy, tick.now))
    what.state, what.begun_at = State.sending, tick.now
    writing.begin(tick.session, what, Work.post, what.code, reader.announcement(what, author.name))
    tick.session.add(what)
    tick.session.flush()
    return [_shown(tick, what, progress.counts(tick.session, what))]


def _batch(tick: Tick, run: Run) -> Sequence[Outcome]:
    what = announcements.by_id(tick.session, run.announcement_id)
    people = writing.batch(tick.session, run)
    if people is None:
        run.done = True
        tick.session.add(run)
        if run.work in CHANGES:
            writing.correct_readings(tick.session, what, run, tick.now)
        return ()
    tick.session.add(run)
    if run.work in CHANGES:
        writing.correct(tick.session, what, run, people, tick.now, the_same=what.state == State.recalled)
        return ()
    due = {
        zone: what.due(zone, tick.now) if run.work == Work.post else tick.now for zone in writing.zones(tick.session)
    }
    return [
        Broadcast(
            campaign=run.campaign,
            to=people,
            due=due,
            subject=what.subject,
            urgent=what.urgent,
            expires=what.expires_at,
        )
    ]


def moves(session: Session, now: datetime) -> bool:
    return bool(progress.going(session, now))


def progress_shown(tick: Tick) -> Sequence[Outcome]:
    """The card of each that is out, if it has moved far enough; and the end of those that are through."""
    outcomes: list[Outcome] = []
    for what in progress.going(tick.session, tick.now):
        counts = progress.counts(tick.session, what)
        what.shown_at = tick.now
        if what.state == State.recalled:
            what.finished_at = None if progress.removing(tick.session, what) else tick.now
        elif what.state == State.cancelled:
            what.finished_at = None if counts.open else tick.now
        elif counts.open:
            what.state, what.finished_at = State.sending, None
        elif not progress.writing(tick.session, what):
            what.state, what.finished_at = State.sent, tick.now
        tick.session.add(what)
        if (now_shown := _step(what, counts)) != what.shown:
            what.shown = now_shown
            outcomes.append(_shown(tick, what, counts))
    return outcomes


def _step(what: Announcement, counts: Counts) -> str:
    """The same for numbers that are nearly the same."""
    share = (counts.open + counts.removed) * STEPS // (counts.chosen or 1)
    ended = what.finished_at is not None
    return f"{what.state} {what.paused} {share} {bool(counts.failed)} {counts.open > 0} {ended}"


def _shown(tick: Tick, what: Announcement, counts: Counts) -> Outcome:
    zone = announcements.author(tick.session, what).time_zone
    picture = chart(what, counts)
    return Rewrite(what.desk, desk.progress(what, counts, tick.now, zone, tick.policy.per_second, picture))


def acknowledgements(tick: Tick) -> Sequence[Outcome]:
    """The cards of those that are through say how many have acknowledged them."""
    outcomes: list[Outcome] = []
    for what in progress.newly_read(tick.session, tick.now):
        what.shown_at = tick.now
        tick.session.add(what)
        outcomes.append(_shown(tick, what, progress.counts(tick.session, what)))
    return outcomes


def ends(tick: Tick) -> Sequence[Outcome]:
    """What has expired is not sent any more."""
    outcomes: list[Outcome] = []
    for what in progress.ending(tick.session, tick.now):
        if not what.expired(tick.now):
            continue
        if what.state == State.asked:
            over = f"{what.code} has expired, so there is nothing left to approve."
            outcomes.append(Rewrite(what.request, draft.decided(what, over, "info"), everywhere=True))
        progress.stop(tick.session, what, progress.EXPIRED + " before it could go out", tick.now)
        what.state, what.finished_at = State.sent if what.begun_at else State.cancelled, tick.now
        progress.pause(tick.session, what, paused=False)
        tick.session.add(what)
        tick.session.flush()
        outcomes.append(_shown(tick, what, progress.counts(tick.session, what)))
    return outcomes


def cleaning(tick: Tick) -> Sequence[Outcome]:
    if not tick.supposed:
        announcements.drop_old(tick.session, tick.now - DRAFTS_KEPT)
    return []
