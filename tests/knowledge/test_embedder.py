"""The embedder that serves: alone or among others, for whatever text, from many threads, and without torch."""

import json
import threading

import numpy as np
import pytest

from indexer.export import Model
from knowledge.embedder import OnnxEmbedder, readable
from tests.command import python
from tests.indexer.test_build import ODD, make


@pytest.fixture
def embedder(home):
    return Model("", home / "models").twin(threads=1)


def test_vectors_have_length_one_whatever_the_text(embedder):
    vectors = embedder.embed(ODD)
    assert vectors.shape == (len(ODD), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, 384)


def test_the_company_of_a_text_does_not_change_its_vector(embedder):
    together = embedder.embed(ODD)
    turned = embedder.embed(ODD[::-1])[::-1]
    assert np.abs(together - turned).max() < 1e-5


def test_half_a_surrogate_pair_is_read_as_a_question_mark(embedder):
    assert readable(" half \ud83d ", 256) == "half ?"
    assert np.allclose(embedder.embed(["half \ud83d"]), embedder.embed(["half ?"]))


def test_many_threads_share_one_embedder(embedder):
    expected = embedder.embed(ODD[:4])
    wrong: list[int] = []

    def work() -> None:
        for _ in range(5):
            if np.abs(embedder.embed(ODD[:4]) - expected).max() > 1e-5:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_exported_model_is_small_enough_to_read_at_once(embedder, home):
    folder = home / "models" / embedder.fingerprint
    facts = json.loads((folder / "manifest.json").read_text())
    assert facts["max_tokens"] == 256
    tokens = OnnxEmbedder(folder)._tokenizer.encode("short")
    assert len(tokens.ids) == 3, "not padded to 128, which would make a query ten times slower"


SERVING = """
import json, sys
from pathlib import Path
import bot.web, bot.channels.slack.app
from bot.assembly import assemble
from bot.settings import Settings
from knowledge.audience import VENDOR
house = assemble(Settings(portal_home=Path(sys.argv[1])), page=True)
found = house.library.search("How do I reset my mfa?", VENDOR)
heavy = sorted({name.split(".")[0] for name in sys.modules} & {"torch", "sentence_transformers", "transformers"})
print(json.dumps([found.hits[0].key, heavy]))
"""


def test_serving_needs_no_torch(home):
    make(home)
    assert json.loads(python(SERVING, home).splitlines()[-1]) == ["a2", []]
