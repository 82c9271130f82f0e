"""`portal invite` and `portal contacts`: who is let in, and who no longer."""

import json
from datetime import UTC

from sqlmodel import Session

from bot.database import open_store
from bot.settings import Settings
from handlers.access import store
from handlers.access.models import VALID
from handlers.access.views import moment
from handlers.errors import PortalError
from handlers.partners.models import Contact


def invite(settings: Settings, email: str, *, as_json: bool) -> str:
    """A code for this contact. It is shown here and kept nowhere."""
    database = open_store(settings.database, settings.portal_home)
    with database.session() as session:
        contact = _contact(session, email)
        if not contact.active:
            raise PortalError(f"{contact.email} is deactivated. Run `portal contacts activate {contact.email}` first.")
        code, made = store.invite(session, contact, database.clock.now(), VALID)
        session.commit()
    if as_json:
        expires = made.expires_at.astimezone(UTC).isoformat(timespec="seconds")
        told = {"code": code, "email": contact.email, "name": contact.name, "expires_at": expires}
        return json.dumps(told, ensure_ascii=False)
    return (
        f"{code}\nFor {contact.name} <{contact.email}>; works once, until {moment(made.expires_at)}.\n"
        "They type it to the assistant in a direct message. Earlier codes of theirs work no more."
    )


def deactivate(settings: Settings, email: str) -> str:
    """From now on the assistant does not know this person: whatever they write, press or send."""
    database = open_store(settings.database, settings.portal_home)
    with database.session() as session:
        contact = _contact(session, email)
        if not contact.active:
            return f"{contact.email} was deactivated before. Nothing was changed."
        assert contact.id is not None
        store.one_by_one(session)
        contact.active = False
        store.void(session, contact.id, database.clock.now())
        session.commit()
    return f"{contact.email} is deactivated: the assistant no longer answers them, and their invite codes are void."


def activate(settings: Settings, email: str) -> str:
    with open_store(settings.database, settings.portal_home).session() as session:
        contact = _contact(session, email)
        if contact.active:
            return f"{contact.email} is active already. Nothing was changed."
        contact.active = True
        session.commit()
    return f"{contact.email} is active: the assistant knows them again, in every chat where it did."


def _contact(session: Session, email: str) -> Contact:
    contact = store.holder(session, email.strip())
    if contact is None:
        raise PortalError(
            f"There is no contact {email.strip()}. Import them first, with `portal import contacts FILE`."
        )
    return contact
