"""The Home has room for what everybody can do: six actions, whoever opens it."""

import pytest

from handlers.ui import MAX_ACTIONS

PEOPLE = {
    "partner user": "zoe.marchbanks@kestrelrowe.example",
    "partner admin": "idris.fairweather@kestrelrowe.example",
    "channel manager": "ingrid.solvang@halden.example",
    "content owner": "zoe.verhaegen@halden.example",
}


@pytest.mark.parametrize("role", PEOPLE)
def test_the_home_fits_and_offers_what_this_person_may_do(talk, role):
    home = talk(PEOPLE[role]).home()
    labels = [button.label for button in home.buttons]
    assert len(labels) <= MAX_ACTIONS
    assert {"Browse by need", "Open a ticket", "My certifications"} <= set(labels)
    assert ("Register a deal" in labels) == role.startswith("partner")


def test_the_home_names_the_needs_and_one_press_offers_them(talk):
    zoe = talk(PEOPLE["partner user"])
    offered = [button.label for button in zoe.presses(zoe.home(), "Browse by need").buttons]
    assert len(offered) > 1
    assert all(label in zoe.home().plain() for label in offered if label != "More needs")


def test_every_button_of_the_home_can_be_pressed(talk):
    zoe = talk(PEOPLE["partner user"])
    for button in zoe.home().buttons:
        zoe.presses_raw(button.action, button.value)
        assert bool(zoe.form) == button.opens_form, button.label
        assert zoe.form or zoe.heard, button.label
