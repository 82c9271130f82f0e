"""The index in use: loaded, watched for a newer one, and made anew where there is none."""

import asyncio
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


class Library:
    """Searches the newest good index. While there is none, every question is answered by an abstention."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._current = Current(settings.portal_home)
        self._search = Search(self.current)
        self._building: subprocess.Popen[bytes] | None = None
        self._build_again = 0.0
        self._nothing = empty()
        self._lock = threading.Lock()
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
        """Take up a newer index; begin to build one where there is none."""
        await asyncio.get_running_loop().run_in_executor(None, self._refresh)

    def build_if_missing(self) -> None:
        """Build the index here and now, for a command that needs it."""
        from bot.content import build_index, progress

        if self._current.loaded or self._nothing_to_index():
            return
        with progress("passages") as shown:
            build_index(self._settings, self._database, shown)
        self._load()

    def close(self) -> None:
        if self._building is not None and self._building.poll() is None:
            self._building.terminate()
            self._building.wait()

    def _load(self) -> None:
        try:
            if self._current.refresh():
                self._search.prepare()
                PASSAGES.set(len(self._current().units))
        except IndexMissing as error:
            log.warning("no_index", reason=str(error))

    def _refresh(self) -> None:
        with self._lock:
            self._load()
            if not self._current.loaded and not self._nothing_to_index():
                self._build_aside()

    def _build_aside(self) -> None:
        """In a process of its own, since building needs the memory of torch and serving does not."""
        if self._building is not None and self._building.poll() is None:
            return
        if time.monotonic() >= self._build_again:
            self._build_again = time.monotonic() + BUILD_AGAIN_AFTER
            log.info("building_index")
            self._building = subprocess.Popen([sys.executable, "-m", "bot", "index"], stdout=subprocess.DEVNULL)

    def _nothing_to_index(self) -> bool:
        with self._database.read() as look:
            return store.count(look) == 0
