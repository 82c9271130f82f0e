"""`make soak`: all proofs with their full numbers, and what they said into docs/soak.md.

python -m tests.proof [pytest's options]
"""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "soak.md"
FULL = {
    "SOAK_ACTIONS": "100000",
    "SOAK_DELIVERIES": "4000",
    "SOAK_KILLS": "200",
    "SOAK_WORKSPACES": "50",
    "SOAK_LOAD_SECONDS": "60",
    "SOAK_AWAY_SECONDS": "10",
    "SOAK_LEADERS": "5",
    "SOAK_MINUTES": "15",
    "SOAK_LEARNING": "240",
    "SOAK_ACTIVITIES": "10000",
    "SOAK_REQUESTS": "100000",
}
PROOFS = (
    "tests/proof",
    "tests/handlers/test_zones.py",
    "tests/bot/channels/teams/test_generated.py",
    "tests/bot/channels/slack/test_door.py",
)
SAID = re.compile(r"soak: (\w[^:]*): (.*)")
HEAD = """# What the long run said

Made by `make soak` on {when:%d %B %Y}, on {machine}. Each line is one proof, most of `tests/proof`;
[operations.md](operations.md) says what a crash leaves, and CI runs a small seed of each. The numbers of this run:
{numbers}.

| Proof | Measured |
|---|---|
"""
TAIL = """
{outcome}

Leases are 5 seconds in the kill loops instead of 20, and the leaders' 2 instead of 7, so that more crashes have room
in a run. A leader that is frozen in the middle of a transaction holds up the next one until PostgreSQL ends that, after
8 seconds. In the load one event of ten is a question, since a question costs the model's time; the others are thanks
and requests for help. At Teams nothing can be looked up: what somebody acts upon is sent again and says so;
announcements and reminders, half of the deliveries there, are left to the operator if a process died with them in
hand, and all arrive once that one has said so.
"""


def main(options: list[str]) -> int:
    began = monotonic()
    environment = {**FULL, **os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "pytest", "-v", "-s", *PROOFS, *options]
    ran = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert ran.stdout is not None
    lines = []
    for line in ran.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line)
    said = [found.groups() for line in lines if (found := SAID.search(line))]
    numbers = ", ".join(f"`{name}={environment[name]}`" for name in FULL)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = HEAD.format(when=datetime.now(UTC), machine=machine, numbers=numbers)
    took = f"{(monotonic() - began) / 60:.0f} minutes"
    outcome = f"All proofs held. They took {took}." if ran.wait() == 0 else f"**Not all held:** {lines[-1].strip()}"
    table = "".join(f"| {what} | {measured} |\n" for what, measured in said)
    PAGE.write_text(head + table + TAIL.format(outcome=outcome))
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
