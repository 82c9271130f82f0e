"""Which words are about announcements. Everything that can be pressed can be written as well."""

import re
from collections.abc import Callable, Mapping, Sequence

from handlers.announcements.dialog import (
    approval,
    correcting,
    exporting,
    going,
    preview,
    reading,
    recalling,
    sending,
    writing,
)
from handlers.announcements.dialog.access import code_of
from handlers.announcements.models import rules
from handlers.codes import understood
from handlers.feature import Handler
from handlers.turn import Outcome, Turn, Words, markdown_of

_PLEASE = r"(?:please\s+|can you\s+|could you\s+)?"
_CODE = r"(?:announcement\s+)?(?P<code>a[-‐‑‒–—−\s]?[a-z0-9]{4,8})"
_WRITE = re.compile(
    rf"{_PLEASE}(?:i(?:'d| would)? (?:want|like) to\s+)?"
    r"(?:(?:write|make|draft|create|send|start|prepare|post|publish|schedule)\s+(?:an?\s+)?(?:new\s+)?announcement|"
    r"new announcement|announce|broadcast|send (?:a )?message(?=\s+to (?:all|the|our|every)\b))"
    r"(?:\s*[:,–—-]|\s+(?:that|about|to (?P<to>[^:\n]{1,80}):(?=\s))|"
    r"(?=\s|[.!?]?$))\s*(?P<rest>.*)",
    re.I | re.S,
)
_ASKED_TO = re.compile(r"(?:can|could) you\s", re.I)
_LIST = re.compile(
    rf"{_PLEASE}(?:show (?:me )?|list )?(?:all |the |my |our |latest |recent |last )*announcements(?: please)?"
    r"\s*[.!?]?",
    re.I,
)
_GOES_ON = (  # else it is about something that is new, or named so
    r"(?=\s*[?.!]*$|\s+(?:in|about|on|with|for|of|from|since|after|over|within|during|this|last|today|yesterday|"
    r"lately|recently|please)\b)"
)
_NEWS = re.compile(
    rf"{_PLEASE}(?:(?:show|give|tell) (?:me )?|is there )?"
    rf"(?:(?:any |the |latest |recent |all )*(?:news\b|announcements{_GOES_ON})|"
    rf"what(?:'s|s| is| was| has been)? new{_GOES_ON}|what(?:'s|s| has)? changed{_GOES_ON}(?=.*\bsince\b)|"
    r"anything new\b|product (?:news|updates)\b)\s*(?P<rest>[^\n]{0,200}?)\s*[?.!]*",
    re.I,
)
_FILLING = re.compile(r"\b(?:please|lately|recently)\b", re.I)
_ABOUT = re.compile(r"^(?:(?:in|about|on|with|for|of|from)\s+)?(?:the\s+)?", re.I)
_TOPICS = re.compile(
    rf"{_PLEASE}(?:(?:show (?:me )?)?(?:my )?(?:topics|muted topics|notification settings)|(?:un)?mute|unsubscribe)"
    r"\s*[.!?]?",
    re.I,
)
_MUTE = re.compile(rf"{_PLEASE}(?P<un>un)?mute\s+(?:all\s+|the\s+)?(?P<topic>[\w\s]{{3,40}}?)\s*[.!]?", re.I)
_SUBSCRIBE = re.compile(
    rf"{_PLEASE}(?:(?P<un>subscribe(?:\s+me)?\s+to)|unsubscribe(?:\s+me)?\s+from|opt(?:\s+me)?\s+out\s+of|"
    r"(?:stop|don't)\s+send(?:ing)?\s+me)\s+(?:all\s+|the\s+)?(?P<topic>[\w\s]{3,40}?)(?:\s+(?:again|any\s?more))?\s*[.!]?",
    re.I,
)
_DECLINE = re.compile(rf"{_PLEASE}decline\s+{_CODE}\s*[:,–—-]\s*(?P<reason>.{{1,1000}})", re.I | re.S)
_DELETE = re.compile(
    rf"{_PLEASE}(?:recall|withdraw|take\s+back)\s+(?:the\s+)?{_CODE}\s*(?:,\s*)?(?:(?:and|then)\s+)*"
    r"(?P<verb>delete|remove)(?:\s+(?:it|them|that|all|everything|(?:all\s+)?(?:the|its)\s+messages))?"
    r"(?:\s+(?:altogether|completely|everywhere|now|please))*\s*[.!?]?",
    re.I,
)
_BARE = re.compile(rf"{_PLEASE}{_CODE}\s*[.!?]?", re.I)


def either(turn: Turn, words: str) -> Sequence[Outcome]:
    """Senders see how it goes on, readers what it says; without a number, what there was."""
    if code := code_of(words):
        return (going.card if rules.sends(turn.who) else reading.show)(turn, code)
    return (going.several if rules.sends(turn.who) else reading.news)(turn, "")


