"""A dialog that was left on one platform and is offered on another: on both databases, and in the same instant."""

from dataclasses import replace

import pytest
from sqlmodel import select, update

from handlers.notices.models import Delivery, Dialog
from handlers.partners.models import Contact
from tests.handlers.deals.deal import INGRID, NORDFELL, ZOE, at
from tests.handlers.deals.test_races import at_once

MANY = 20


def elsewhere(person):
    return replace(person.caller, platform="other"), replace(person.place, platform="other")


def offered(person):
    with person.database.read() as look:
        told = look.exec(select(Delivery).where(Delivery.platform == "other", Delivery.kind == "notice")).all()
    return [row for row in told if "You began to" in str(row.card)]


def dialogs(person):
    with person.database.read() as look:
        return list(look.exec(select(Dialog)))


@pytest.mark.parametrize(("command", "title"), [("deal", "deal is not registered"), ("ticket", "ticket is not sent")])
def test_twenty_messages_in_the_same_instant_are_answered_with_one_offer(talk, command, title):
    zoe = at(talk(ZOE))
    zoe.commands(command, "")
    caller, place = elsewhere(zoe)
    at_once(*(lambda: zoe.portal.say(caller, place, "hello") for _ in range(MANY)))
    (row,) = offered(zoe)
    assert title in str(row.card)
    assert dialogs(zoe) == []


def test_a_refused_dialog_is_offered_and_the_offer_outlives_no_refusal(talk):
    """What is wrong with a dialog here says nothing of the one there."""
    zoe = at(talk(ZOE))
    zoe.commands("ticket", "The portal burns")
    caller, place = elsewhere(zoe)
    with pytest.raises(Exception, match="domain"):
        zoe.portal.submit(caller, place, "deals.register", "", NORDFELL | {"domain": "none"})
    assert offered(zoe) == []
    zoe.portal.submit(caller, place, "deals.register", "", NORDFELL)
    (row,) = offered(zoe)
    assert "The portal burns" in str(row.card)


def test_who_may_not_go_on_with_it_is_not_asked(talk, database):
    ingrid, zoe = at(talk(INGRID)), at(talk(ZOE))
    ingrid.commands("announce", "Lens 7 is out")
    zoe.commands("deal", "for Acme")
    with database.session() as session:
        session.execute(update(Contact).where(Contact.email.in_((INGRID, ZOE))).values(role="content_owner"))
        session.execute(update(Contact).where(Contact.email == ZOE).values(partner_id=None))
        session.commit()
    for person in (ingrid, zoe):
        person.portal.say(*elsewhere(person), "hello")
        assert offered(person) == []
    assert dialogs(zoe) == []


def test_an_announcement_is_kept_as_it_was_begun_and_one_nobody_wrote_in_begins_anew(talk):
    ingrid = at(talk(INGRID))
    ingrid.commands("announce", "Lens 7 is out")
    ingrid.portal.say(*elsewhere(ingrid), "hello")
    assert "Lens 7 is out" in str(offered(ingrid)[-1].card)
    ingrid.commands("announce", "")
    ingrid.portal.say(*elsewhere(ingrid), "hello")
    assert "Your announcement is kept as the draft" in str(offered(ingrid)[-1].card)
    assert len(offered(ingrid)) == 2


@pytest.mark.parametrize("words", ["for 日本システム株式会社, 50k", "for شركة القمر, 50k EUR", "for " + "x" * 400])
def test_what_is_known_is_shown_in_every_script(talk, words):
    zoe = at(talk(ZOE))
    zoe.commands("deal", words)
    known = {field.name: field.value for field in zoe.form.inputs}
    zoe.portal.say(*elsewhere(zoe), "hello")
    (row,) = offered(zoe)
    assert known["customer"][:100] in str(row.card)
