"""A published index under bad luck: whatever happens to its bytes, it is the old one, the new one, or none."""

import random
import shutil
from pathlib import Path

import pytest

from indexer.build import Published
from indexer.export import Model
from knowledge.audience import VENDOR
from knowledge.index import Current, Index, IndexMissing, load
from knowledge.search import Search
from tests.indexer.test_build import BASE, make, source

QUESTION = "How long is a deal protected?"
OLD = [source(1, "Deals are protected for 60 days, said the old rules."), BASE[1]]
CASES = 60


@pytest.fixture
def two(home: Path) -> tuple[Published, Published]:
    """An older index, and the newest."""
    return make(home, OLD), make(home)


def said(index: Index) -> tuple[str, ...]:
    return tuple(unit.text for unit in index.units)


def damage(path: Path, dice: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    how = dice.choice(("flip", "flip", "cut", "grow", "empty", "gone"))
    if how == "flip":
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    elif how == "cut":
        del raw[dice.randrange(len(raw)) :]
    elif how == "grow":
        raw += b"\x00"
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "empty" else raw)


def test_no_damage_leads_to_a_wrong_answer(home, two):
    """Sixty times: break one file of the newest index, load, mend it."""
    old, new = two
    dice = random.Random(11)
    files = sorted(path for path in [*new.folder.rglob("*"), home / "index" / "current"] if path.is_file())
    kept = {path: path.read_bytes() for path in files}
    healthy = load(home)
    expected = {old.revision: said(load_only(home, old)), new.revision: said(healthy)}
    for case in range(CASES):
        path = files[case % len(files)]
        damage(path, dice)
        index = load(home, embedder=healthy.embedder)
        if path.name == "current":
            assert index.revision == new.revision
        elif path.name != "manifest.json":  # whose last line end means nothing
            assert index.revision == old.revision, path
        assert said(index) == expected[index.revision]
        path.write_bytes(kept[path])


def load_only(home: Path, published: Published) -> Index:
    pointer = home / "index" / "current"
    kept = pointer.read_bytes()
    pointer.write_text(published.revision)
    index = load(home)
    assert index.revision == published.revision
    pointer.write_bytes(kept)
    return index


def test_with_every_index_damaged_there_is_none(home, two):
    for published in two:
        (published.folder / "units.jsonl").write_bytes(b"")
    with pytest.raises(IndexMissing, match="is not what was published"):
        load(home)
    assert make(home).embedded == 5
    assert load(home).revision == two[1].revision


@pytest.mark.parametrize("part", ["graph.onnx", "weights.bin", "tokenizer.json", "manifest.json"])
def test_a_damaged_model_is_never_used(home, models, two, part):
    (home / "models").unlink()
    model = Model("", models).fingerprint
    shutil.copytree(models / model, home / "models" / model)
    path = home / "models" / model / part
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(IndexMissing, match=part):
        load(home)


def test_without_anything_published_there_is_no_index(tmp_path):
    with pytest.raises(IndexMissing, match="No index was published yet"):
        load(tmp_path)
    current = Current(tmp_path)
    assert not current.loaded
    with pytest.raises(IndexMissing):
        current()


def test_what_is_loaded_is_not_given_up_for_a_damaged_or_an_older_one(home, two):
    current = Current(home)
    assert current.refresh()
    old, new = two
    third = make(home, [source(9, "Something else altogether.")])
    for published in (third, new):
        (published.folder / "entries.jsonl").write_bytes(b"")
    assert not current.refresh()
    assert current().revision == new.revision
    assert Search(current)(QUESTION, VENDOR).hits[0].key == "a1"
    shutil.rmtree(home / "index")
    assert not current.refresh()
    assert current().revision == new.revision
    make(home, OLD)
    assert current.refresh()
    assert current().revision == old.revision


def test_what_nobody_published_is_not_read(home):
    """A file beside those that the manifest names is no part of the index."""
    published = make(home)
    (published.folder / "prototypes.npy").write_bytes(b"not by us")
    (home / "index" / "0123-not-an-index").mkdir()
    (home / "index" / "abc").write_text("a file")
    (home / "index" / ".unfinished-dead").mkdir()
    assert load(home).prototypes is None
