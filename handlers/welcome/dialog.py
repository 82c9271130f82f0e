"""Small talk, recognised by its words alone: every word must be one of politeness."""

import re
from collections.abc import Sequence

from handlers.feature import Handler
from handlers.turn import Outcome, Say, Turn
from handlers.ui import Element
from handlers.welcome import views

GREETINGS = frozenset(
    "hi hello hey heya hiya howdy yo greetings hallo moin servus hola bonjour salut ciao buongiorno ola olá hej "
    "gm morning evening afternoon goodmorning مرحبا 你好 こんにちは".split()
)
THANKS = frozenset(
    "thanks thank thx ty cheers danke dankeschön gracias merci grazie obrigado obrigada arigato ありがとう شكرا "
    "谢谢".split()
)
HELP = frozenset("help hilfe ayuda aide menu commands start".split())
POLITE = frozenset(
    "there all everyone everybody team folks guys again you so much very many a lot for the your and that this it "
    "helped helps worked works perfect great good nice awesome super cool ok okay day to dear portal assistant bot "
    "please me "
    "guten tag morgen abend vielen dank sehr schön buenos buenas dias días "
    "tardes muchas mille got now really just is was "
    "helpful quick fast how are doing going meet today what's up".split()
)
NOTED = frozenset("ok okay great perfect good nice awesome super cool understood works bye goodbye".split())
"""Said alone these close a conversation; nobody wants to read that there is no article about "perfect"."""

LONGEST_TALK = 9
HOW_ARE_YOU = re.compile(r"(how are you( doing)?|how is it going|how's it going|what's up|nice to meet you)( today)?")
WHAT_CAN_YOU_DO = re.compile(
    r"(what can (you|i) (do|ask)( here)?|what (do|can) you (do|help( me)? with)|who are you|what are you|"
    r"how (do|can) (i|you) use (you|this)( bot| assistant)?|how does this work|was kannst du( alles)?|"
    r"((can|could) you|i need( some)?)( please)? help( me)?( please)?)"
)
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")  # as Slack writes them; a face says no word
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def hears(text: str) -> Handler | None:
    words = [word.replace("’", "'") for word in _WORD.findall(_EMOJI.sub(" ", text.casefold()[:400]))]
    if not words:
        return empty
    said = frozenset(words)
    if WHAT_CAN_YOU_DO.fullmatch(" ".join(words)) or (said & HELP and said <= HELP | POLITE | GREETINGS):
        return help_
    if len(words) > LONGEST_TALK or not said <= GREETINGS | THANKS | POLITE | NOTED:
        return None
    if said & THANKS or said <= NOTED:
        return thanks
    small_talk = said & GREETINGS or words[0] == "good" or HOW_ARE_YOU.fullmatch(" ".join(words))
    return greeting if small_talk else None


def greeting(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "talk", "greeting"
    return [Say(views.greeting(turn.who.name))]


def welcome(turn: Turn, _: str) -> Sequence[Outcome]:
    """The assistant was added to somebody's chats."""
    turn.kind, turn.result = "talk", "welcome"
    return [Say(views.greeting(turn.who.name), subject="welcome")]


def thanks(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "talk", "thanks"
    return [Say(views.THANKS)]


def help_(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "talk", "help"
    return [Say(views.HELP)]


def empty(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "talk", "empty"
    return [Say(views.NO_WORDS)]


def home(turn: Turn) -> Sequence[Element]:
    return views.home(turn.who.name, turn.who.partner)
