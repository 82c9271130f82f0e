"""Owners are asked whether their articles are still right, and what they answer is so from then on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from handlers.errors import FormError
from handlers.hours import Quiet
from handlers.usage.models import TurnEvent
from knowledge import store
from knowledge.audience import VENDOR
from knowledge.draft import Draft
from knowledge.models import WRITTEN_HERE, Article

OWNER = "ingrid.solvang@halden.example"  # a channel manager
CONTENT = "zoe.verhaegen@halden.example"  # content owner
OPERATOR = "rafael.quintanar@halden.example"
OTHER = "amara.nwosu@halden.example"  # a channel manager, too
PARTNER = "zoe.marchbanks@kestrelrowe.example"
TUESDAY = datetime(2027, 3, 9, 12, tzinfo=UTC)
QUIET = {"quiet": Quiet(datetime(1, 1, 1, 20).time(), datetime(1, 1, 1, 8).time())}
DAY = timedelta(days=1)


@pytest.fixture
def there(talk):
    def there(email):
        person = talk(email, policy=QUIET)
        person.says("hello")
        person.now = TUESDAY
        return person

    return there


@pytest.fixture
def old(talk, database):
    """``old(...)``: articles of these titles, a hundred days after their last verification; returns their ids. No other
    article is past its date."""

    def old(*titles, owner=OWNER, source=WRITTEN_HERE, ago=100):
        with Session(database.engine) as session:
            for article in session.exec(select(Article).where(Article.source == "tests")):
                article.verified_on = TUESDAY.date()
            for title in titles:
                draft = Draft(key=title, title=title, body=f"About {title}.\n\nMore.", owner=owner,
                              verified_on=TUESDAY.date() - ago * DAY, phrasings=[f"what of {title}"])  # fmt: skip
                store.save(session, source, draft, store.paragraphs(draft.body), None)
            session.commit()
            return [session.exec(select(Article.id).where(Article.key == title)).one() for title in titles]

    return old


def article(database, number):
    with database.read() as look:
        return look.get(Article, number)


def asked(person, email=""):
    return [card for card in person.told(email) if card.title == "Still right?"]


def tick(person, now):
    person.ticks(now, only="reviews")


def test_an_owner_is_asked_once_a_week_at_nine(there, old):
    ingrid = there(OWNER)
    old("One", "Two مقال")
    monday, told = date(2027, 3, 8), []
    for hour in range(24 * 15):
        now = datetime(2027, 3, 8, tzinfo=UTC) + timedelta(hours=hour)
        before = len(asked(ingrid))
        tick(ingrid, now)
        if len(asked(ingrid)) > before:
            told.append(now)
    assert [moment.date() for moment in told] == [monday, monday + 7 * DAY, monday + 14 * DAY]
    assert {moment.hour for moment in told} == {8}  # nine in Oslo
    card = asked(ingrid)[0]
    assert "One" in card.plain()
    assert "1 more waits behind it" in card.plain()
    assert [button.label for button in card.buttons] == ["Verify", "Edit", "Archive", "Next"]


def test_what_nobody_was_shown_for_half_a_year_is_proposed_to_be_archived(there, old, database):
    ingrid, zoe = there(OWNER), there(PARTNER)
    one, _ = old("One", "Two")
    assert "Nobody was shown it" not in ingrid.says("my reviews").plain(), "it is here since today only"
    with Session(database.engine) as session:
        for row in session.exec(select(Article)):
            row.imported_at = TUESDAY - 200 * DAY
        session.add(TurnEvent(at=TUESDAY - 190 * DAY, platform="web", place="private", kind="home", outcome="",
                              milliseconds=1, article_id=one))  # fmt: skip
        session.commit()
    assert "Nobody was shown it in the last 180 days" in ingrid.says("my reviews").plain()
    tick(ingrid, TUESDAY)
    assert "Nobody was shown it in the last 180 days" in asked(ingrid)[-1].plain()
    zoe.presses_raw("library.read", f"{one}:0")
    card = ingrid.says("my reviews")
    assert "Nobody was shown it" not in card.plain()
    ingrid.presses(card, "Next")
    assert "Two" in ingrid.rewritten().plain()
    assert "Nobody was shown it" in ingrid.rewritten().plain()


@pytest.fixture
def long_known(old, database):
    """What is known of everybody's reading goes back for more than half a year."""

    def long_known():
        with Session(database.engine) as session:
            for row in session.exec(select(Article)):
                row.imported_at = TUESDAY - 200 * DAY
            session.add(TurnEvent(at=TUESDAY - 190 * DAY, platform="web", place="private", kind="home", outcome="",
                                  milliseconds=1))  # fmt: skip
            session.commit()

    return long_known


