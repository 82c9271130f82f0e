"""Words that are a wish to see certificates, or an answer to a reminder: the whole message says it. A question about
certificates ("How do I renew?", "My certificate expires next month, what do I have to do?") is a question."""

import re
from collections.abc import Sequence

from handlers.certifications.dialog import answering, lists
from handlers.certifications.dialog.until import until
from handlers.errors import FormError, PortalError
from handlers.feature import Handler
from handlers.turn import Outcome, Turn

LONGEST = 200
_PLEASE = re.compile(r",? (?:please|pls)$", re.I)
_NOUN = (
    r"(?:certs?|certificates?|certifications?|zertifikate?|zertifizierung(?:en)?|certificados?|certificaciones|"
    r"certificats?)"
)
_SHOW = r"(?:(?:please |pls )?(?:show|list|see|view|give|open|zeig|zeige|muestra|ver)(?: me| us| mir| uns)? )"
_MY = r"(?:all |all of )?(?:my|meine?|mis?|mes|mon)"
_OUR = r"(?:all |all of )?(?:our|(?:(?:the|my|our) )?team['’]s|team|my team|unsere|nuestr[oa]s|nos)"
_SOON = r"(?: soon| next| this (?:week|month|quarter|year)| next (?:week|month|quarter|year)| in the next \d+ days)?"
_END = r"(?:expire|expires|are expiring|is expiring|expiring|are about to expire|run out|lapse|end)"
_MINE = re.compile(
    rf"{_SHOW}?(?:{_MY} )?{_NOUN}"
    rf"|(?:which|what)(?: of my)? {_NOUN}(?: do i (?:have|hold)| have i(?: got)?| of mine {_END}{_SOON}| {_END}{_SOON})"
    rf"|(?:when|wann) (?:do|does|will|is|are) my {_NOUN} (?:expire|expiring|run out|lapse|end)"
    rf"|(?:{_SHOW}|do i have )?(?:my |any )?(?:expiring {_NOUN}|{_NOUN} (?:that )?{_END}{_SOON})"
    rf"|(?:my )?{_NOUN} status|(?:what is |what['’]s )?(?:the )?status of my {_NOUN}"
    rf"|(?:are|is) (?:any of )?my {_NOUN} (?:still valid|valid|up to date|expiring|about to expire){_SOON}"
    rf"|how (?:long|many days) (?:are|is|do|does|(?:are |is )?left (?:on|of)) my {_NOUN}"
    r"(?: still)?(?: valid| have left)?"
    rf"|do i (?:have|hold) (?:any |a )?{_NOUN}|what am i certified in|am i certified",
    re.I,
)
_OURS = re.compile(
    rf"{_SHOW}?(?:{_OUR}) {_NOUN}"
    rf"|{_SHOW}?{_NOUN} (?:of|in|for|on) (?:my|our|the) (?:team|people|company)"
    rf"|(?:which|what) of our {_NOUN} {_END}{_SOON}|whose {_NOUN} {_END}{_SOON}"
    rf"|(?:which|what) {_NOUN} (?:of|in) (?:my|our|the) (?:team|people|company) {_END}{_SOON}"
    r"|(?:who|who['’]s) (?:(?:in|on|of) (?:my|our|the) (?:team|company) )?(?:is )?certified",
    re.I,
)
_PARTNERS = re.compile(
    rf"{_SHOW}?(?:(?:expiring |lapsed )?{_NOUN} (?:expiring )?by partner|(?:my |our |all )?partners['’]? {_NOUN})"
    rf"|{_SHOW}?expiring by partner|which partners have (?:expiring|lapsed) {_NOUN}"
    rf"|which partners['’]? {_NOUN} {_END}{_SOON}",
    re.I,
)
_OF = re.compile(rf"{_SHOW}?{_NOUN} (?:of|at|by|for) (?P<partner>[^?]{{2,100}})", re.I)
_SNOOZE = re.compile(
    rf"(?:please )?(?P<verb>snooze|remind me(?: again)?)(?: of)?(?: it| them| this|(?: my)? {_NOUN})?"
    r"(?: in| for| until| till| on)?(?: (?P<when>.{1,40}))?",
    re.I,
)
_HOW = "Write until when: “snooze 3 days”, “snooze 1 week”, “snooze until Friday” or “snooze until 2027-03-31”."
_RENEW = r"(?:(?:i|we)(?:['’]ve| have)? )?(?:already |just )?renewed"
_WHEN = r"(?: already| today| yesterday| last week)?"
_RENEWED = re.compile(rf"{_RENEW}(?: it| them| {_MY} {_NOUN}| this)?{_WHEN}", re.I)
_ONE_RENEWED = re.compile(rf"{_RENEW} (?:{_MY}|our|the) (?P<name>.{{2,80}}?) {_NOUN}{_WHEN}", re.I)
_ONE_NOT_MINE = re.compile(
    rf"(?:(?:the|that|this) )?(?P<name>.{{2,80}}?) {_NOUN} (?:is not|isn['’]t) mine"
    rf"|(?:(?:that['’]s|that is|this is|it['’]s|it is) )?not my (?P<other>.{{2,80}}?) {_NOUN}",
    re.I,
)
_NOT_MINE = re.compile(
    r"(?:(?:that|this|it|these|those)(?:['’]s| is| are)? not|(?:that|this|it) isn['’]t|(?:these|those) aren['’]t|not)"
    rf" (?:mine|my {_NOUN})",
    re.I,
)


def hears(text: str) -> Handler | None:
    said = _PLEASE.sub("", " ".join(text.split()).strip(" .!?"))
    if not said or len(said) > LONGEST:
        return None
    for pattern, handler in _WISHES:
        if pattern.fullmatch(said):
            return handler
    if found := _OF.fullmatch(said):
        return _of(found["partner"])
    if found := _ONE_RENEWED.fullmatch(said):
        return _one(answering.one_renewed, found["name"])
    if found := _ONE_NOT_MINE.fullmatch(said):
        return _one(answering.one_not_mine, found["name"] or found["other"])
    if found := _SNOOZE.fullmatch(said):
        return _snoozed(found["verb"].casefold(), (found["when"] or "").casefold())
    return None


def _one(handler: Handler, name: str) -> Handler:
    return lambda turn, _: handler(turn, name)


def _of(partner: str) -> Handler:
    return lambda turn, _: lists.of_partner(turn, partner)


def _snoozed(verb: str, when: str) -> Handler | None:
    """ "Remind me of the price list" is no answer to a reminder."""
    day_of = until(when)
    if day_of is None:
        return _somehow if verb == "snooze" or when in ("", "later") else None

    def snooze(turn: Turn, _: str) -> Sequence[Outcome]:
        try:
            return answering.snooze(turn, answering.last(turn), day_of(turn.today))
        except FormError as error:
            raise PortalError(str(error)) from error

    return snooze


def _somehow(_: Turn, __: str) -> Sequence[Outcome]:
    raise PortalError(_HOW)


_WISHES: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (_MINE, lists.by_words),
    (_OURS, lists.of_us),
    (_PARTNERS, lambda turn, _: lists.partners(turn, "0")),
    (_RENEWED, lambda turn, _: answering.renewed(turn, answering.last(turn))),
    (_NOT_MINE, lambda turn, _: answering.not_mine(turn, answering.last(turn))),
)
