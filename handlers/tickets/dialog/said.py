"""What words mean here: a wish for a ticket, a question about one, an answer to the partner, or mere thanks."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers import codes
from handlers.tickets.models import Severity
from handlers.tickets.store.tickets import PREFIX
from knowledge.words import COMMON
from knowledge.words import words as stems

# A wish stands at the beginning of a sentence or of a part of it: "How do I open a ticket?" is none.
_START = r"(?:^|[.,;:!?\n–—]\s*|\s-\s+|\b(?:and|so|then|und)\s+)"
_POLITE = r"(?:(?:please|pls|kindly|hi|hello|hey|hallo|ok|okay|yes|now|just|bitte|por favor)[,!]?\s+)*"
_ASKS = (
    r"(?:(?:can|could|would|will)\s+you\s+|(?:i|we)(?:\s+would|['’]d)?\s+(?:like|want|need|wish|have)\s+(?:you\s+)?to\s+"
    r"|let['’]?s\s+|let\s+(?:me|us)\s+|help\s+me\s+(?:to\s+)?)?"
)
_VERB = r"(?:open(?:\s+up)?|create|raise|file|log|submit|start|make)\s+(?:(?:me|us)\s+)?"
_NEED = r"(?:i|we)(?:\s+would|['’]d)?\s+(?:like|want|need)\s+"
_WHAT = (
    r"(?:(?:a|an|another|the)\s+)?(?:new\s+)?(?:(?P<how>low|normal|high|critical|urgent)"
    r"(?:[\s-]+(?:severity|priority|prio))?\s+)?(?:support\s+|help\s?desk\s+)?ticket\b(?!\s+T-)"
)
_ELSEWHERE = (
    r"(?:öffne|eröffne|erstelle|erstell|mach)\s+(?:(?:mir|uns|bitte)\s+)*(?:ein\s+)?(?:neues\s+)?(?:support-?)?ticket\b"
    r"|(?:ich\s+(?:möchte|will)\s+)?(?:bitte\s+)?(?:ein\s+)?(?:neues\s+)?(?:support-?)?ticket\s+"
    r"(?:öffnen|eröffnen|erstellen|anlegen)\b"
    r"|(?:quiero\s+|necesito\s+)?(?:abrir|abre|abra|crear|crea)\s+un\s+ticket\b"
    r"|(?:je\s+(?:veux|voudrais)\s+)?(?:ouvrir|ouvre|ouvrez|créer|crée)\s+un\s+ticket\b"
)
_WISH = re.compile(
    rf"{_START}{_POLITE}(?:(?:{_ASKS}{_POLITE}{_VERB}|{_NEED}){_WHAT}|new\s+(?:support\s+)?ticket\b|{_ELSEWHERE})", re.I
)
_TITLED = re.compile(r"^\s*(?:new\s+)?(?:support\s+)?ticket\s*[:：]\s*", re.I)
_ASKED = re.compile(
    r"^\W*(how|where|when|who|what|why|which|does|do|did|is|are|should|can i|can we|may i|wie|wo|wann|wer|warum"
    r"|cómo|dónde|comment|où)\b",
    re.I,
)
_ABOUT = re.compile(
    r"^[\s,]*(?:(?:please|now|for (?:me|us)|bitte)[\s,.!]*)*[:：,–—-]*\s*"
    r"(?:(?:about|for|on|regarding|concerning|re|because(?: of)?|since|that|with|as|saying|wegen"
    r"|zu|für|sobre|pour)\b:?\s*)?",
    re.I,
)
_HELP = re.compile(
    r"^\W*(?:(?:please\s+)?(?:i|we)\s+need\s+(?:some\s+)?help\s+(?:with|on|about)|help\s+(?:me\s+)?with)\s+", re.I
)
_LOOKED_AT = 2_000  # characters
HOW = {"low": Severity.low, "normal": Severity.normal, "high": Severity.high, "urgent": Severity.high}


@dataclass(frozen=True, slots=True)
class Wish:
    subject: str = ""
    text: str = ""
    severity: Severity = Severity.normal


def wish(words: str) -> Wish | None:
    """A ticket that somebody asks for, with what they said of it."""
    if titled := _TITLED.match(words):
        about = words[titled.end() :].strip()
        return Wish(about, about)
    found = _WISH.search(words[:_LOOKED_AT])
    if found is None or _only_asked(words, found):
        return None
    before = words[: found.start()].strip(" \t\n,;:–—-")
    after = _ABOUT.sub("", words[found.end() :], count=1).strip(" \t\n,;:–—-")
    after = "" if re.fullmatch(r"[\W_]*|(?:please|bitte|now|thanks?|for (?:me|us)|[\W_])+", after, re.I) else after
    how = (found["how"] or "normal").casefold()
    subject = after or _HELP.sub("", before)
    text = "\n".join(part for part in (before, after) if part)
    return Wish(subject.strip(" .!?"), text, HOW.get(how, Severity.critical))


def _only_asked(words: str, found: "re.Match[str]") -> bool:
    """A wish after a comma in a sentence that asks: "How do I, as a partner, open a ticket?"."""
    begin = max(words.rfind(mark, 0, found.start() + 1) for mark in ".!?\n") + 1
    sentence = re.split(r"[.!\n]", words[begin:], maxsplit=1)[0]
    return bool(_ASKED.match(sentence)) and "?" in sentence and found.start() > begin


def product(words: str, products: Sequence[str]) -> str:
    """The product that is named, if it is one alone."""
    named = [name for name in products if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words[:_LOOKED_AT], re.I)]
    return named[0] if len(named) == 1 else ""


# Questions about tickets

_MINE = re.compile(
    r"\b(?:my|our|mein|meine|unser|unsere|mis?|mes|mon)\s+(?:\w+\s+){0,3}tickets?\b|^\W*(?:(?:show|list|see)\s+(?:me\s+)?)?"
    r"(?:all\s+|the\s+)?(?:open\s+)?tickets\W*$|\bwhat\s+tickets\b",
    re.I,
)
_HOW_TO = re.compile(
    r"^\W*(?:how\s+(?:do|can|could|should|to|would)|can\s+(?:i|we)|wie\s+(?:kann|öffne)|cómo|comment)\b", re.I
)
_OF_ONE = re.compile(
    r"\b(?:ticket|status|news|update|state|stand|about|happen\w*|show|open|reopen|escalate|close)\b", re.I
)
LONGEST_QUESTION = 240
FEW = 4
_TALK = frozenset(
    stems(
        "my our ticket tickets status state news update updates show list see find open closed resolved any going "
        "doing happen happens happening happened latest last new old support stand progress still working where how "
        "mein meine escalate reopen close regarding concerning current please tell"
    )
)


def code(words: str) -> str | None:
    """The number of a ticket that somebody asks about."""
    if len(words) > LONGEST_QUESTION:
        return None
    found = codes.understood(PREFIX, words)
    return found if found and (len(words.split()) <= FEW or _OF_ONE.search(words)) else None


def mine(words: str) -> bool:
    return len(words) <= LONGEST_QUESTION and bool(_MINE.search(words)) and not _HOW_TO.match(words)


def several(words: str) -> bool:
    """Whether all tickets are meant: "my tickets"."""
    return "tickets" in words.casefold()


def about(words: str) -> frozenset[str]:
    """What a question about a ticket says of it: its stems without those that every such question has."""
    return frozenset(stems(words[:LONGEST_QUESTION])) - COMMON - _TALK


def likeness(asked: frozenset[str], subject: str) -> int:
    return len(asked & frozenset(stems(subject)))


_DRAFTS = re.compile(
    r"(?:(?:show|list)\s+(?:me\s+)?)?(?:(?:the|all|my|waiting|open)\s+)*(?:draft articles|article drafts)", re.I
)


def drafts(words: str) -> bool:
    """Whether somebody asks for the articles that wait for a decision."""
    return bool(_DRAFTS.fullmatch(words.strip(" \t\n.?!")))


# Words in a team's thread

_REPLY = re.compile(r"^[\s*_`~]*reply[\s*_`~]*[:：︓﹕][\s*_`~]*", re.I)


def reply(words: str) -> tuple[bool, str]:
    """Whether these words are meant for the partner, and the words themselves."""
    bare = words.lstrip("".join(mark for mark in words[:20] if unicodedata.category(mark) == "Cf"))
    found = _REPLY.match(bare)
    return (True, bare[found.end() :].strip()) if found else (False, words.strip())


# Thanks

_GLAD = frozenset(
    "thanks thank thx ty tnx cheers danke dankeschön merci gracias grazie obrigado obrigada arigato "
    "ありがとう ありがとうございます 谢谢 شكرا perfect great awesome super excellent brilliant lovely wonderful "
    "works worked working solved resolved fixed sorted done klappt funktioniert geht gelöst erledigt behoben prima "
    "perfekt top spitze genial funciona resuelto perfecto marche résolu parfait nice cool good ok okay okey alright "
    "fine".split()
)
_FILLER = frozenset(
    "you so much very many a lot all for the your and that this it is its was are now again well just really "
    "quick fast help helped helping support team everybody everyone everything guys folks there to of dear kind "
    "kindly indeed yes yep yeah ja si oui we i me my us can close closed ticket please bitte been has have did "
    "trick job answer response reply best regards greetings day nice bye see got will be am im i'm it's that's "
    "vielen dank sehr schön schon auch alles jetzt wieder es das ist gut muchas mil muy bien ya todo ahora "
    "beaucoup bien tout ça cela va maintenant grazie mille happy "
    "glad what wow amazing".split()
)
_UNSURE = re.compile(r"[?？؟]")
_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LONGEST_THANKS = 20


def thanks(words: str, names: Iterable[str] = ()) -> bool:
    """Whether this is politeness alone, which needs no answer: every word is one of it. Without any word (a smiley) it
    is. ``names``: of people who may be thanked."""
    found = [word.replace("’", "'") for word in _WORD.findall(_SHORTCODE.sub(" ", words[:_LOOKED_AT]).casefold())]
    if _UNSURE.search(words) or len(found) > LONGEST_THANKS:
        return False
    if not found:
        return True
    people = {part for name in names for part in name.casefold().split()}
    said = set(found) - people
    return said <= _GLAD | _FILLER and bool(said & _GLAD)
