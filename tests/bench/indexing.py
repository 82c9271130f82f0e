"""Indexing 10,000 passages, and again with one in a hundred changed: whole processes, start to end."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench import content
from tests.bench.measured import figure, say

ROWS = 10_000


def measure(home: Path) -> dict[str, Any]:
    place = home / "indexing"
    place.mkdir()
    (home / "models").mkdir(exist_ok=True)
    (place / "models").symlink_to(home / "models")
    content.faq(place / "faq.csv", ROWS)
    say(f"indexing {ROWS} passages")
    _portal(place, "articles", "import", str(place / "faq.csv"))
    first = _portal(place, "index")
    content.faq(place / "faq.csv", ROWS, changed=0.01)
    _portal(place, "articles", "import", str(place / "faq.csv"))
    say("indexing again with 1 % changed")
    again = _portal(place, "index")
    return {"first_s": round(first, 1), "again_s": round(again, 2), "share": figure(again / first, at_most=0.03)}


def _portal(home: Path, *words: str) -> float:
    began = perf_counter()
    environment = os.environ | {"PORTAL_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "bot", *words], env=environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began
