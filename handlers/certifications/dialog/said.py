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
_NUMBERS = {"a": 1, "an": 1, "next": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_SNOOZE = re.compile(
    rf"(?:please )?(?:snooze|remind me(?: again)?)(?: of)?(?: it| them| this|(?: my)? {_NOUN})?"
    r"(?: in| for| until| till| on)? ?"
    rf"(?:(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month)s?|(?P<when>tomorrow|\d{{4}}-\d\d-\d\d))",
    re.I,
)
_SOMEHOW = re.compile(r"(?:please )?snooze(?: .{0,60})?", re.I)
_DAYS = {"day": 1, "week": 7, "month": 30}
_HOW = "Write until when: “snooze 3 days”, “snooze 1 week” or “snooze until 2027-03-31”."
_RENEWED = re.compile(
    rf"(?:i|we)(?:['’]ve| have)? (?:already |just )?renewed(?: it| them| {_MY} {_NOUN}| this)?(?: already)?",
    re.I,
)
_NOT_MINE = re.compile(
    rf"(?:(?:that['’]s|this is|these are|that is|it['’]s) not|(?:that|this|it) isn['’]t|not) my {_NOUN}|not mine", re.I
)


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
        return _snoozed(found)
    if _SOMEHOW.fullmatch(said):
        return _somehow
    return None


def _of(partner: str) -> Handler:
    return lambda turn, _: lists.of_partner(turn, partner)


def _somehow(_: Turn, __: str) -> Sequence[Outcome]:
    raise PortalError(_HOW)


def _snoozed(found: re.Match[str]) -> Handler:
    def snooze(turn: Turn, _: str) -> Sequence[Outcome]:
        try:
            return answering.snooze(turn, answering.last(turn), _until(found, turn.today))
        except FormError as error:
            raise PortalError(str(error)) from error

    return snooze


def _until(found: re.Match[str], today: date) -> date:
    if found["unit"]:
        number = found["number"].casefold()
        return today + int(_NUMBERS.get(number, number)) * timedelta(days=_DAYS[found["unit"].casefold()])
    if found["when"].casefold() == "tomorrow":
        return today + timedelta(days=1)
    return _written(found["when"])


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
