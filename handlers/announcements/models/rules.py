"""Who may do what. Whether it can happen as the announcement stands, the dialogs ask."""

from handlers.announcements.models.announcement import Announcement
from handlers.partners.models import Role
from handlers.turn import Person

SENDERS = frozenset({Role.channel_manager, Role.operator})


def sends(who: Person) -> bool:
    """May write announcements, and see those of others."""
    return who.role in SENDERS


def commands(announcement: Announcement, who: Person) -> bool:
    """May change it and decide how it goes on."""
    return sends(who) and (announcement.author_id == who.contact_id or who.role == Role.operator)


def approves(announcement: Announcement, who: Person) -> bool:
    """Nobody approves what they have written themselves."""
    return sends(who) and announcement.author_id != who.contact_id
