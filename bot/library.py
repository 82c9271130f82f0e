"""The index in use: loaded, watched for a newer one, and made anew where there is none or the articles have changed."""

import asyncio
import fcntl
import os
import subprocess
import sys
import threading
import time

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.metrics import PASSAGES
from bot.settings import Settings
from knowledge import store
from knowledge.audience import Reader
from knowledge.index import Current, Index, IndexMissing, empty
from knowledge.search import Found, Search

log = structlog.get_logger()

BUILD_AGAIN_AFTER = 60.0  # seconds; a build that fails would fail again at once, and costs a core
LOWER = 10  # the priority of a build than ours, so that answers come first
LOCK = "lock-aside"


class Library:
    """Searches the newest good index. While there is none, every question is answered by an abstention."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._current = Current(settings.portal_home)
        self._search = Search(self.current)
        self._aside = Aside(settings)
        self._nothing = empty()
        self._lock = threading.Lock()
        self._missed = ""
        self._load()

    def search(self, question: str, reader: Reader) -> Found:
        return self._search(question, reader)

    def current(self) -> Index:
        """What is searched now; an index of nothing while there is none."""
        return self._current() if self._current.loaded else self._nothing

    def state(self) -> str:
        """ "ok" if questions can be answered: from an index, or because there is nothing to index yet."""
        try:
            return "ok" if self._current.loaded or self._nothing_to_index() else "being built"
        except (SQLAlchemyError, OSError) as error:
            return f"unknown, the store is away: {type(error).__name__}"

    async def refresh(self) -> None:
        """Take up a newer index; begin to build one where the articles are not what the newest was made of."""
        await asyncio.get_running_loop().run_in_executor(None, self._refresh)

    def bring_up_to_date(self) -> None:
        """Build the index here and now, for a command that needs it."""
        from bot.content import build_index, progress

        if self._up_to_date():
            return
        with progress("passages") as shown:
            build_index(self._settings, self._database, shown)
        self._load()

    def close(self) -> None:
        self._aside.end()

    def _load(self) -> None:
        try:
            if self._current.refresh():
                self._search.prepare()
                index = self._current()
                PASSAGES.set(len(index.units))
                log.info("index_taken_up", revision=index.revision, articles=len(index.entries))
            self._missed = ""
        except IndexMissing as error:
            if str(error) != self._missed:  # once, not every time it is looked for
                log.warning("no_index", reason=str(error))
            self._missed = str(error)

    def _refresh(self) -> None:
        with self._lock:
            building = self._aside.runs()
            self._load()
            if not building and not self._up_to_date():
                self._aside.build()

    def _up_to_date(self) -> bool:
        if not self._current.loaded:
            return self._nothing_to_index()
        with self._database.read() as look:
            return store.edition(look) == self._current.edition

    def _nothing_to_index(self) -> bool:
        with self._database.read() as look:
            return store.count(look) == 0


class Aside:
    """Builds the index in a process of its own, since building needs memory and time that serving does not have. On one
    machine there is one such process at a time: it inherits a lock, which the kernel lets go when it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def build(self) -> None:
        """Begin, unless another process of this machine has begun or the last one has just failed."""
        if time.monotonic() < self._not_before:
            return
        folder = self._settings.portal_home / "index"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._child = self._begin(lock.fileno())
        log.info("building_index", process=self._child.pid)

    def runs(self) -> bool:
        if self._child is None:
            return False
        code = self._child.poll()
        if code is None:
            return True
        self._child = None
        if code:
            self._not_before = time.monotonic() + BUILD_AGAIN_AFTER
            log.error("index_not_built", exit_code=code, again_in_seconds=BUILD_AGAIN_AFTER)
        return False

    def end(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()

    def _begin(self, lock: int) -> "subprocess.Popen[bytes]":
        ours = {
            "PORTAL_HOME": str(self._settings.portal_home),
            "PORTAL_MODEL": self._settings.portal_model,
            "DATABASE_URL": self._settings.database_url,
        }
        command = [sys.executable, "-m", "bot", "index"]
        child = subprocess.Popen(command, env=os.environ | ours, stdout=subprocess.DEVNULL, pass_fds=[lock])
        os.setpriority(os.PRIO_PROCESS, child.pid, min(os.getpriority(os.PRIO_PROCESS, 0) + LOWER, 19))
        return child