def test_what_is_never_due_is_proposed_to_be_archived_as_well(there, old, long_known, database):
    ingrid, zoe, other = there(OWNER), there(PARTNER), there(OTHER)
    number, seen, distant, verified = old("Never verified", "Seen", "Every ten years", "Verified", ago=100)
    with Session(database.engine) as session:
        for one, on in ((number, None), (seen, None), (distant, TUESDAY - 181 * DAY), (verified, TUESDAY - 170 * DAY)):
            article = session.get(Article, one)
            article.verified_on, article.review_every_days = on and on.date(), 3_650
        session.commit()
    assert "No article of yours" in ingrid.says("my reviews").plain(), "it is not known for long enough"
    long_known()
    zoe.presses_raw("library.read", f"{seen}:0")
    tick(ingrid, TUESDAY)
    (card,) = asked(ingrid)
    assert asked(other) == []
    assert "Never verified\nIt was never verified.\nNobody was shown it in the last 180 days" in card.plain()
    assert "1 more waits behind it" in card.plain()
    ingrid.presses(card, "Archive")
    assert "Every ten years\nLast verified on 9 Sep 2026. Its review is due on" in ingrid.rewritten().plain()
    ingrid.presses(ingrid.rewritten(), "Verify")
    assert "No article of yours" in ingrid.rewritten().plain(), "it was looked at, so that it is needed"
    tick(ingrid, TUESDAY + 8 * DAY)
    assert asked(ingrid) == []


def test_the_owner_reads_from_when_on_it_is_stale(there, old):
    ingrid = there(OWNER)
    old("One", ago=119)
    assert "It is stale from 10 Mar 2027 on." in ingrid.says("my reviews").plain()
    ingrid.now = TUESDAY + DAY
    assert "It is stale." in ingrid.says("my reviews").plain()


def test_that_somebody_tried_a_later_day_out_asks_nobody_less_or_twice(there, old):
    ingrid = there(OWNER)
    old("One")
    tick(ingrid, TUESDAY)
    tick(ingrid, TUESDAY + 28 * DAY)
    tick(ingrid, TUESDAY + DAY)
    assert len(asked(ingrid)) == 2
    for day in range(7, 35):
        tick(ingrid, TUESDAY + day * DAY)
    assert len(asked(ingrid)) == 5, "after one, two and three weeks; what was to come after four was told"


def test_nobody_else_is_asked(there, old):
    ingrid, amara, partner = there(OWNER), there(OTHER), there(PARTNER)
    old("One")
    old("Orphan", owner="nobody@elsewhere.example")
    old("Of a partner", owner=PARTNER)
    old("Fresh", ago=10)
    tick(ingrid, TUESDAY)
    assert [len(asked(person)) for person in (ingrid, amara, partner)] == [1, 0, 0]
    assert "behind it" not in asked(ingrid)[0].plain()


def test_verify_makes_it_right_from_today(there, old, database):
    ingrid = there(OWNER)
    one, _ = old("One", "Two")
    tick(ingrid, TUESDAY)
    ingrid.presses(asked(ingrid)[0], "Verify")
    assert article(database, one).verified_on == TUESDAY.date()
    assert not article(database, one).overdue(TUESDAY.date() + 90 * DAY)
    card = ingrid.rewritten()
    assert "Verified: “One”. I ask again after 7 Jun 2027." in card.plain()
    assert "Two" in card.plain()
    tick(ingrid, TUESDAY + 21 * DAY)
    assert "Two" in asked(ingrid)[-1].plain()
    assert "One" not in asked(ingrid)[-1].plain()


def test_archive_takes_it_out_and_undo_brings_it_back(there, old, database):
    ingrid = there(OWNER)
    (one,) = old("One")
    tick(ingrid, TUESDAY)
    ingrid.presses(asked(ingrid)[0], "Archive")
    with database.read() as look:
        assert store.by_id(look, one, VENDOR) is None
        assert store.found(look, [one], VENDOR) == {}
        assert one not in [article.id for article, _, _ in store.everything(look)]
    assert "not for your programme" in ingrid.presses_raw("library.read", f"{one}:0").plain()
    card = ingrid.presses_raw("reviews.archive", str(one))
    assert "Archived: “One”" in card.plain()
    ingrid.presses(card, "Undo")
    with database.read() as look:
        assert store.by_id(look, one, VENDOR) is not None
    ingrid.presses_raw("reviews.archive", str(one))
    ingrid.says("please undo that")
    with database.read() as look:
        assert store.by_id(look, one, VENDOR) is not None


