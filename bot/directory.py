"""Where messages go: the vendor's channels, and every person's direct messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlmodel import Session

from handlers.notices.models import Place
from handlers.partners import store as partners

WEBHOOK = "webhook"
PAGE = "web"
BY_EMAIL = "mailto:"
BY_USER = "user:"
USERS = ("U", "W")
"""How the ids of Slack's users begin, where the conversation with somebody alone is not known yet; none of another
conversation, on whatever platform, begins so."""

PREFIXES, OTHERWISE = {"slack": "", "web": "dm:", "teams": BY_USER}, "D-"
"""What stands before a person's name in the name of the conversation with them alone."""


class Address(NamedTuple):
    platform: str
    team: str
    conversation: str
    user: str = ""
    thread: str = ""


def direct(platform: str, user: str) -> str:
    """The conversation of one person with the assistant. Slack and Teams have an id of their own for it, which their
    transports ask for when they send; a person whom we only know by their address is looked up in Slack as well."""
    return f"{PREFIXES.get(platform, OTHERWISE)}{user}"


@dataclass(frozen=True, slots=True)
class Directory:
    """``platforms``: where people can be reached by this installation. ``routes``: support channels by folded topic."""

    platforms: tuple[str, ...] = ()
    support: Address | None = None
    managers: Address | None = None
    operators: Address | None = None
    routes: Mapping[str, Address] = field(default_factory=dict)
    webhook: bool = False

    def channel(self, name: str, topic: str | tuple[str, ...] = "") -> Address | None:
        if name != "support":
            return self.managers if name == "managers" else self.operators
        topics = (topic,) if isinstance(topic, str) else topic
        routed = (self.routes.get(name.strip().casefold()) for name in topics)
        return next(filter(None, routed), self.support)

    def person(self, session: Session, contact_id: int) -> Address | None:
        """Where this person wants to be told things, else where they were last seen; who was never seen is written to
        in Slack, by address."""
        contact = partners.by_id(session, contact_id)
        if contact is None or not contact.active:
            return None
        chosen = (contact.notify_on,) if contact.notify_on in self.platforms else ()
        seen = partners.last_seen(session, contact_id, chosen) if chosen else None
        seen = seen or partners.last_seen(session, contact_id, self.platforms)
        if seen is not None:
            conversation = seen.direct or direct(seen.platform, seen.user)
            return Address(seen.platform, seen.team, conversation, seen.user)
        if "slack" in self.platforms:
            return Address("slack", "", f"{BY_EMAIL}{contact.email}")
        if "web" in self.platforms:
            return Address("web", "local", direct("web", contact.email), contact.email)
        return None

    @staticmethod
    def asker(place: Place) -> Address:
        """The person who speaks, directly, on the platform where they speak."""
        alone = place.private and not place.whisper
        conversation = place.conversation if alone else direct(place.platform, place.user)
        return Address(place.platform, place.team, conversation, place.user)
