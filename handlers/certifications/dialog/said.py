"""Words that are a wish to see certificates, or an answer to a reminder: the whole message says it. A question about
certificates ("How do I renew?", "My certificate expires next month, what do I have to do?") is a question."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from handlers.certifications.dialog import answering, lists
from handlers.errors import FormError, PortalError
from handlers.feature import Handler
from handlers.turn import Outcome, Turn

LONGEST = 200
_NOUN = (
    r"(?:certs?|certificates?|certifications?|zertifikate?|zertifizierung(?:en)?|certificados?|certificaciones|"
    r"certificats?)"
)
_SHOW = r"(?:(?:please |pls )?(?:show|list|see|view|give|open|zeig|zeige|muestra|ver)(?: me| us| mir| uns)? )"
_MY = r"(?:all |all of )?(?:my|meine?|mis?|mes|mon)"
_OUR = r"(?:all |all of )?(?:our|the team['’]s|my team['’]s|team|my team|unsere|nuestr[oa]s|nos)"
_SOON = r"(?: soon| next| this (?:week|month|quarter|year)| next (?:week|month|quarter|year)| in the next \d+ days)?"
_END = r"(?:expire|expires|are expiring|is expiring|expiring|are about to expire|run out|lapse|end)"
_MINE = re.compile(
    rf"{_SHOW}?(?:{_MY} )?{_NOUN}"
    rf"|(?:which|what)(?: of my)? {_NOUN}(?: do i (?:have|hold)| have i(?: got)?| of mine {_END}{_SOON}| {_END}{_SOON})"
    rf"|(?:when|wann) (?:do|does|will|is|are) my {_NOUN} (?:expire|expiring|run out|lapse|end)"
    rf"|{_SHOW}?(?:my )?expiring {_NOUN}"
    r"|what am i certified in|am i certified",
    re.I,
)
_OURS = re.compile(
    rf"{_SHOW}?(?:{_OUR}) {_NOUN}"
    rf"|{_SHOW}?{_NOUN} (?:of|in) (?:my|our|the) (?:team|people|company)"
    rf"|(?:which|what) of our {_NOUN} {_END}{_SOON}"
    r"|who (?:in (?:my|our) (?:team|company) )?is certified",
    re.I,
)
_PARTNERS = re.compile(rf"{_SHOW}?(?:{_NOUN} by partner|(?:my |our |all )?partners['’]? {_NOUN})", re.I)
_OF = re.compile(rf"{_SHOW}?{_NOUN} (?:of|at|by|for) (?P<partner>[^?]{{2,100}})", re.I)
_SNOOZE = re.compile(
    rf"(?:please )?(?:snooze|remind me(?: again)?)(?: of)?(?: it| them| this|(?: my)? {_NOUN})?"
    r"(?: in| for| until| on)? ?(?P<when>tomorrow|(?:1|one|a) day|(?:1|one|a) week|next week|\d{4}-\d\d-\d\d)",
    re.I,
)
_RENEWED = re.compile(
    rf"(?:i(?:['’]ve| have)|we(?:['’]ve| have)) (?:already )?renewed(?: it| them| {_MY} {_NOUN}| this)?(?: already)?",
    re.I,
)
_NOT_MINE = re.compile(rf"(?:that['’]s|this is|these are|that is|it['’]s) not my {_NOUN}|not my {_NOUN}", re.I)


def hears(text: str) -> Handler | None:
    said = " ".join(text.split()).strip(" .!?")
    if not said or len(said) > LONGEST:
        return None
    for pattern, handler in _WISHES:
        if pattern.fullmatch(said):
            return handler
    if found := _OF.fullmatch(said):
        return _of(found["partner"])
    if found := _SNOOZE.fullmatch(said):
        return _snoozed(found["when"].casefold())
    return None


def _of(partner: str) -> Handler:
    return lambda turn, _: lists.of_partner(turn, partner)


def _snoozed(when: str) -> Handler:
    def snooze(turn: Turn, _: str) -> Sequence[Outcome]:
        if "week" in when:
            day = turn.today + timedelta(days=7)
        elif when == "tomorrow" or when.endswith("day"):
            day = turn.today + timedelta(days=1)
        else:
            day = _written(when)
        try:
            return answering.snooze(turn, answering.last(turn), day)
        except FormError as error:
            raise PortalError(str(error)) from error

    return snooze


def _written(when: str) -> date:
    try:
        return date.fromisoformat(when)
    except ValueError:
        raise PortalError(f"“{when}” is no day. Write it like 2027-03-31.") from None


_WISHES: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (_MINE, lists.by_words),
    (_OURS, lists.of_us),
    (_PARTNERS, lambda turn, _: lists.partners(turn, "0")),
    (_RENEWED, lambda turn, _: answering.renewed(turn, answering.last(turn))),
    (_NOT_MINE, lambda turn, _: answering.not_mine(turn, answering.last(turn))),
)
