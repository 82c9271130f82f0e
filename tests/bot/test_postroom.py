"""What a turn decides becomes rows: for the asker, for other people, for the vendor's channels, in threads, once."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel
from sqlmodel import select

from handlers import router
from handlers.errors import FormError, PortalError
from handlers.feature import Feature, Kept, Submission
from handlers.notices.models import Delivery
from handlers.partners import store as partners
from handlers.turn import Emit, Follow, Link, Open, Refuse, Rewrite, Say, Tell
from handlers.ui import Card, Form, Input, Text

ZOE, IDRIS = "zoe.marchbanks@kestrelrowe.example", "idris.fairweather@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"
LATER = datetime(2031, 5, 5, 9, tzinfo=UTC)


def card(text: str) -> Card:
    return Card(body=(Text(text=text),))


def form(note: str = "", value: str = "") -> Form:
    return Form(name="try.form", title="Try", note=note, inputs=(Input(name="word", label="Word", value=value),))


class Entry(BaseModel):
    word: str


def begin(turn, words):
    return [
        Say(card("For you"), to="direct", subject="matter:1"),
        Say(card("For managers"), to="managers", subject="desk:1"),
        Follow("desk:1", card("Under it")),
        Say(card("For support"), to="support", topic=words.partition(" ")[2]),
        Emit("matter.begun", {"number": 1}),
    ]


def tell(turn, words):
    contact = partners.by_email(turn.look, words.partition(" ")[2])[0]
    return [Tell(contact.id, card("Told"), key=f"told:{contact.id}")]


def take(turn, context, entry):
    if entry.word == "bad":
        raise FormError(word="Write another word.")
    if entry.word == "probe":
        partners.grant(turn.session, ("test", "T1", "probed"), partners.by_email(turn.look, ZOE)[0], turn.now)
        return [Refuse({"word": "Counted."})]
    return [Open(form("Is that right?", entry.word + "!"))] if entry.word == "unsure" else [Say(card(entry.word))]


HEARS = {
    "begin": begin,
    "tell": tell,
    "rewrite": lambda turn, words: [Rewrite("desk:1", card("Decided"))],
    "follow": lambda turn, words: [
        Follow("desk:1", card("Later")),
        Follow("matter:1", card("Yours"), subject="copy:1"),
    ],
    "copy": lambda turn, words: [Rewrite("copy:1", card("Yours, changed"))],
    "nothing": lambda turn, words: [Follow("desk:99", card("Nowhere")), Rewrite("desk:99", card("Nothing"))],
    "once": lambda turn, words: [Say(card("Once"), key="once"), Say(card("Once"), key="once")],
}
TRY = Feature(
    name="try",
    hears=lambda words: HEARS.get(words.partition(" ")[0]),
    threads={"matter": lambda turn, words: [Say(card(f"{turn.subject} {words} {[link.name for link in turn.links]}"))]},
    edited=lambda turn, words: [Say(card(f"edited {turn.place.message}: {words}"))],
    commands={"try": lambda turn, words: [Open(form(value=words))]},
    shortcuts={"try": lambda turn, words: [Open(form(value=words))]},
    forms={"try.form": Submission(Entry, take, lambda _, __, values: Kept("", [Say(card(f"kept {values}"))]))},
    schedules={"daily": lambda tick: [Say(card(f"It is {tick.now:%d %B}"), to="managers", key=f"daily:{tick.now:%F}")]},
)


@pytest.fixture(autouse=True)
def _try(monkeypatch):
    monkeypatch.setattr(router, "FEATURES", (TRY, *router.FEATURES))


def text_of(cards):
    return [card.plain() for card in cards]


def test_messages_go_to_the_asker_the_channels_and_their_threads(talk):
    zoe = talk(ZOE, routes={"Backup": "backup-desk"}, webhook=True)
    zoe.says("begin backup")
    assert text_of(zoe.told()) == ["For you"]
    assert text_of(zoe.managers()) == ["For managers", "Under it"]
    assert text_of(zoe.shown("backup-desk")) == ["For support"]
    with zoe.database.read() as look:
        rows = look.exec(select(Delivery).order_by(Delivery.id)).all()
        root, under = [row for row in rows if row.conversation == "managers"]
        (hook,) = [row for row in rows if row.platform == "webhook"]
    assert under.thread == root.platform_id
    assert hook.card["type"] == "matter.begun"
    assert hook.card["data"] == {"number": 1}
    assert datetime.fromisoformat(hook.card["timestamp"]).tzinfo


def test_an_unrouted_topic_goes_to_the_common_channel(talk):
    zoe = talk(ZOE, routes={"Backup": "backup-desk"})
    zoe.says("begin storage")
    assert text_of(zoe.support()) == ["For support"]


def test_without_channels_nothing_is_written_for_them(talk):
    zoe = talk(ZOE, desk=False)
    zoe.says("begin")
    with zoe.database.read() as look:
        assert set(look.exec(select(Delivery.conversation))) == {f"D-{ZOE}"}


def test_a_confirmation_comes_directly_though_it_was_asked_for_in_a_channel(talk):
    zoe = talk(ZOE, conversation="C1", thread="t1", private=False)
    zoe.says("begin")
    assert text_of(zoe.told()) == ["For you"]
    assert text_of(zoe.shown("C1")) == []


def test_others_are_told_where_they_were_last_seen_and_once(talk):
    zoe, idris = talk(ZOE), talk(IDRIS)
    idris.says("hello")
    zoe.says(f"tell {IDRIS}")
    zoe.says(f"tell {IDRIS}")
    assert text_of(idris.told()).count("Told") == 1


def test_somebody_never_seen_and_somebody_inactive_are_not_told(talk):
    zoe = talk(ZOE)
    zoe.says(f"tell {IDRIS}")
    assert text_of(zoe.told(IDRIS)) == []


def test_a_message_is_rewritten_and_followed_up_by_its_subject(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    zoe.says("begin")
    ingrid.says("rewrite")
    ingrid.says("follow")
    assert text_of(ingrid.managers()) == ["Decided", "Under it", "Later"]
    assert text_of(zoe.told()) == ["For you", "Yours"]
    ingrid.says("copy")
    assert text_of(zoe.told()) == ["For you", "Yours, changed"]


def test_what_was_never_posted_is_neither_followed_nor_rewritten(talk):
    zoe = talk(ZOE)
    zoe.says("nothing")
    assert zoe.heard == []


def test_a_key_is_used_once_in_a_turn_and_for_ever(talk):
    zoe = talk(ZOE)
    zoe.says("once")
    zoe.says("once")
    assert text_of(zoe.told()) == ["Once"]


def test_words_under_a_message_go_to_its_matter_with_their_files(talk):
    zoe = talk(ZOE)
    zoe.says("begin")
    said = zoe.replies(zoe.told()[0], "hello there", links=[Link("log.txt", "https://files.example/1")])
    assert said.plain() == "matter:1 hello there ['log.txt']"


def test_a_message_that_changes_or_goes_is_told_to_the_features(talk):
    zoe = talk(ZOE)
    assert zoe.edits("m9", "new words").plain() == "edited m9: new words"
    assert zoe.edits("m9", None).plain() == "edited m9: None"


def test_a_command_and_a_shortcut_open_a_dialog(talk):
    zoe = talk(ZOE)
    zoe.commands("try", "this")
    assert zoe.form.inputs[0].value == "this"
    zoe.calls("try", "that")
    assert zoe.form.inputs[0].value == "that"


def test_a_dialog_can_ask_back_before_it_is_done(talk):
    zoe = talk(ZOE)
    zoe.commands("try", "")
    zoe.sends(word="unsure")
    assert zoe.form.note == "Is that right?"
    assert zoe.sends().plain() == "unsure!"
    assert zoe.form is None


def test_a_field_that_is_wrong_stops_everything(talk):
    zoe = talk(ZOE)
    zoe.commands("try", "")
    with pytest.raises(FormError, match="another word"):
        zoe.sends(word="bad")
    zoe.commands("try", "")
    with pytest.raises(FormError) as empty:
        zoe.sends()
    assert empty.value.fields == {"word": "Please fill this in."}


def test_a_refusal_keeps_what_was_counted(talk):
    zoe = talk(ZOE)
    zoe.commands("try", "")
    with pytest.raises(FormError, match="Counted"):
        zoe.sends(word="probe")
    with zoe.database.read() as look:
        assert partners.by_chat(look, "test", "T1", "probed")


def test_a_dialog_that_is_closed_is_told_with_what_was_typed(talk):
    zoe = talk(ZOE)
    zoe.commands("try", "")
    assert zoe.closes(word="half").plain() == "kept {'word': 'half'}"


def test_the_clock_decides_as_if_it_were_then_and_once(talk):
    zoe = talk(ZOE)
    assert zoe.ticks(LATER)["try.daily"] == 1
    assert zoe.ticks(LATER + timedelta(hours=1))["try.daily"] == 0
    assert text_of(zoe.managers()) == ["It is 05 May"]


def test_a_schedule_that_fails_does_not_hold_up_the_others(talk, monkeypatch):
    from bot.scheduler import tick

    def fails(_):
        raise PortalError("no")

    broken = Feature(name="broken", schedules={"now": fails})
    monkeypatch.setattr(router, "FEATURES", (broken, *router.FEATURES))
    zoe = talk(ZOE)
    written, failed = tick(zoe.portal, LATER)
    assert written["try.daily"] == 1
    assert failed == ["broken.now"]


def test_a_guest_is_refused_whatever_they_do(talk):
    guest = talk("nobody@elsewhere.example", unknown=True)
    assert "I don't know you" in guest.says("begin").plain()
    assert "I don't know you" in guest.commands("try", "").plain()
    assert "I don't know you" in guest.calls("try", "").plain()
    assert "I don't know you" in guest.submits("try.form", "", word="x").plain()
    assert "I don't know you" in guest.home().plain()
    assert guest.edits("m1", "x").title == "(nothing)"
    assert guest.managers() == guest.support() == []
