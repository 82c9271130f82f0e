"""`portal`, in a Python that is so many seconds off, while the machine is right.

python -m tests.proof.misled 3600 worker

Both kinds of Python's clocks are turned where they are made, before anything else has asked for them.
"""

import ctypes
import gc
import runpy
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any


def mislead(seconds: float) -> None:
    now, moment, ticks = datetime.now, time.time, time.time_ns
    off = timedelta(seconds=seconds)

    def misled(_: type[datetime], tz: tzinfo | None = None) -> datetime:
        return now(tz) + off

    _turn(datetime, now=misled, utcnow=lambda _: now(UTC).replace(tzinfo=None) + off, today=misled)
    _turn(date, today=lambda _: (now() + off).date())
    time.time = lambda: moment() + seconds
    time.time_ns = lambda: ticks() + int(seconds * 1e9)


def _turn(kind: type[date], **methods: Callable[..., Any]) -> None:
    """A built-in type's methods are in a dictionary that nobody is meant to write to."""
    (own,) = gc.get_referents(kind.__dict__)
    own |= {name: classmethod(method) for name, method in methods.items()}
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


if __name__ == "__main__":
    mislead(float(sys.argv[1]))
    sys.argv = ["portal", *sys.argv[2:]]
    runpy.run_module("bot", run_name="__main__", alter_sys=False)
