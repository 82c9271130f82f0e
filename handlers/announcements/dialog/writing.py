"""Writing one: begun by a command, a button, a shortcut or words; kept whenever a dialog is left."""

import re
from collections.abc import Mapping, Sequence

from handlers.announcements.dialog import entry as entries
from handlers.announcements.dialog import sending
from handlers.announcements.dialog.access import allowed, code_of, in_place, seen, to_change
from handlers.announcements.dialog.entry import Text, Whom
from handlers.announcements.dialog.preview import for_whom, preview
from handlers.announcements.models.announcement import KINDS, LONGEST_TITLE, UNSENT, Announcement, State
from handlers.announcements.store import announcements, audience
from handlers.announcements.views import draft, forms, reader
from handlers.cite import shortened
from handlers.errors import FormError
from handlers.feature import Kept
from handlers.notices.models import Dialog
from handlers.partners import store as partners
from handlers.turn import Open, Outcome, Rewrite, Say, Turn, markdown_of
from handlers.ui import MAX_TEXT, Form

LISTED_SHOWN = 60
MOST_PARTNERS = 2_000
_MARKS = re.compile(r"^[#>\s]+|(?<!\w)[*_~`]+|[*_~`]+(?!\w)")


def begin(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "opened"
    allowed(turn)
    return [Open(forms.text({}, "", turn.policy))]


def begin_with(turn: Turn, words: str) -> Sequence[Outcome]:
    """With what the announcement is to say, or its beginning."""
    turn.kind, turn.result = "announcement", "opened"
    allowed(turn)
    if not words.strip():
        return begin(turn, "")
    what = _started(turn, words)
    return [Open(forms.text(entries.shown(what), what.code, turn.policy))]


def wish(turn: Turn, words: str, to: str) -> Sequence[Outcome]:
    """In words, which can open no dialog. Whom they are said ``to`` stands in the second one, to be looked at."""
    turn.kind, turn.result = "announcement", "wished"
    allowed(turn)
    meant = entries.meant(turn, to)
    what = _started(turn, words)
    what.audience = meant.model_dump(mode="json")
    return [Say(draft.offer(what, for_whom(turn.look, what) if to else ""), to="asker")]


def _started(turn: Turn, words: str) -> Announcement:
    begun = _begun(words)
    what = _new(turn)
    what.title, what.message = begun["title"], begun["message"]
    announcements.add(turn.session, what)
    return what


def _begun(words: str) -> Mapping[str, str]:
    """A title, and below it the message; of a single line both are made."""
    text = markdown_of(words).strip()
    first, _, rest = words.strip().partition("\n")
    _, _, below = text.partition("\n")
    return {
        "title": shortened(_MARKS.sub("", first), LONGEST_TITLE) if first else "",
        "message": forms.fitted(below.strip() if rest.strip() else text),
    }


def _new(turn: Turn) -> Announcement:
    return Announcement(
        code="",
        author_id=turn.who.contact_id,
        title="",
        message="",
        zone=turn.who.time_zone,
        created_at=turn.now,
    )


def write(turn: Turn, code: str) -> Sequence[Outcome]:
    """The first dialog, with what is in the draft."""
    turn.kind, turn.result = "announcement", "opened"
    what = to_change(turn, code, State.draft, lock=False)
    return [Open(forms.text(entries.shown(what), what.code, turn.policy))]


def text(turn: Turn, code: str, entry: Text) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "written"
    allowed(turn)
    what = to_change(turn, code, State.draft) if code else _new(turn)
    entries.text(turn, what, entry)
    if not code:
        announcements.add(turn.session, what)
    turn.session.add(what)
    turn.session.flush()
    return preview(turn, what) if what.chosen else [Open(_whom(turn, what))]


def choose(turn: Turn, code: str) -> Sequence[Outcome]:
    """The second dialog, as long as nobody has got anything."""
    turn.kind, turn.result = "announcement", "opened"
    return [Open(_whom(turn, to_change(turn, code, *UNSENT, lock=False)))]


def _whom(turn: Turn, what: Announcement) -> Form:
    listed = announcements.listed(turn.session, what, LISTED_SHOWN + 1) if what.whom.listed else ()
    few = listed if len(listed) <= LISTED_SHOWN else ()
    names, choices = partners.partner_names(turn.look, MOST_PARTNERS), audience.choices(turn.look)
    submit = "Preview" if what.state == State.draft else "Change it"
    return forms.audience(entries.shown_whom(turn, what, few), what.code, choices, names, submit)


def whom(turn: Turn, code: str, entry: Whom) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "addressed"
    what = to_change(turn, code, *UNSENT)
    before, had = what.whom, announcements.listed(turn.session, what, LISTED_SHOWN + 1)
    listed = entries.whom(turn, what, entry)
    if before.listed and not listed and len(had) > LISTED_SHOWN:  # it had no room in the dialog, and stays
        what.audience, listed = what.audience | {"listed": True}, had
    else:
        announcements.list_only(turn.session, what, listed)
    what.chosen = True
    turn.session.add(what)
    turn.session.flush()
    if what.state == State.draft:
        return preview(turn, what)
    return sending.again(turn, what, same=before == what.whom and had == listed)


def closed_text(turn: Turn, code: str, values: Mapping[str, str]) -> Kept | None:
    """The first dialog was closed: what stands in it is kept; nothing of a draft is lost by it."""
    turn.kind, turn.result = "announcement", "left"
    allowed(turn)
    what = to_change(turn, code, State.draft) if code else _new(turn)
    if not any(values.get(name, "").strip() for name in ("title", "message")):
        return _kept(what) if code else None
    before = entries.shown(what)
    typed = {name: values.get(name, before[name]) for name in Text.model_fields}
    try:
        entries.text(turn, what, Text.model_validate(typed))
    except FormError:  # what is wrong with it is said when it is sent
        what.title, what.message = what.title[:LONGEST_TITLE], what.message[:MAX_TEXT]
        what.product, what.version = what.product[: forms.LONGEST["product"]], what.version[: forms.LONGEST["version"]]
        what.kind = what.kind if what.kind in KINDS else "news"
    if not code:
        announcements.add(turn.session, what)
    turn.session.add(what)
    return _kept(what)


def closed_whom(turn: Turn, code: str, _: Mapping[str, str]) -> Kept | None:
    turn.kind, turn.result = "announcement", "left"
    what = seen(turn, code) if code_of(code) else None
    return _kept(what) if what is not None and what.state == State.draft else None


def _kept(what: Announcement) -> Kept:
    return Kept(what.code, [Say(draft.left(what), to="direct")])


def left(turn: Turn, dialog: Dialog) -> Sequence[Outcome]:
    """Either dialog, on another platform than it was left on."""
    allowed(turn)
    what = to_change(turn, dialog.context, State.draft) if dialog.context else _started(turn, "")
    return [Say(draft.left(what, dialog.begun("write an announcement")), to="direct")]


def discard(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "discarded"
    what = to_change(turn, code, State.draft)
    announcements.discard(turn.session, what)
    line = reader.line(f"{what.code} was discarded. Nothing was sent.")
    return [*in_place(turn, line), Rewrite(what.desk, line)]
