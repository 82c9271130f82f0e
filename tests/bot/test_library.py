"""The index in use: none, damaged, or taken up while the process runs."""

import os
import shutil
from datetime import date

import pytest
from sqlalchemy import create_engine
from sqlmodel import select

from bot.content import reading_of
from bot.database import Database, migrate
from bot.library import Library
from bot.settings import Settings
from indexer.export import Model
from indexer.sync import sync
from knowledge import store
from knowledge.audience import VENDOR
from knowledge.draft import Draft
from knowledge.models import Article
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


async def test_a_build_that_fails_is_not_begun_again_at_once(here, home):
    settings, database = here
    fill(settings, database)
    shutil.rmtree(home / "index")
    library = Library(settings.model_copy(update={"portal_model": str(home / "no-model")}), database)
    await library.refresh()
    assert library._aside._child is not None
    assert library._aside._child.wait(timeout=120) == 1
    await library.refresh()
    assert library._aside._child is None
    assert library.search(ASKED, VENDOR).outcome == "abstain"
    library.close()


def another_article(database, key, text):
    with database.session() as session:
        store.save(session, "tickets", Draft(key=key, title=f"The {key} lamp", body=text), store.paragraphs(text), None)
        store.renew(session)
        session.commit()


async def taken_up(library):
    """As a process does that runs: look, build aside, look again."""
    await library.refresh()
    assert library._aside._child is not None
    assert library._aside._child.wait(timeout=120) == 0
    await library.refresh()


async def test_what_has_changed_since_is_found_soon_and_an_index_that_fits_is_left_alone(settings, database):
    fill(settings, database)
    library = Library(settings, database)
    await library.refresh()
    assert library._aside._child is None
    another_article(database, "violet", "The violet lamp blinks when the tunnel to the vault is down.")
    await taken_up(library)
    assert library.search("Why does the violet lamp blink?", VENDOR).hits[0].key == "violet"
    assert library._aside._child is None
    with database.session() as session:
        store.archive(session, session.exec(select(Article).where(Article.key == "violet")).one(), date(2027, 1, 1))
        session.commit()
    await taken_up(library)
    assert "violet" not in [hit.key for hit in library.search("Why does the violet lamp blink?", VENDOR).hits]


async def test_of_several_processes_one_builds_and_all_take_it_up(here):
    settings, database = here
    fill(settings, database)
    libraries = [Library(settings, database) for _ in range(3)]
    another_article(database, "violet", "It blinks when the tunnel is down.")
    for library in libraries:
        await library.refresh()
    (builder,) = (library._aside for library in libraries if library._aside._child)
    assert os.getpriority(os.PRIO_PROCESS, builder._child.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    assert builder._child.wait(timeout=120) == 0
    for library in libraries:
        await library.refresh()
        assert library.search("What is the violet lamp?", VENDOR).hits[0].key == "violet"
        assert library._aside._child is None


async def test_a_build_that_is_killed_is_taken_over_by_another_process(here):
    settings, database = here
    fill(settings, database)
    one, other = Library(settings, database), Library(settings, database)
    another_article(database, "violet", "It blinks when the tunnel is down.")
    await one.refresh()
    one._aside._child.kill()
    one._aside._child.wait(timeout=60)
    await taken_up(other)
    assert other.search("What is the violet lamp?", VENDOR).hits[0].key == "violet"


async def test_the_index_of_another_store_is_made_anew(here, tmp_path):
    """As after a backup was restored."""
    settings, database = here
    fill(settings, database)
    with database.session() as session:
        store.renew(session)
        session.commit()
    library = Library(settings, database)
    before = library.current().revision
    await taken_up(library)
    assert library.current().revision == before, "the articles are the same, and so is their index"
    await library.refresh()
    assert library._aside._child is None


def test_every_way_to_change_articles_renews_their_edition_and_looking_does_not(database, tmp_path):
    editions = set()

    def renewed():
        with database.read() as look:
            known, _ = len(editions), editions.add(store.edition(look))
        return len(editions) > known

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.md").write_text(text)
        with database.session() as session:
            sync(session, "files", reading_of(tmp_path), lambda done, total: None)
            session.commit()

    def change(act):
        with database.session() as session:
            act(session, session.exec(select(Article).where(Article.key == "one")).one())
            session.commit()

    today = date(2027, 1, 1)
    assert renewed()
    write(one="# One\nText.", two="# Two\nText.")
    assert renewed()
    write()
    assert not renewed()
    write(one="# One\nAnother text.")
    assert renewed()
    (tmp_path / "two.md").unlink()
    write()
    assert renewed()
    change(lambda session, article: store.rewrite(session, article, "One", "A text from chat.", today))
    assert renewed()
    for on, changes in ((today, True), (today, False), (None, True), (None, False)):
        change(lambda session, article, on=on: store.archive(session, article, on))
        assert renewed() is changes
    change(lambda session, article: setattr(article, "verified_on", today))
    assert not renewed()


def test_with_the_store_away_its_state_is_unknown_and_nothing_is_raised(here, tmp_path):
    settings, database = here
    library = Library(settings, database)
    database.close()
    database._readers = create_engine(f"sqlite:///{tmp_path}/nowhere/store").execution_options()
    assert library.state().startswith("unknown, the store is away")
