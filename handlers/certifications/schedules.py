"""What the clock says about certificates: to whose they are, to their partner's admins, and to channel managers."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from handlers.certifications import store
from handlers.certifications.models import COPIED_FROM, Held, Reminder, Told, told_together
from handlers.certifications.views import lists, reminders
from handlers.hours import awake, nine, zone_of
from handlers.notices import store as notices
from handlers.partners.models import Certificate, Contact
from handlers.turn import Outcome, Tell, Tick

AT_ONCE = 1_000  # people in one run, but all of a partner together; the rest is taken in the next
CATCH_UP = timedelta(days=2)  # for so long after its Monday the digest of a week still goes out
DAY = timedelta(days=1)

Heard = Mapping[int | None, Sequence[Reminder]]


def remind(tick: Tick) -> Sequence[Outcome]:
    """Everybody for whom it is nine o'clock of a day on which one of their certificates is to be told of, or later.
    What is told at a supposed time takes nothing from the real ones, but is not told again when its time comes."""
    people = _whose_time_has_come(tick)
    waiting, heard = store.waiting(tick.session, people), store.heard(tick.session, people)
    if tick.supposed:  # what moves on now is not stored
        store.let_go(tick.session, waiting)
    due = [one for _, bundle in groupby(waiting, _holder) for one in _due(tick, list(bundle), heard)]
    told = [one for one in due if one.held.contact.active and not _was_told(one, heard)]
    outcomes = [_reminder(tick, list(bundle)) for _, bundle in groupby(told, lambda one: _holder(one.held))]
    store.tell(tick.session, told)
    _to_be_copied(tick, told)
    _move_on(due)
    return outcomes


def _holder(held: Held) -> int:
    return held.certificate.contact_id


def _was_told(one: Told, heard: Heard) -> bool:
    return any(row.day == one.day for row in heard.get(one.held.certificate.id, ()))


def _whose_time_has_come(tick: Tick) -> list[int]:
    found, told = list[int](), 0
    partner: int | None = None
    for due in store.due(tick.session, tick.now):
        if told >= AT_ONCE and due.partner_id != partner and not tick.supposed:
            break
        if due.on <= _local(tick, due.time_zone) and _is_day(tick, due.time_zone):
            found.append(due.contact_id)
            told += due.active
            partner = due.partner_id
    return found


def _due(tick: Tick, bundle: Sequence[Held], heard: Heard) -> list[Told]:
    today = _today(tick, bundle[0].contact)
    for held in bundle:
        _pass_over(held.certificate, heard.get(held.certificate.id, ()), today)
    days = {id(one): day for one, day in told_together([held.certificate for held in bundle], today)}
    return [Told(held, days[id(held.certificate)], today) for held in bundle if id(held.certificate) in days]


def _pass_over(certificate: Certificate, heard: Sequence[Reminder], today: date) -> None:
    """Of what was told as of a day that has come by now."""
    if over := [max(row.day, row.told_on) for row in heard if row.told_on <= today]:
        certificate.schedule(max(over) + DAY)


def _today(tick: Tick, contact: Contact) -> date:
    return _local(tick, contact.time_zone)


def _local(tick: Tick, time_zone: str) -> date:
    return tick.now.astimezone(zone_of(time_zone)).date()


def _is_day(tick: Tick, time_zone: str) -> bool:
    """From nine on, on a day on which somebody there may be written to; what was missed does not come earlier."""
    quiet = tick.policy.quiet
    return nine(_local(tick, time_zone), time_zone, quiet) <= tick.now and awake(tick.now, time_zone, quiet)


def _reminder(tick: Tick, told: Sequence[Told]) -> Tell:
    chosen, today = [one.held for one in told], told[0].today
    contact_id = _holder(chosen[0])
    subject = f"certificates:{contact_id}:{today}"
    card = reminders.reminder(store.with_people(tick.session, chosen, today), today)
    return Tell(contact_id, card, subject, key=f"{subject}:{min(held.certificate.id or 0 for held in chosen)}")


def _move_on(due: Sequence[Told]) -> None:
    """Next comes the first day after those that are told now. Somebody who has left is not told, but a later return
    brings nothing of the past."""
    for one in due:
        one.held.certificate.schedule(max(one.today, one.day) + DAY)


def _to_be_copied(tick: Tick, told: Sequence[Told]) -> None:
    """The admins of a partner hear of what their people were reminded of, when it is day where they are."""
    near = [one.held for one in told if one.held.partner and one.held.certificate.days_left(one.today) <= COPIED_FROM]
    admins = store.admins(tick.session, [held.contact.partner_id or 0 for held in near])
    pairs = [
        (admin.id, held.certificate.id)
        for held in near
        for admin in admins.get(held.contact.partner_id or 0, ())
        if admin.id != held.contact.id
    ]
    store.to_be_copied(tick.session, pairs)


def copies(tick: Tick) -> Sequence[Outcome]:
    """From nine on where an admin is: one message about all of their people who were reminded since the last one."""
    return [
        copy for admin in store.copied(tick.session) if _is_day(tick, admin.time_zone) and (copy := _copy(tick, admin))
    ]


def _copy(tick: Tick, admin: Contact) -> Tell | None:
    assert admin.id is not None
    told, today = store.take_copies(tick.session, admin), _today(tick, admin)
    if not told:
        return None
    held = store.with_people(tick.session, told[: reminders.SHOWN], today)
    first = min(one.certificate.id or 0 for one in told)
    return Tell(admin.id, reminders.copy(held, len(told), today), key=f"certificates:copy:{admin.id}:{today}:{first}")


def digest(tick: Tick) -> Sequence[Outcome]:
    """On Mondays at nine every channel manager reads how the certificates of their partners stand."""
    due = {key: manager for manager in store.managers(tick.session) if (key := _digest_key(tick, manager))}
    for key in notices.taken(tick.session, list(due)):
        del due[key]
    outcomes = []
    for key, manager in due.items():
        today = _today(tick, manager)
        standings = store.standings(tick.session, manager.email, today)
        if standings and manager.id is not None:
            outcomes.append(Tell(manager.id, lists.digest(standings), key=key))
    return outcomes


def _digest_key(tick: Tick, manager: Contact) -> str:
    """The week's digest, where its time has come; else ""."""
    quiet, zone = tick.policy.quiet, manager.time_zone
    today = _today(tick, manager)
    monday = today - timedelta(days=today.weekday())
    begins = nine(monday, zone, quiet)
    if not begins <= tick.now < begins + CATCH_UP or not awake(tick.now, zone, quiet):
        return ""
    return f"certificates:digest:{manager.id}:{monday}"
