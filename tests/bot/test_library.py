"""The index in use: none, damaged, or taken up while the process runs."""

import shutil

import pytest
from sqlalchemy import create_engine

from bot.database import Database, migrate
from bot.library import Library
from bot.settings import Settings
from indexer.export import Model
from knowledge.audience import VENDOR
from tests.conftest import fill

ASKED = "How do I register a deal?"


@pytest.fixture
def here(home):
    settings = Settings(portal_home=home)
    database = Database(settings.database)
    migrate(database, home)
    yield settings, database
    database.close()


def damage(home, models):
    (home / "models").unlink()
    model = home / "models" / Model("", models).fingerprint
    shutil.copytree(models / model.name, model)
    (model / "tokenizer.json").write_text("{}")


def test_without_articles_every_question_is_answered_by_an_abstention(here):
    library = Library(*here)
    assert library.state() == "ok"
    assert library.search(ASKED, VENDOR).outcome == "abstain"


async def test_a_damaged_model_means_abstentions_until_it_is_whole_again(here, home, models):
    settings, database = here
    fill(settings, database)
    damage(home, models)
    library = Library(settings, database)
    assert library.state() == "being built"
    assert library.search(ASKED, VENDOR).outcome == "abstain"
    shutil.rmtree(home / "models")
    (home / "models").symlink_to(models)
    await library.refresh()
    assert library.state() == "ok"
    assert library.search(ASKED, VENDOR).hits[0].key == "register-a-deal"


async def test_what_is_loaded_goes_on_serving_over_a_damaged_model(here, home, models):
    settings, database = here
    fill(settings, database)
    library = Library(settings, database)
    damage(home, models)
    (home / "index" / "current").touch()
    await library.refresh()
    assert library.state() == "ok"
    assert library.search(ASKED, VENDOR).hits[0].key == "register-a-deal"


async def test_a_build_that_fails_is_not_begun_again_at_once(here, home, models, monkeypatch):
    settings, database = here
    fill(settings, database)
    shutil.rmtree(home / "index")
    monkeypatch.setenv("PORTAL_HOME", str(home))
    monkeypatch.setenv("PORTAL_MODEL", str(home / "no-model"))
    library = Library(settings, database)
    await library.refresh()
    first = library._building
    assert first is not None
    assert first.wait(timeout=120) == 1
    await library.refresh()
    assert library._building is first
    assert library.search(ASKED, VENDOR).outcome == "abstain"
    library.close()


def test_with_the_store_away_its_state_is_unknown_and_nothing_is_raised(here, tmp_path):
    settings, database = here
    library = Library(settings, database)
    database.close()
    database._readers = create_engine(f"sqlite:///{tmp_path}/nowhere/store").execution_options()
    assert library.state().startswith("unknown, the store is away")
