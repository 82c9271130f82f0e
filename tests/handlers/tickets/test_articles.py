"""A resolved ticket becomes a draft article, and a content owner decides."""

import pytest
from sqlmodel import select

from bot.content import build_index
from handlers.errors import FormError
from knowledge.models import Article, Passage
from tests.conftest import search_in
from tests.handlers.tickets.people import DEVON, INGRID, OWNER, ZOE, desk, events, labels, opened, said

TEXT = "Press the red button.\n\nThen press the blue one."


@pytest.fixture
def drafted(talk):
    """A ticket, somebody of the team who has just drafted its article, and the content owner."""
    zoe, ingrid, owner = talk(ZOE), talk(INGRID), talk(OWNER)
    owner.says("hello")
    code = opened(zoe)
    ingrid.replies(desk(ingrid, code), "reply: Press the red button.", where="support")
    ingrid.replies(desk(ingrid, code), "INSIDE", where="support")
    assert "Resolve the ticket first" in ingrid.presses_raw("tickets.article", code).plain()
    ingrid.presses_raw("tickets.resolve", code)
    ingrid.presses(desk(ingrid, code), "Draft an article", where="support")
    assert [field.value for field in ingrid.form.inputs] == ["SSO login fails", "Press the red button.", "ours"]
    return code, ingrid, owner


def articles(database):
    with database.read() as look:
        return list(look.exec(select(Article).where(Article.source == "tickets")))


def test_a_draft_waits_for_a_content_owner(talk, database, drafted):
    code, ingrid, owner = drafted
    for wrong in ({"title": " "}, {"text": " "}, {"text": "x" * 3_001}, {"readers": "nobody"}):
        with pytest.raises(FormError):
            ingrid.submits("tickets.article", code, **({"title": "T", "text": "x", "readers": "ours"} | wrong))
    assert "waits for a content owner" in ingrid.sends(text=TEXT).plain()
    card = owner.told()[-1]
    assert card.title == "Draft article: SSO login fails"
    assert "our own people only" in card.plain()
    assert labels(card) == ["Accept", "Decline"]
    assert articles(database) == []
    assert "already" in ingrid.presses_raw("tickets.article", code).plain()


def test_a_content_owner_finds_what_waits_without_the_message_about_it(talk, drafted):
    code, ingrid, owner = drafted
    assert "No draft waits" in owner.says("draft articles").plain()
    ingrid.sends(title="SSO fails after the upgrade", text=TEXT)
    listed = owner.says("show me the draft articles")
    assert f"SSO fails after the upgrade (made of {code})" in listed.plain()
    card = owner.presses(listed, "Show")
    assert labels(card) == ["Accept", "Decline"]
    for person in (ingrid, talk(ZOE)):
        assert "Only a content owner" in person.says("draft articles").plain()
        assert "Only a content owner" in person.presses_raw("tickets.article_show", listed.buttons[0].value).plain()
    owner.presses(card, "Decline")
    assert "No draft waits" in owner.says("draft articles").plain()
    assert "declined already" in owner.presses(listed, "Show").plain()


def test_what_is_accepted_becomes_an_article_that_is_found(talk, database, settings, drafted):
    code, ingrid, owner = drafted
    ingrid.sends(title="SSO fails after the upgrade", text=TEXT)
    card = owner.told()[-1]
    for person in (ingrid, talk(ZOE), talk(DEVON)):
        assert "Only a content owner" in person.presses_raw("tickets.article_accept", card.buttons[0].value).plain()
    owner.presses(card, "Accept")
    assert "is an article now" in owner.told()[-1].plain()
    assert "accepted already" in owner.presses_raw("tickets.article_decline", card.buttons[0].value).plain()
    (article,) = articles(database)
    assert (article.key, article.owner, article.for_whom.open_to_all) == (code, OWNER, False)
    with database.read() as look:
        assert [row.text for row in look.exec(select(Passage).where(Passage.article_id == article.id))] == [TEXT]
    build_index(settings, database, lambda done, total: None)
    asked, search = "Why does SSO fail after the upgrade?", search_in(settings.portal_home)
    assert "red button" in talk(INGRID, search=search).says(asked).plain()
    assert "red button" not in talk(DEVON, search=search).says(asked).plain()
    assert events(database, code)[-2:] == ["drafted", "article accepted"]


def test_everybody_may_be_chosen_to_read_it(database, drafted):
    _, ingrid, owner = drafted
    ingrid.sends(text=TEXT, readers="everybody")
    owner.presses(owner.told()[-1], "Accept")
    assert articles(database)[0].for_whom.open_to_all


def test_what_is_declined_may_be_tried_again(database, drafted):
    code, ingrid, owner = drafted
    ingrid.sends(text=TEXT)
    owner.presses(owner.told()[-1], "Decline")
    assert "declined" in said(ingrid.support())
    ingrid.presses_raw("tickets.article", code)
    ingrid.sends(text="Better.")
    owner.presses(owner.told()[-1], "Accept")
    assert [article.body for article in articles(database)] == ["Better."]
