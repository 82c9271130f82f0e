"""Whether words are a wish to register a deal, or ask for deals that are there. When in doubt they are neither: a
question is answered, and the answer has the button; a dialog that nobody asked for is worse."""

import re

from handlers.codes import understood

LONGEST = 1_000  # characters; who writes more tells a story
SHORT = 14  # words; a longer message that names a deal is about something else, too

_POLITE = re.compile(
    r"(?:(?:(?:hi|hello|hey|hallo|hola|bonjour|moin|good (?:morning|afternoon|evening)|guten tag)"
    r"(?: there| all| team)?|please|pls|bitte|por favor|ok|okay|so|now|also|and|then|thanks|thank you)[\s,!.:]+)*",
    re.I,
)
_WANT = (
    r"(?:(?P<asked>(?:can|could|would|will) you\s+(?:please\s+)?(?:help me (?:to )?)?)"
    r"|(?:(?:i|we)(?:['’]d| would)?\s+(?:want|like|need|wish|have|love)\s+to"
    r"|(?:i|we)(?:['’]m|['’]re| am| are) going to|let me|let us|let['’]s|help me(?: to)?)\s+)?(?:please\s+)?"
)
_NOUN = (
    r"(?:deal registration|deal|opportunity|opp|deal-registrierung|verkaufschance|oportunidad|trato|affaire|"
    r"opportunité)"
)
_OWN = (
    r"(?:(?:a|an|the|my|our|this|another|new|sales|einen?|den|die|meinen?|unseren?|neuen?|un|una|une|el|la|le|mi|mon|"
    r"nuestro|nuestra|notre|nuevo|nueva|nouveau|nouvelle)\s+)*"
)
_SUM = r"(?P<sum>[€$£]?\d[\d.,]*\s?(?:k|m|€|[a-z]{3})?\s+)?"
_REST = (
    r"(?P<rest>\s*(?:[:,.!(–—-].*|(?:for|with|at|from|to|of|worth|called|named|over|closing|by|für|mit|bei|von|über|"
    r"im wert|para|con|por|pour|avec|chez)\b.*)?)"
)
_WISHES = tuple(
    re.compile(pattern, re.I | re.S)
    for pattern in (
        rf"{_WANT}(?:register|log|submit|enter|create|add|record|file|book|protect|reserve|secure)\s+{_OWN}{_SUM}"
        rf"{_OWN}{_NOUN}{_REST}",
        r"(?:here(?:['’]s| is) )?(?:a |my |our )?(?:new|neuer|neue|nuevo|nueva|nouveau|nouvelle)\s+"
        rf"{_SUM}{_NOUN}{_REST}",
        r"(?:ich (?:möchte|will|muss|würde gerne?)|wir (?:möchten|wollen|müssen|würden gerne?))?\s*(?:bitte\s+)?"
        rf"{_OWN}{_NOUN}(?P<middle>\s+(?:für|mit|bei)\s.+?)?\s+(?:registrieren|anmelden|schützen|eintragen|anlegen){_REST}",
        rf"(?:registriere|registrieren sie|schütze)\s+(?:bitte\s+)?{_OWN}{_NOUN}{_REST}",
        r"(?:quiero|queremos|quisiera|necesito|necesitamos|me gustaría)?\s*(?:registrar|proteger|registra)\s+"
        rf"{_OWN}(?:deal|oportunidad|trato){_REST}",
        r"(?:je (?:veux|voudrais|souhaite)|nous (?:voulons|voudrions|souhaitons))?\s*"
        rf"(?:enregistrer|protéger|déposer)\s+{_OWN}(?:deal|affaire|opportunité){_REST}",
    )
)
_TOPICS = tuple(
    re.compile(pattern, re.I | re.S)
    for pattern in (
        rf"deal registration{_REST}",
        rf"deal(?=\s+(?:for|with)\s+(?-i:[A-Z]|[^\x00-\x7f]).*\d){_REST}",
        rf"(?:i|we)(?:['’]ve|\s+have)(?:\s+got)?\s+(?:a|another)\s+new\s+{_SUM}{_NOUN}{_REST}",
        rf"{_WANT}(?:register|protect)(?P<rest>\s+[\w-]+(?:\.[\w-]+)+(?:[\s,;(].*)?)",
    )
)
"""What may be spoken of without wishing it: here a name must stand behind it."""