def test_what_is_archived_stays_so_when_its_source_changes(there, old, database):
    ingrid = there(OWNER)
    (one,) = old("One", source="files")
    ingrid.presses_raw("reviews.archive", str(one))
    with Session(database.engine) as session:
        draft = Draft(key="One", title="One, better", body="New.", owner=OWNER)
        store.save(session, "files", draft, store.paragraphs("New."), one)
        session.commit()
    assert article(database, one).archived_on == TUESDAY.date()


def test_a_search_that_finds_what_was_archived_does_not_show_it(there, database):
    person = there(PARTNER)
    assert "protected for 90 days" in person.says("How do I register a deal?").plain()
    with database.read() as look:
        number = look.exec(select(Article.id).where(Article.title == "Register a deal")).one()
    there(CONTENT).presses_raw("reviews.archive", str(number))
    assert "protected for 90 days" not in person.says("How do I register a deal?").plain()


def test_edit_changes_what_was_written_here(there, old, database):
    ingrid = there(OWNER)
    (one,) = old("One")
    tick(ingrid, TUESDAY)
    ingrid.presses(asked(ingrid)[0], "Edit")
    assert {field.name: field.value for field in ingrid.form.inputs} == {"title": "One", "text": "About One.\n\nMore."}
    with pytest.raises(FormError):
        ingrid.sends(text="")
    card = ingrid.sends(title="One خبر", text="First.\n\nSecond *as it is*.")
    assert "Saved and verified: “One خبر”" in card.plain()
    changed = article(database, one)
    assert (changed.title, changed.body, changed.verified_on) == (
        "One خبر", "First.\n\nSecond *as it is*.", TUESDAY.date(),
    )  # fmt: skip
    with database.read() as look:
        assert [passage.text for passage in store.passages(look, one)] == ["First.\n\nSecond *as it is*."]
        texts = [phrasings for article, phrasings, _ in store.everything(look) if article.id == one]
    assert texts == [["what of One"]]


def test_what_has_a_source_is_changed_there(there, old):
    ingrid = there(OWNER)
    (one,) = old("One", source="/srv/content")
    card = ingrid.presses_raw("reviews.edit", str(one))
    assert ingrid.form is None
    assert "comes from /srv/content, One. Change it there" in card.plain()


@pytest.mark.parametrize("act", ["verify", "edit", "archive", "restore", "later"])
def test_only_those_in_charge_may(there, old, database, act):
    (one,) = old("One")
    before = article(database, one)
    for email in (OTHER, PARTNER):
        person = there(email)
        assert "reviewed by their owner" in person.presses_raw(f"reviews.{act}", str(one)).plain()
        assert person.form is None
    assert article(database, one) == before
    for email in (OWNER, CONTENT, OPERATOR):
        assert "reviewed by their owner" not in there(email).presses_raw(f"reviews.{act}", str(one)).plain()


def test_an_owner_who_is_a_partner_does_not_decide(there, old):
    (one,) = old("One", owner=PARTNER)
    assert "reviewed by their owner" in there(PARTNER).presses_raw("reviews.verify", str(one)).plain()


@pytest.mark.parametrize("value", ["", "x", "0", "999999", "-1", "1" * 40, "²"])
def test_a_button_of_nothing_does_nothing(there, value):
    assert "reviewed by their owner" in there(CONTENT).presses_raw("reviews.verify", value).plain()


def test_next_goes_round(there, old):
    ingrid = there(OWNER)
    old("One", "Two", "Three")
    card, seen = ingrid.says("my reviews"), []
    for _ in range(4):
        seen.append(next(title for title in ("One", "Two", "Three") if title in card.plain()))
        ingrid.presses(card, "Next")
        card = ingrid.rewritten()
    assert seen == ["One", "Two", "Three", "One"]


def test_everything_can_be_written_instead(there, old, database):
    ingrid = there(OWNER)
    one, two = old("One", "Two")
    assert "One" in ingrid.commands("reviews", "").plain()
    ingrid.says(f"Verify article {one}.")
    assert article(database, one).verified_on == TUESDAY.date()
    ingrid.says(f"archive article {two}")
    assert article(database, two).archived_on
    ingrid.says(f"restore article {two}")
    assert article(database, two).archived_on is None
    card = ingrid.says(f"edit article {two}")
    ingrid.presses(card, "Edit")
    assert ingrid.form is not None


def test_who_looks_after_all_content_sees_that_of_others_too(there, old):
    old("One")
    assert "One" in there(CONTENT).says("reviews").plain()
    assert "past its review date" in there(OTHER).says("reviews").plain()
    assert "reviewed by their owner" in there(PARTNER).says("my reviews").plain()
