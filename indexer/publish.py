"""Writing a folder so that a crash at any instant leaves the old or the new one, never half of either."""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.published import MANIFEST, seal_of, sha256_of

log = logging.getLogger(__name__)

UNFINISHED = ".unfinished-"
"""What is still being written starts with this; under the lock such a folder can only be a dead run's."""


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Wait until no other process writes below ``home``. The kernel lets go when the holder dies."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("Another run is writing below %s; waiting for it to finish.", home)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(
    folder: Path, facts: dict[str, Any], write: Callable[[Path], None], check: Callable[[Path], None] | None = None
) -> None:
    """Let ``write`` fill a new folder, seal it with ``facts``, and put it in the place of ``folder``.

    ``check`` is given the sealed folder while nobody else can see it; what it raises keeps it from being published.
    """
    unfinished = folder.with_name(UNFINISHED + folder.name)
    remove(unfinished)
    unfinished.mkdir(parents=True)
    write(unfinished)
    _seal(unfinished, facts)
    if check is not None:
        check(unfinished)
    _sync_all(unfinished)
    if folder.exists():
        remove(folder)
    unfinished.rename(folder)
    _sync(folder.parent)


def point(pointer: Path, name: str, of: str = "") -> None:
    """Replace the pointer's content at once; a reader sees the old name or the new one. ``of``: what it was made of."""
    unfinished = pointer.with_name(UNFINISHED + pointer.name)
    unfinished.write_text(f"{name} {of}".strip() + "\n", encoding="ascii")
    _sync(unfinished)
    unfinished.replace(pointer)
    _sync(pointer.parent)


def remove(folder: Path) -> None:
    """Rename first, so that a run killed while deleting leaves nothing that looks published."""
    if not folder.exists():
        return
    doomed = folder.with_name(UNFINISHED + "removed-" + folder.name)
    shutil.rmtree(doomed, ignore_errors=True)
    folder.rename(doomed)
    shutil.rmtree(doomed)


def sweep(parent: Path, keep: set[str]) -> None:
    """Remove everything below ``parent`` whose name is not in ``keep``, and what dead runs left."""
    for path in sorted(parent.glob("*")):
        if path.is_dir() and path.name.startswith(UNFINISHED):
            shutil.rmtree(path)
        elif path.is_dir() and path.name not in keep:
            remove(path)


def _seal(folder: Path, facts: dict[str, Any]) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sealed = facts | {"files": {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}}
    manifest = json.dumps(sealed | {"seal": seal_of(sealed)}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(manifest + "\n", encoding="utf-8")


def _sync_all(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
