"""What readers do: acknowledge, mute, look what is new, reply."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from handlers.announcements.dialog.access import UNKNOWN, code_of, in_place
from handlers.announcements.dialog.since import since as days
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import OUT, TOPICS, UNSENT, Announcement, State
from handlers.announcements.store import announcements, readers
from handlers.announcements.views import reader
from handlers.errors import NotAllowed, PortalError
from handlers.turn import Outcome, Rewrite, Say, Tell, Turn
from handlers.ui import Card

PREVIEW = "This is how it will look. Nothing happens before it is sent."
TOPICS_ARE = (
    "You can mute news, product updates and events, each by its name, as in “mute events”. Urgent announcements and "
    "reminders of your certifications always reach you."
)
_TOPICS = {
    **dict.fromkeys(("news", "announcements"), "news"),
    **dict.fromkeys(("update", "updates", "product update", "product updates", "products"), "update"),
    **dict.fromkeys(("event", "events"), "event"),
}


def _read(turn: Turn, code: str) -> Announcement:
    """One that is for this person, or that they may see as its sender."""
    found, sender = announcements.by_code(turn.look, code_of(code)), rules.sends(turn.who)
    if found is None or not (sender or readers.for_them(turn.look, found, turn.who)):
        raise NotAllowed(UNKNOWN)
    if found.state in UNSENT:
        raise PortalError(PREVIEW)
    if found.state == State.recalled:
        raise PortalError(f"{found.code} was recalled by its author.")
    return found


def acknowledge(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "acknowledged"
    what = _read(turn, code)
    if not what.acknowledge:
        raise PortalError(f"{what.code} needs no acknowledgement.")
    if readers.recipient(turn.look, what, turn.who.contact_id) is None:
        raise PortalError("It was not sent to you, so there is nothing for you to acknowledge.")
    if not readers.acknowledge(turn.session, what, turn.who.contact_id, turn.now):
        turn.result = "again"
    readers.spare(turn.session, what, turn.who.contact_id)
    got = readers.recipient(turn.session, what, turn.who.contact_id)
    assert got is not None, "whoever is of its audience stays so"
    at, zone = got.acknowledged_at, turn.who.time_zone
    card = reader.acknowledged(what, announcements.author(turn.look, what).name, at, zone)
    return _everywhere(turn, what, card, reader.done(what, at, zone))


def _everywhere(turn: Turn, what: Announcement, card: Card, said: Card) -> Sequence[Outcome]:
    """Whatever they have of it becomes this card; who has written so, or pressed a line that told of it, is told."""
    others = readers.messages(turn.session, what, turn.who.contact_id, turn.place)
    here = turn.place.message if turn.pressed is not None else ""
    rest = [Rewrite(what.subject, card, row) for row in others if not here or row.platform_id != here]
    return [*in_place(turn, said if _in_words(turn) else card), *rest]


def _in_words(turn: Turn) -> bool:
    """Whether it was said, or pressed under a line that told of it; not under the announcement itself."""
    return turn.pressed is None or not turn.pressed.title


def undo(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "undone"
    what = _read(turn, code)
    if not readers.acknowledge(turn.session, what, turn.who.contact_id, None):
        turn.result = "again"
    card = reader.announcement(what, announcements.author(turn.look, what).name)
    return _everywhere(turn, what, card, reader.undone(what))


def show(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "read"
    what = _read(turn, code)
    author = announcements.author(turn.look, what).name
    got = readers.recipient(turn.look, what, turn.who.contact_id)
    if got is not None and got.acknowledged_at is not None:
        card = reader.acknowledged(what, author, got.acknowledged_at, turn.who.time_zone)
    else:
        card = reader.announcement(what, author)
    return [Say(card, to="asker", subject=what.subject)]


def news(turn: Turn, words: str) -> Sequence[Outcome]:
    """ "Backup since March", either, both or nothing."""
    turn.kind, turn.result = "announcement", "news"
    since, rest = days(words, turn.today, turn.who.time_zone)
    known = readers.products(turn.look, turn.who, turn.today)
    product = _product(" ".join(rest.split())[:75], known)
    found = readers.news(turn.look, turn.who, product, since, turn.today, reader.PAGE + 1)
    turn.result = "list" if found else "empty"
    return [Say(reader.news(found, product, since, turn.who.time_zone, known), to="asker")]


def _product(asked: str, known: Collection[str]) -> str:
    """The product that is named in it, else all of it: an announcement may have it in its title."""
    named = (name for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", asked, re.I))
    return max(named, key=len, default=asked)


def topics(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "topics"
    return [Say(reader.topics(readers.muted(turn.look, turn.who.contact_id)), to="asker")]


def which_topics(turn: Turn, words: str) -> Sequence[Outcome]:
    """Below an announcement “mute” means its own."""
    below = announcements.by_code(turn.look, code_of(turn.subject.partition(":")[2]))
    return mute(turn, below.kind) if below and _plain(words) in _MUTES else topics(turn, "")


def topic_of(words: str) -> str:
    """ "" for what is none, or can never be muted."""
    return _TOPICS.get(" ".join(words.casefold().strip(" .!").split()), "")


def _topic(said: str) -> str:
    chosen = said if said in TOPICS else topic_of(said)
    if not chosen:
        raise PortalError(TOPICS_ARE)
    return chosen


def mute(turn: Turn, topic: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "muted"
    chosen = _topic(topic)
    readers.mute(turn.session, turn.who.contact_id, chosen)
    return [Say(reader.muted(chosen), to="asker")]


def unmute(turn: Turn, topic: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "unmuted"
    chosen = _topic(topic)
    readers.unmute(turn.session, turn.who.contact_id, chosen)
    return [Say(reader.unmuted(chosen), to="asker")]


def nod(turn: Turn, words: str) -> Sequence[Outcome] | None:
    """A thumb below it acknowledges it where that was wanted."""
    what = announcements.by_code(turn.look, code_of(turn.subject.partition(":")[2]))
    if what is None or what.state not in (*OUT, State.cancelled) or not _NOD.fullmatch(words.strip()):
        return None
    if what.acknowledge and readers.recipient(turn.look, what, turn.who.contact_id):
        return acknowledge(turn, what.code)
    turn.kind, turn.result = "announcement", "noted"
    return [Say(reader.line("Thank you."), to="here")]


def reply(turn: Turn, words: str) -> Sequence[Outcome] | None:
    """Under an announcement: what its buttons do can be written, what the documentation answers is a question, and all
    else is for its author."""
    what = announcements.by_code(turn.look, code_of(turn.subject.partition(":")[2]))
    if what is None or what.state not in (*OUT, State.cancelled, State.recalled):
        return None
    if (done := _DONE.get(_plain(words))) is not None:
        return done(turn, what)
    if turn.search(words, turn.who.reader).outcome == "answer":
        return None
    turn.kind, turn.result = "announcement", "replied"
    author = announcements.author(turn.look, what)
    if author.id == turn.who.contact_id:
        return None
    card = reader.reply(what, turn.who.name, turn.who.email, turn.who.partner, words)
    told: Outcome = Tell(what.author_id, card) if author.active else Say(card, to="managers")
    return [told, Say(reader.passed_on(author.name if author.active else "the team"), to="here")]


_NOD = re.compile(
    r"(?:(?:[👍👌✅✔☑][\U0001F3FB-\U0001F3FF]?\ufe0f?|:(?:\+1|thumbsup|ok_hand|white_check_mark|heavy_check_mark):"
    r"(?::skin-tone-\d:)?)[\s.!]*)+|\+1"
)


def _plain(words: str) -> str:
    return words.casefold().strip(" .!")


_MUTES = ("mute", "unsubscribe", "stop")
_DONE: Mapping[str, Callable[[Turn, Announcement], Sequence[Outcome]]] = {
    **dict.fromkeys(("acknowledge", "acknowledged", "ack"), lambda turn, what: acknowledge(turn, what.code)),
    "undo": lambda turn, what: undo(turn, what.code),
    **dict.fromkeys(_MUTES, lambda turn, what: mute(turn, what.kind)),
}