_VERBS: Mapping[str, Callable[[Turn, str], Sequence[Outcome]]] = {
    "send me a test": sending.test,
    "test": sending.test,
    "send": sending.send,
    "approve": approval.approve,
    "pause": going.pause,
    "resume": going.resume,
    "continue": going.resume,
    "unpause": going.resume,
    "cancel": going.cancel,
    "stop": going.cancel,
    "recall": recalling.replace,
    "withdraw": recalling.replace,
    "take back": recalling.replace,
    "recall and delete": recalling.delete,
    "delete": recalling.delete,
    "remove": recalling.delete,
    "retry": going.retry,
    "retry the failed": going.retry,
    "remind": going.remind,
    "remind everybody": going.remind,
    "remind those who have not acknowledged": going.remind,
    "results": going.results,
    "who got": going.results,
    "who acknowledged": going.results,
    "csv": exporting.ask,
    "export": exporting.ask,
    "who is left out": preview.left,
    "who has not acknowledged": going.silent,
    "acknowledge": reading.acknowledge,
    "ack": reading.acknowledge,
    "confirm": reading.acknowledge,
    "i acknowledge": reading.acknowledge,
    "i have read": reading.acknowledge,
    "undo": reading.undo,
    "unacknowledge": reading.undo,
    "discard": writing.discard,
    "edit": correcting.wish_edit,
    "change": correcting.wish_edit,
    "change the audience": either,
    "change the time": either,
    "reschedule": either,
    "preview": either,
    "show": either,
    "status": either,
    "how is": either,
    "read": reading.show,
}
_ACTS = re.compile(
    rf"{_PLEASE}(?:show (?:me )?(?:the )?)?(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})"
    rf"(?:\s+(?:of|for))?\s+(?:the\s+)?{_CODE}(?:\s+(?:now|going|doing))?\s*[.!?]?",
    re.I,
)


def hears(text: str) -> Handler | None:
    said = text.strip()[:4_000].replace("’", "'")
    if found := _ACTS.fullmatch(said) or _DELETE.fullmatch(said):
        return _with(_VERBS[found["verb"].casefold()], understood("A", found["code"]))
    if found := _DECLINE.fullmatch(said):
        return _decline(understood("A", found["code"]), found["reason"].strip())
    if (found := _BARE.fullmatch(said)) and (code := understood("A", found["code"])):
        return _with(either, code)
    if _LIST.fullmatch(said):
        return either
    if _TOPICS.fullmatch(said):
        return reading.which_topics
    if muted := _mute(said):
        return muted
    if found := _NEWS.fullmatch(said):
        return _with(reading.news, _about(found["rest"]))
    return _write(said)


def _mute(said: str) -> Handler | None:
    """Other things can be subscribed to as well, and are nobody's business here."""
    found = _MUTE.fullmatch(said)
    if found is None and (soft := _SUBSCRIBE.fullmatch(said)) is not None:
        found = soft if soft["topic"].casefold() == "everything" or reading.topic_of(soft["topic"]) else None
    return _with(reading.unmute if found["un"] else reading.mute, found["topic"]) if found else None


def _write(said: str) -> Handler | None:
    found = _WRITE.fullmatch(said)
    asks = said.rstrip().endswith("?") and "\n" not in said
    if found is None or (asks and not _ASKED_TO.match(said)):
        return None
    return _announce


def _announce(turn: Turn, words: str) -> Sequence[Outcome]:
    """With the formatting of what was written, as far as it begins with the same words."""
    plain, formatted = _rest(words), _rest(markdown_of(words))
    found = _asked(words)
    return writing.wish(turn, Words(plain, formatted or plain), (found and found["to"]) or "")


def _asked(words: str) -> re.Match[str] | None:
    return _WRITE.fullmatch(words.strip().replace("’", "'"))


def _rest(words: str) -> str:
    found = _asked(words)
    rest = found["rest"].strip() if found else ""
    return rest if rest.strip(".!?") else ""


def _decline(code: str | None, reason: str) -> Handler | None:
    if code is None or not reason:
        return None
    return lambda turn, _: approval.decline(turn, code, approval.Declined(reason=reason))


def _with(handler: Handler, words: str | None) -> Handler | None:
    """The handler, with what was meant in the place of all that was said."""
    if words is None:
        return None

    def handle(turn: Turn, _: str) -> Sequence[Outcome]:
        return handler(turn, words)

    return handle


def command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/announce, /announce TEXT, /announce list, /announce A-4XQ9."""
    if _BARE.fullmatch(words.strip()) and (code := code_of(words)):
        return going.card(turn, code)
    if words.strip().casefold() in ("list", "all", "mine"):
        return going.several(turn, "")
    return writing.begin_with(turn, words)


def news_command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/news, /news PRODUCT since DATE, /news topics, /news mute events."""
    said = words.strip()
    if _TOPICS.fullmatch(said):
        return reading.topics(turn, "")
    if muted := _mute(said):
        return muted(turn, said)
    return reading.news(turn, _about(said))


def _about(said: str) -> str:
    """The product and since when."""
    return _ABOUT.sub("", _FILLING.sub("", said).strip())