_TROUBLE = re.compile(
    r"\b(?:errors?|fail(?:s|ed)?|problems?|issues?|doesn['’]?t|does not|can['’]?t|cannot|won['’]?t|didn['’]?t|rejected|"
    r"denied|declined|expired|how|why|what|when|where|which|who|if|whether|because|but|not|never|stuck|unable|explain|"
    r"rules?|policy|process|steps?|requirements?|fehler|aber|nicht|wie|warum|wenn|falls|cómo|pero|comment|mais)\b",
    re.I,
)
_PREPOSITION = re.compile(
    r"[\s:,.!(–—-]*(?:(?:for|with|at|from|to|für|mit|bei|para|con|pour|avec|chez)\s+(?:(?:the|der|die|das|den|la|el|le)\s+)?)?",
    re.I,
)
_SOMEBODY = re.compile(
    r"(?:me|us|mich|uns|mí|moi|(?:a|an|my|our|one of (?:my|our)|einen?|meinen?|unseren?|un|mi|mon)\s+"
    r"(?:new |neuen |nuevo |nouveau )?(?:customers?|clients?|prospects?|accounts?|kunden?|cliente))"
    r"(?=\s*(?:$|[,.;!?]))",
    re.I,
)
_ANYBODY = re.compile(
    r"(?:a|an|any|all|some|every|each|public|existing|current|new|my|our|your|their|his|her|government|customers?|"
    r"clients?|partners?|resellers?|renewals?|expansions?|multiple|several|two|three|other|another|someone|somebody|"
    r"companies|businesses|accounts|tenders?|einen?|einem|meinen?|jeden|alle|kunden)\b",
    re.I,
)


def register(text: str) -> str | None:
    """What was said about the deal to register ("" for nothing), or None where this is no such wish."""
    bare = text[_polite(text) :].strip() if len(text) <= LONGEST else ""
    for pattern in (*_WISHES, *_TOPICS):
        if found := pattern.fullmatch(bare):
            parts = found.groupdict()
            rest = (parts.get("middle") or "") + (f" of {parts['sum'].strip()} " if parts.get("sum") else "")
            return _meant(rest + found["rest"], asked=bool(parts.get("asked")), named=pattern in _TOPICS)
    return None


def _polite(text: str) -> int:
    found = _POLITE.match(text)
    return found.end() if found else 0


def _meant(rest: str, *, asked: bool, named: bool) -> str | None:
    if rest.rstrip().endswith("?") and not asked:
        return None
    rest = rest.strip().rstrip("?").strip()
    if _TROUBLE.search(rest):
        return None
    whom = rest[_before_name(rest) :]
    if somebody := _SOMEBODY.match(whom):
        return whom[somebody.end() :]
    if whom and _ANYBODY.match(whom):
        return None
    about_a_name = bool(whom) and (whom[0].isupper() or not whom[0].isascii() or bool(re.search(r"\d|\w\.\w", whom)))
    if named or asked:
        return rest if about_a_name or (asked and not whom) else None
    return rest


def _before_name(rest: str) -> int:
    found = _PREPOSITION.match(rest)
    return found.end() if found else 0


_SHOW = r"(?:(?:please )?(?:show|list|see|view|give|get|display|zeig|zeige|muestra|ver)(?: me| mir| us)?\s+)"
_WHOSE = r"(?:(?:all|my|our|the|of|meine|unsere|alle|mis|nuestras?|mes|nos)\s+)"
_KIND = (
    r"(?:open|live|active|approved|protected|pending|waiting|submitted|rejected|withdrawn|expired|expiring|won|lost|"
    r"duplicate|closed)"
)
_LIST = re.compile(
    rf"(?:what(?:['’]s| is| are) (?:in )?)?(?P<show>{_SHOW})?(?P<whose>{_WHOSE}*)(?:(?P<kind>{_KIND})\s+)?"
    rf"(?:deals|pipeline|deal registrations|registered deals)(?:\s+(?P<after>{_KIND})(?:\s+soon)?)?"
    r"(?:\s+(?:(?P<whom>of|by)|from|with|at|for)\s+(?P<filter>[^?]{1,80}))?\s*[?.!]*",
    re.I,
)
_EXPIRING = re.compile(
    r"(?:which|what)(?:\s+of)?\s+(?:my|our)\s+deals\s+(?:will\s+)?(?:expire|are\s+expiring)"
    r"(?:\s+(?:soon|next|(?:this|next)\s+(?:week|month)))?\s*[?.!]*",
    re.I,
)
_ABOUT = re.compile(
    r"(?:(?:what about|how about|what['’]s the status of|what is the status of|status of|show(?: me)?|open|how is|"
    r"what happened to|was ist mit)\s+)(?:my|our|the|meinem|unserem)\s+(?:deal|opportunity)\s+"
    r"(?:with|for|at|on|mit|für)\s+"
    r"(?P<filter>[^?]{1,80}?)(?:\s+(?:doing|going))?\s*[?.!]*",
    re.I,
)


def listing(text: str) -> str | None:
    """The words to choose among the deals by, "" for all of them; None where nobody asks for a list."""
    bare = text[_polite(text) :].strip()
    if _EXPIRING.fullmatch(bare):
        return "expiring"
    found = _LIST.fullmatch(bare)
    if not found:
        return None
    chosen, by = found["kind"] or found["after"] or "", (found["filter"] or "").strip()
    somebodys = bool(found["whom"]) and by[:1].isupper()
    if by and not (found["show"] or found["whose"] or chosen or somebodys):
        return None
    return f"{chosen} {by}".strip()


def about(text: str) -> str | None:
    """The customer of the one deal that somebody asks about."""
    found = _ABOUT.fullmatch(text[_polite(text) :].strip())
    return found["filter"].strip() if found else None


def one(text: str) -> str | None:
    """The code of the deal that a short message is about."""
    return understood("D", text) if len(text.split()) <= SHORT else None
