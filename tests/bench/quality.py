"""Search and gate on labelled sets. The floors are those that a release must keep."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.measured import figure, say

SETS = {
    "partner-center": None,
    "clinc150_k10": "test",
    "banking77_k10": "test",
    "stackfaq_holdout": "test",
}


def measure(home: Path, data: Path | None) -> dict[str, Any]:
    return {name: _one(home, data, name, split) for name, split in SETS.items()}


def _one(home: Path, data: Path | None, name: str, split: str | None) -> Any:
    if data is None or not (data / name / "kb.jsonl").exists():
        return "not measured: no data (make bench DATA=folder)"
    say(f"quality of {name}")
    command = [sys.executable, "-m", "bot", "evaluate", "--kb", str(data / name / "kb.jsonl"), "--json"]
    command += ["--queries", str(data / name / "queries.jsonl"), *(["--split", split] if split else [])]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {"floors": _floors(name, found), "all": found}


def _environment(home: Path) -> dict[str, str]:
    import os

    return os.environ | {"PORTAL_HOME": str(home)}


def _floors(name: str, found: dict[str, Any]) -> dict[str, Any]:
    if name == "clinc150_k10":
        return {"hit_at_1": figure(found["hit_at_1"], at_least=0.88), "auroc": figure(found["auroc"], at_least=0.95)}
    if name == "banking77_k10":
        return {"hit_at_1": figure(found["hit_at_1"], at_least=0.86)}
    if name == "stackfaq_holdout":
        return {"hit_at_1": figure(found["hit_at_1"], at_least=0.98)}
    right, kinds = found["outcomes"]["answerable"], found["outcomes"]["unanswerable"]["by_kind"]
    return {
        "hit_at_1": figure(found["hit_at_1"], at_least=0.70),
        "hit_at_3": figure(found["hit_at_3"], at_least=0.86),
        "answered_right": figure(right["answer_right"], at_least=0.50),
        "answered_or_offered": figure(right["answer_right"] + right["clarify_right"], at_least=0.80),
        "answered_wrong": figure(right["answer_wrong"], at_most=0.15),
        "near_miss_answered": figure(kinds["near_miss"]["answer"], at_most=0.35),
        "off_topic_answered": figure(kinds["off_topic"]["answer"], at_most=0.0),
        "off_topic_abstained": figure(kinds["off_topic"]["abstain"], at_least=0.95),
    }
