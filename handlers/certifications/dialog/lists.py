"""Certificates in lists: one's own, a team's, those of the partners in somebody's charge; and the Home."""

from collections.abc import Sequence

from handlers.certifications import store
from handlers.certifications.models import Held
from handlers.certifications.views import lists as views
from handlers.errors import NotAllowed, PortalError
from handlers.partners import store as partners_store
from handlers.partners.models import Partner, Role
from handlers.turn import Outcome, Person, Say, Turn
from handlers.ui import Element, number

NOT_THE_TEAM = "A team's certificates are shown to the partner's admins, and to the channel manager in charge."
NOT_THEIRS = "How partners' certificates stand is shown to channel managers."


def command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/certifications, /certifications team, /certifications partners, /certifications Kestrel & Rowe IT."""
    name = " ".join(words.split())
    match name.casefold():
        case "" | "mine" | "my":
            return by_words(turn, "")
        case "team" | "my team" | "our":
            return team(turn, "0")
        case "partners" | "by partner" | "all":
            return partners(turn, "0")
        case _:
            return of_partner(turn, name)


def by_words(turn: Turn, _: str) -> Sequence[Outcome]:
    """ "My certifications" are what concerns this person: who holds none looks after those of others."""
    if store.of_contact(turn.look, turn.who.contact_id):
        return mine(turn, "0")
    if turn.who.role == Role.partner_admin:
        return team(turn, "0")
    return partners(turn, "0") if _manages(turn.who) else mine(turn, "0")


def of_us(turn: Turn, words: str) -> Sequence[Outcome]:
    """ "Our certifications"."""
    if turn.who.role == Role.partner_admin:
        return team(turn, "0")
    return partners(turn, "0") if _manages(turn.who) else by_words(turn, words)


def mine(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "listed"
    held = _own(turn)
    turn.result = "list" if held else "empty"
    others = []
    if turn.who.role == Role.partner_admin:
        others.append(views.to_team())
    if _manages(turn.who):
        others.append(views.to_partners())
    return [Say(views.own(held, number(value), turn.today, others), to="asker")]


def team(turn: Turn, value: str) -> Sequence[Outcome]:
    """``value`` is "page", or "page:partner"."""
    turn.kind = "listed"
    page, _, partner_id = value.partition(":")
    asked = number(partner_id) if partner_id else turn.who.partner_id
    partner = partners_store.partner_by_id(turn.look, asked) if asked else None
    if partner is None or partner.id is None or not _may_see(turn.who, partner):
        raise NotAllowed(NOT_THE_TEAM)
    start = number(page)
    rows = store.of_partner(turn.look, partner.id, turn.today, start * views.ROWS, views.ROWS + 1)
    held = store.with_people(turn.look, rows, turn.today)
    turn.result = "list" if held else "empty"
    return [Say(views.team(partner.name, held, start, turn.today, f"{start + 1}:{partner.id}"), to="asker")]


def of_partner(turn: Turn, name: str) -> Sequence[Outcome]:
    found = store.partner_named(turn.look, name)
    if found is None and _manages(turn.who):
        raise PortalError(f"I know no partner called “{name[:100]}”, or several. Write the whole name.")
    return team(turn, f"0:{found.id if found else 0}")


def partners(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "listed"
    if not _manages(turn.who):
        raise NotAllowed(NOT_THEIRS)
    page = number(value)
    whose = None if turn.who.role == Role.operator else turn.who.email
    standings = store.standings(turn.look, whose, turn.today, page * views.ROWS, views.ROWS + 1)
    turn.result = "list" if standings else "empty"
    return [Say(views.partners(standings, page), to="asker")]


def home(turn: Turn) -> Sequence[Element]:
    return views.home(store.of_contact(turn.look, turn.who.contact_id), turn.today)


def button(turn: Turn, value: str) -> Sequence[Outcome]:
    """The Home's button shows what the words would; a page of the list is a page of one's own."""
    return by_words(turn, "") if value == "0" else mine(turn, value)


def _own(turn: Turn) -> list[Held]:
    return store.with_people(turn.look, store.of_contact(turn.look, turn.who.contact_id), turn.today)


def _manages(who: Person) -> bool:
    return who.role in (Role.channel_manager, Role.operator)


def _may_see(who: Person, partner: Partner) -> bool:
    if who.role == Role.partner_admin:
        return who.partner_id == partner.id
    in_charge = who.role == Role.channel_manager and partner.manager_email == who.email
    return in_charge or who.role == Role.operator
