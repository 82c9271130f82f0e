"""A question in process, against the bare model and FAISS in the same run: one model thread everywhere."""

from pathlib import Path
from time import perf_counter
from typing import Any

from bot.content import build_index, import_articles
from bot.database import open_store
from bot.library import Library
from bot.settings import Settings
from knowledge.audience import VENDOR
from tests.bench import content
from tests.bench.measured import figure, percentile, say

PASSAGES = 1_000
ROUNDS = 400


def measure(home: Path) -> dict[str, Any]:
    say("search in process")
    settings = prepared(home / "search", PASSAGES)
    library = Library(settings, open_store(settings.database, settings.portal_home))
    index = library.current()
    bare, whole = [], []
    for number in range(ROUNDS):
        asked = content.question(number)
        began = perf_counter()
        index.faiss.search(index.embedder.embed([asked]), 10)
        middle = perf_counter()
        library.search(asked, VENDOR)
        bare.append(middle - began)
        whole.append(perf_counter() - middle)
    floor, ours = percentile(bare[50:], 0.5), percentile(whole[50:], 0.5)
    return {
        "units": len(index.units),
        "bare_model_and_faiss_ms": round(floor * 1000, 3),
        "search_ms": round(ours * 1000, 3),
        "ratio": figure(ours / floor, at_most=1.4),
    }


def prepared(home: Path, rows: int) -> Settings:
    """A home with ``rows`` short articles, indexed."""
    home.mkdir(parents=True, exist_ok=True)
    models = home.parent / "models"
    models.mkdir(exist_ok=True)
    if not (home / "models").exists():
        (home / "models").symlink_to(models)
    settings = Settings(portal_home=home, database_url="")
    content.faq(home / "faq.csv", rows)
    import_articles(settings, home / "faq.csv")
    build_index(settings, open_store(settings.database, home), lambda done, total: None)
    return settings
