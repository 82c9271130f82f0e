"""What counts as published: the newest that was pointed at, made by this code, from a model that was compared."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer import build as building
from indexer.export import Model
from knowledge.embedder import OnnxEmbedder
from knowledge.index import load
from knowledge.published import Damaged
from tests.indexer.test_build import BASE, make


def test_what_was_withdrawn_stays_withdrawn_when_the_pointer_is_lost(home):
    """Back to an older content: its folder is older than that of the content which was taken back."""
    make(home, BASE[:1])
    make(home)
    back = make(home, BASE[:1])
    (home / "index" / "current").unlink()
    assert load(home).revision == back.revision


def test_another_way_to_cut_words_is_another_index(home, monkeypatch, tmp_path):
    first = make(home)
    other = tmp_path / "words.py"
    other.write_text("def words(text):\n    return text.split()\n")
    scope: dict[str, Any] = {}
    exec(compile(other.read_text(), str(other), "exec"), scope)
    monkeypatch.setattr(building, "words", scope["words"])
    again = make(home)
    assert again.revision != first.revision
    assert again.embedded == 0


UNCOMPARED = """
import os, sys
from pathlib import Path
from indexer.export import Model
Model._compare = lambda *_: os._exit(9)
Model("", Path(sys.argv[1])).twin(threads=1)
"""


def test_a_twin_that_nobody_compared_is_never_used(tmp_path):
    """The process dies between the export and the comparison."""
    died = subprocess.run([sys.executable, "-c", UNCOMPARED, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == 9
    with pytest.raises(Damaged):
        OnnxEmbedder(Model("", tmp_path).exported)
