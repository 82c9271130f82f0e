"""How far announcements are, and what is to be done for them next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, case, cast, exists, literal
from sqlmodel import Session, and_, col, func, or_, select, update

from handlers.announcements.models.announcement import CHANGES, Announcement, Recipient, Run, State, Work
from handlers.announcements.models.audience import Reason
from handlers.announcements.models.counts import Counts
from handlers.notices.models import NOBODY_FOUND, PARKED, Campaign, Delivery, DeliveryState
from handlers.notices.store import is_open

GOT = (DeliveryState.sent, DeliveryState.removed)
STOPPED = (State.cancelled, State.recalled)
EXPIRED = "expired"
LOOKED_AT = timedelta(seconds=10)
FOLLOWED = timedelta(days=60)


def counts(session: Session, announcement: Announcement) -> Counts:
    """From the rows themselves, so that they add up whoever has changed them."""
    late = "cancelled" if announcement.state in STOPPED else "expired"
    why = case(
        (and_(Delivery.state == DeliveryState.failed, col(Delivery.error).startswith(NOBODY_FOUND)), "unfound"),
        (and_(Delivery.state == DeliveryState.cancelled, col(Delivery.error).startswith(EXPIRED)), late),
        (and_(Delivery.state == DeliveryState.unknown, col(Delivery.due_at) == PARKED), "parked"),
        else_=col(Delivery.state),
    )
    of = select(why.label("why"), col(Delivery.due_at)).where(Delivery.campaign == announcement.code).subquery()
    rows = session.execute(select(of.c.why, func.count(), func.max(of.c.due_at)).group_by(of.c.why)).all()
    by = {state: number for state, number, _ in rows}
    left = _left_out(session, announcement)
    included, (acknowledged, had) = left.pop("", 0), _acknowledged(session, announcement)
    unfound = by.pop("unfound", 0)
    if unfound:
        left[Reason.unreachable] = left.get(Reason.unreachable, 0) + unfound
    rest = {unwritten(session, announcement): included - unfound - sum(by.values())}
    return Counts(
        left_out=left,
        sent=by.get("sent", 0),
        removed=by.get("removed", 0),
        waiting=by.get("due", 0) + rest.get("waiting", 0),
        sending=by.get("sending", 0),
        unknown=by.get("unknown", 0),
        parked=by.get("parked", 0),
        failed=by.get("failed", 0),
        cancelled=by.get("cancelled", 0) + rest.get("cancelled", 0),
        expired=by.get("expired", 0) + rest.get("expired", 0),
        unfound=unfound,
        acknowledged=acknowledged,
        silent=sum(by.get(state, 0) for state in GOT) - had,
        last=next((last for state, _, last in rows if state == DeliveryState.due), None),
    )


def unwritten(session: Session, announcement: Announcement) -> str:
    """What became of those who have no message yet."""
    if writing(session, announcement, Work.post):
        return "waiting"
    return "cancelled" if announcement.state in STOPPED else "expired"


def _left_out(session: Session, announcement: Announcement) -> dict[str, int]:
    rows = session.execute(
        select(Recipient.reason, func.count())
        .where(Recipient.announcement_id == announcement.id)
        .group_by(Recipient.reason)
    )
    return dict(rows.all())


def _acknowledged(session: Session, announcement: Announcement) -> tuple[int, int]:
    """How many have acknowledged it, and how many of these were sent it."""
    key = literal(f"{announcement.code}:") + cast(col(Recipient.contact_id), String)
    theirs = and_(col(Delivery.unique_key) == key, col(Delivery.state).in_(GOT))
    done = (
        select(func.count(), func.count(col(Delivery.id)))
        .select_from(Recipient)
        .join(Delivery, theirs, isouter=True)
        .where(col(Recipient.announcement_id) == announcement.id, col(Recipient.acknowledged_at).is_not(None))
    )
    acknowledged, had = session.execute(done).one()
    return acknowledged, had


def due(session: Session, now: datetime) -> Announcement | None:
    """One whose time has come; locked, and none that another process is beginning with."""
    ready = select(Announcement).where(Announcement.state == State.scheduled, col(Announcement.starts_at) <= now)
    return session.exec(ready.order_by(col(Announcement.starts_at)).limit(1).with_for_update(skip_locked=True)).first()


def run(session: Session) -> Run | None:
    """One with messages left to write."""
    left = select(Run).where(col(Run.done).is_(False)).order_by(col(Run.id)).limit(1)
    return session.exec(left.with_for_update(skip_locked=True)).first()


def going(session: Session, now: datetime) -> Sequence[Announcement]:
    """Those whose card was not looked at for a while: what is on its way, also once more after somebody has sent again
    what had failed, and what is being removed."""
    on_its_way = (col(Delivery.campaign) != "", is_open(Delivery), col(Delivery.due_at) < PARKED)
    again = select(Delivery.campaign).where(*on_its_way).distinct()
    out = select(Announcement).where(
        or_(
            Announcement.state == State.sending,
            and_(Announcement.state == State.sent, col(Announcement.code).in_(again)),
            and_(col(Announcement.state).in_(STOPPED), col(Announcement.finished_at).is_(None)),
        ),
        or_(
            col(Announcement.shown_at).is_(None),
            ~col(Announcement.shown_at).between(now - LOOKED_AT, now),  # or at a supposed time that is to come
        ),
    )
    return session.exec(out.order_by(col(Announcement.shown_at)).limit(20)).all()


def removing(session: Session, announcement: Announcement) -> bool:
    """Whether any of its messages is yet to be removed."""
    left = select(Delivery.id).where(Delivery.campaign == announcement.change, is_open(Delivery))
    return writing(session, announcement, Work.remove) or session.exec(left.limit(1)).first() is not None


def newly_read(session: Session, now: datetime) -> Sequence[Announcement]:
    """Those that somebody has acknowledged since their card was last looked at."""
    since = exists().where(
        col(Recipient.announcement_id) == col(Announcement.id),
        col(Recipient.acknowledged_at) > col(Announcement.shown_at),
    )
    asked = select(Announcement).where(
        Announcement.state == State.sent,
        col(Announcement.acknowledge),
        col(Announcement.begun_at) > now - FOLLOWED,
        since,
    )
    return session.exec(asked.limit(20)).all()


def waits(session: Session, now: datetime) -> bool:
    """Whether there is anything to begin with or to go on with."""
    open_runs = select(Run.id).where(col(Run.done).is_(False)).limit(1)
    ready = select(Announcement.id).where(Announcement.state == State.scheduled, col(Announcement.starts_at) <= now)
    return session.exec(open_runs).first() is not None or session.exec(ready.limit(1)).first() is not None


def pause(session: Session, announcement: Announcement, *, paused: bool) -> None:
    """All that it says, reminders too; what it said before and says now is corrected meanwhile."""
    announcement.paused = paused
    mine = or_(col(Campaign.code) == announcement.code, col(Campaign.code).like(f"{announcement.code}/r%"))
    session.execute(update(Campaign).where(mine).values(paused=paused))


def stop(session: Session, announcement: Announcement, reason: str, now: datetime) -> None:
    """What is not sent stays unsent; what is being sent at this moment is not sent again if it does not arrive. What
    was sent is corrected all the same."""
    mine = and_(col(Run.announcement_id) == announcement.id, col(Run.work).not_in(CHANGES), col(Run.done).is_(False))
    session.execute(update(Run).where(mine).values(done=True))
    its = or_(col(Delivery.campaign) == announcement.code, col(Delivery.campaign).like(f"{announcement.code}/r%"))
    in_hand = col(Delivery.state).in_((DeliveryState.sending, DeliveryState.unknown))
    session.execute(update(Delivery).where(col(Delivery.campaign) != "", its, in_hand).values(expires_at=now))
    waiting = update(Delivery).where(col(Delivery.campaign) != "", its, col(Delivery.state) == DeliveryState.due)
    session.execute(waiting.values(state=DeliveryState.cancelled, error=reason))


def again(session: Session, announcement: Announcement, now: datetime) -> int:
    """What failed is due once more, as if it had never been tried."""
    failed = update(Delivery).where(
        col(Delivery.campaign) == announcement.code, col(Delivery.state) == DeliveryState.failed
    )
    values = {"state": DeliveryState.due, "attempts": 0, "due_at": now, "lease_until": None, "error": ""}
    return session.connection().execute(failed.values(**values)).rowcount


def ending(session: Session, now: datetime) -> Sequence[Announcement]:
    """Those on their way, or waiting for it or for approval, that may have ended."""
    last = select(Announcement).where(
        col(Announcement.state).in_((State.asked, State.scheduled, State.sending)),
        col(Announcement.expires_on) <= now.date(),
    )
    return session.exec(last.limit(20)).all()


def did(session: Session, announcement: Announcement, work: Work) -> bool:
    """Whether this was ever begun."""
    runs = select(Run.id).where(Run.announcement_id == announcement.id, Run.work == work)
    return session.exec(runs.limit(1)).first() is not None


def writing(session: Session, announcement: Announcement, *work: Work) -> bool:
    """Whether messages are yet to be written, of any work or of these."""
    left = select(Run.id).where(
        Run.announcement_id == announcement.id, col(Run.done).is_(False), col(Run.work).in_(work or tuple(Work))
    )
    return session.exec(left.limit(1)).first() is not None
