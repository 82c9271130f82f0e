"""Somebody who is no contact asks to be let in."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from handlers.access import store, views
from handlers.access.models import AccessRequest, RequestState
from handlers.errors import FormError
from handlers.feature import checked
from handlers.partners.models import Contact
from handlers.turn import Guest, Open, Outcome, Say, Turn

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PER_DAY = 3  # requests of one chat user
PER_HOUR = 30  # of everybody: more than that nobody reads in the managers' channel
_ADDRESS = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()/]+\.[^@\s,;<>\"()/.]{2,}")
_UNWANTED = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _clean(value: object) -> object:
    """Without what nobody can see; what consists of nothing else is empty."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", value)).strip()
    if not any(unicodedata.category(letter)[0] in "LMNPS" for letter in text):
        raise ValueError("Please fill this in")
    return text


def _line(value: str) -> str:
    return " ".join(value.split())


def at_most(length: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > length:
            raise ValueError(f"Please write at most {length} characters; these are {len(value)}")
        return value

    return AfterValidator(check)


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or ".." in value:
        raise ValueError("This is not an e-mail address. Write it like name@company.com")
    return value.casefold()


Given = Annotated[str, BeforeValidator(_clean)]


class Entry(BaseModel):
    """What somebody says of themselves. Nothing of it is believed before a manager has decided."""

    model_config = ConfigDict(extra="ignore")

    company: Annotated[Given, AfterValidator(_line), at_most(views.COMPANY)]
    name: Annotated[Given, AfterValidator(_line), at_most(views.NAME)]
    email: Annotated[Given, at_most(views.EMAIL), AfterValidator(_address)]
    why: Annotated[Given, at_most(views.WHY)]


class Anything(BaseModel):
    """The form of somebody who was let in while it was open."""

    model_config = ConfigDict(extra="ignore")


def offer(guest: Guest, _: str) -> Sequence[Outcome]:
    before = store.latest(guest.look, guest.chat)
    if before and before.state == RequestState.open:
        return _still_waiting(guest, before)
    if before and not before.may_ask_again(guest.now):
        guest.result = "too_early"
        return [Say(views.said(views.too_early(before)), to="asker")]
    guest.result = "opened"
    return [Open(views.request_form(guest.email))]


def submit(guest: Guest, _: str, values: Mapping[str, str]) -> Sequence[Outcome]:
    entry = checked(Entry, values)
    store.one_by_one(guest.session)
    before = store.latest(guest.session, guest.chat)
    if before and before.state == RequestState.open:
        return _still_waiting(guest, before)
    _within_limits(guest, before)
    platform, team, user = guest.chat
    vouched = entry.email == guest.email.casefold()
    request = AccessRequest(
        platform=platform, team=team, user=user, asked_at=guest.now, vouched=vouched, **entry.model_dump()
    )
    guest.session.add(request)
    guest.result = "requested"
    passed_on = guest.policy.has_managers_channel
    there = guest.place.private and not guest.place.whisper
    return [
        _to_managers(guest, request),
        Say(views.asked(passed_on=passed_on), to="direct", subject=request.answer),
        *(() if there else (Say(views.ELSEWHERE, to="asker"),)),
    ]


def known_already(turn: Turn, _: str, __: Anything | None = None) -> Sequence[Outcome]:
    """Somebody who was let in since the button was shown, or the form was opened."""
    turn.kind, turn.result = "access", "known"
    return [Say(views.ALREADY_IN, to="asker")]


def _within_limits(guest: Guest, before: AccessRequest | None) -> None:
    if before and not before.may_ask_again(guest.now):
        raise FormError(why=views.too_early(before))
    if store.asked_since(guest.session, guest.now - DAY, guest.chat) >= PER_DAY:
        raise FormError(
            why="You have asked three times since yesterday. Please wait a day, or ask your channel manager."
        )
    if store.asked_since(guest.session, guest.now - HOUR) >= PER_HOUR:
        raise FormError(why="Very many people are asking right now. Please send this again in an hour.")


def _still_waiting(guest: Guest, request: AccessRequest) -> Sequence[Outcome]:
    """The managers get the card now if there was no channel for it when the request came."""
    guest.result = "waiting"
    passed_on = guest.policy.has_managers_channel
    return [_to_managers(guest, request), Say(views.waiting(request, passed_on=passed_on), to="asker")]


def _to_managers(guest: Guest, request: AccessRequest) -> Say:
    card = views.for_managers(request, warning(store.holder(guest.look, request.email)))
    return Say(card, to="managers", subject=request.subject, key=request.subject)


def warning(holder: Contact | None) -> str:
    """What to know before somebody is let in with an address that a contact has."""
    if holder is None:
        return ""
    if not holder.active:
        return "There is a contact with this address who was deactivated. They cannot be let in before that is undone."
    return f"There is a contact with this address: {holder.name}. Approve only if you are sure that it is them."
