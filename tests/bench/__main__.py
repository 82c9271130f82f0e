"""`make bench`: everything in docs/benchmarks.md, measured here and now, as JSON with the floor beside each figure."""

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

from tests.bench import announcements, certifications, deals, delivery, indexing, quality, search, serving, teams

MEASURED_ALONE = (search, serving, indexing, deals, announcements, delivery, certifications, teams)
PARTS = ["quality", *(part.__name__.rpartition(".")[2] for part in MEASURED_ALONE)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of labelled sets (partner-center, clinc150_k10, ...)")
    parser.add_argument("--only", choices=PARTS, action="append")
    chosen = parser.parse_args()
    wanted = chosen.only or PARTS
    figures: dict[str, object] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.machine()},
    }
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        home = Path(folder)
        if "quality" in wanted:
            figures["quality"] = quality.measure(home, chosen.data)
        for part, name in zip(MEASURED_ALONE, PARTS[1:], strict=True):
            if name in wanted:
                figures[name] = part.measure(home)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
