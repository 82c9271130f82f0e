"""Whatever people of two partners do, nothing that one of them wrote ever reaches the other."""

import os
import random

import pytest

from bot.demo.program import HERE
from bot.people import import_contacts, import_partners
from tests.proof.world import CANARIES, ONE, OTHER, VENDOR, World

ACTIONS = int(os.environ.get("SOAK_ACTIONS", "20000"))
SEEDS = 4  # so that several processes share the work


@pytest.fixture
def filled(database):
    with database.session() as session:
        import_partners(session, HERE / "partners.csv")
        session.flush()
        import_contacts(session, HERE / "contacts.csv")
        session.commit()
    return database


def may_read(conversation: str) -> tuple[str, ...]:
    """The canaries that may be seen in a conversation: one's own partner's; in the vendor's channels all."""
    who = conversation.removeprefix("D-")
    own = CANARIES.get(who.partition("@")[2])
    return (own,) if own else tuple(CANARIES.values())


RUNS = [("sqlite", ACTIONS // SEEDS, seed) for seed in range(SEEDS)] + [("postgresql", ACTIONS // 10, SEEDS)]


@pytest.mark.parametrize(("settings", "actions", "seed"), RUNS, indirect=["settings"])
def test_no_canary_ever_reaches_the_other_partner(filled, actions, seed, capfd):
    world, heard = World(filled, random.Random(seed)), dict.fromkeys(CANARIES.values(), 0)
    for number in range(actions):
        who, shown = world.step()
        for conversation, text in shown:
            for canary in foreign(conversation):
                assert canary not in text, f"action {number} by {who} in {conversation}: {text[:2000]}"
            for canary in may_read(conversation):
                heard[canary] += canary in text
    for who, cards in world.homes.items():
        assert not any(canary in card for card in cards for canary in foreign(f"D-{who}"))
    assert min(heard.values()) > actions / 50, "the canaries are there to be heard"
    logged = "".join(capfd.readouterr())
    assert not any(canary in logged for canary in CANARIES.values()), "what people write is in no log"
    what = f"{actions} random actions of two partners, no text of one reached the other"
    with capfd.disabled():
        print(f"soak: canaries ({'SQLite' if filled.sqlite else 'PostgreSQL'}): {what}")


def foreign(conversation: str) -> set[str]:
    return set(CANARIES.values()) - set(may_read(conversation))


def test_everybody_in_the_play_is_somebody():
    assert len({*ONE, *OTHER, *VENDOR}) == 6
