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

from tests.bench import announcements, certifications, deals, delivery, indexing, quality, search, serving

PARTS = ["quality", "search", "serving", "indexing", "deals", "announcements", "delivery", "certifications"]


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
        if "search" in wanted:
            figures["search"] = search.measure(home)
        if "serving" in wanted:
            figures["serving"] = serving.measure(home)
        if "indexing" in wanted:
            figures["indexing"] = indexing.measure(home)
        if "deals" in wanted:
            figures["deals"] = deals.measure(home)
        if "announcements" in wanted:
            figures["announcements"] = announcements.measure(home)
        if "delivery" in wanted:
            figures["delivery"] = delivery.measure(home)
        if "certifications" in wanted:
            figures["certifications"] = certifications.measure(home)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
