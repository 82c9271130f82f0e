"""One question: on which platform? Until it is answered, notices go where the person was last seen."""

import re
from collections.abc import Sequence

from handlers.errors import PortalError
from handlers.feature import Handler
from handlers.partners import store as partners
from handlers.preferences import views
from handlers.turn import Outcome, Replace, Say, Turn

WORDS = {"slack": "slack", "teams": "teams", "microsoft teams": "teams", "browser": "web", "page": "web"}
_PLATFORM = "|".join(sorted(WORDS, key=len, reverse=True))
_WHAT = r"(?:my\s+)?(?:notices|notifications|reminders)"
_CHOICE = re.compile(
    rf"\W*(?:please\s+)?(?:(?:send|show|give)\s+(?:me\s+)?{_WHAT}|notify\s+me|tell\s+me\s+things|{_WHAT})\s+"
    rf"(?:in|on|to|over|via)\s+(?:the\s+)?(?P<where>{_PLATFORM})\W*",
    re.I,
)
_QUESTION = re.compile(rf"\W*(?:where\s+do\s+{_WHAT}\s+go|{_WHAT}\s+settings|where\s+will\s+you\s+tell\s+me)\W*", re.I)


def hears(words: str) -> Handler | None:
    return ask if len(words) < 100 and (_CHOICE.fullmatch(words) or _QUESTION.fullmatch(words)) else None


def ask(turn: Turn, words: str) -> Sequence[Outcome]:
    """Words that name a platform choose it; others, or none, show the choice."""
    turn.kind = "preferences"
    found = _CHOICE.fullmatch(words)
    named = WORDS.get((found["where"] if found else words).strip().casefold())
    if named is not None:
        _set(turn, named)
    contact = partners.by_id(turn.session, turn.who.contact_id)
    return [Say(views.choice(turn.policy.platforms, contact.notify_on if contact else ""), to="asker")]


def choose(turn: Turn, platform: str) -> Sequence[Outcome]:
    turn.kind = "preferences"
    _set(turn, "" if platform == views.LAST_SEEN else platform)
    contact = partners.by_id(turn.session, turn.who.contact_id)
    return [Replace(views.choice(turn.policy.platforms, contact.notify_on if contact else ""))]


def _set(turn: Turn, platform: str) -> None:
    if platform and platform not in turn.policy.platforms:
        raise PortalError("I cannot write to people there. Choose one of the others.")
    partners.notify(turn.session, turn.who.contact_id, platform)
    turn.result = platform or "last seen"
