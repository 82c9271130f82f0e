"""The real server as a process of its own, and a real browser in front of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from starlette.testclient import TestClient

from bot.assembly import assemble
from bot.database import Database, open_store
from bot.demo import program as demonstration
from bot.demo.program import HERE
from bot.people import import_contacts, import_partners
from bot.settings import Settings
from bot.web import web
from tests.bot.channels.web.asking import ADDRESS
from tests.bot.channels.web.asking import Page as Asking
from tests.conftest import fill

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WHY_NOT = "NO BROWSER TEST RAN: there is no Chromium here. Install Debian's `chromium`, or set CHROMIUM to its path."
ROOT = Path(__file__).parents[4]
PATIENCE = 20_000  # milliseconds

expect.set_options(timeout=PATIENCE)


@dataclass
class Server:
    """`portal web` with the page, on a port of its own; it can be stopped and started again."""

    home: Path
    port: int
    program: str = "bot"
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        own = {"PORTAL_HOME": str(self.home), "PORTAL_PLAYGROUND": "1", "PORT": str(self.port), "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", self.program, "web"]
        self.process = subprocess.Popen(command, env=os.environ | own, cwd=ROOT)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
            assert self.process.poll() is None, "the server has ended"
        raise AssertionError("the server is not ready after a minute")

    def stop(self) -> int:
        """Ctrl+C; returns the exit code."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def server(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo's people over the small content of the tests."""
    yield from serving(tmp_path_factory.mktemp("page"), models, fill)


@pytest.fixture(scope="module")
def stage(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same with a small ability more: tests.bot.channels.web.stage."""
    yield from serving(tmp_path_factory.mktemp("stage"), models, fill, "tests.bot.channels.web.stage")


@pytest.fixture(scope="module")
def demo(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole demo, which takes its time to be indexed."""
    yield from serving(tmp_path_factory.mktemp("demo"), models, demonstration.fill)


def serving(
    home: Path, models: Path, filled: Callable[[Settings, Database], None], program: str = "bot"
) -> Iterator[Server]:
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    settings = Settings(portal_home=home)
    database = open_store(settings.database, home)
    filled(settings, database)
    database.close()
    made = Server(home, free_port(), program)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail(WHY_NOT)
        warnings.warn(WHY_NOT, stacklevel=1)  # a skip alone is a letter that nobody reads
        pytest.skip(WHY_NOT)
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@dataclass
class Visitor:
    """Somebody at the page. ``complaints`` is what the browser's console says; a test ends with none."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def be(self, email: str, place: str = "chat") -> "Visitor":
        self.page.goto(f"{self.address}?person={email}&place={place}")
        expect(self.page.locator("#people a[aria-current]")).to_have_count(1)
        return self

    @property
    def message(self) -> Locator:
        return self.page.get_by_label("Message to the assistant")

    @property
    def answers(self) -> Locator:
        """What others wrote, but for replies."""
        return self.page.get_by_role("log", name="Conversation").locator(".entry > .message.theirs")

    def entry(self, words: str) -> Locator:
        """The last message with these words, and what stands under it."""
        return self.page.locator(".entry", has_text=words).last

    def reply(self, words: str, text: str) -> Locator:
        """Write in the thread under the message with these words; returns all that stands there."""
        entry = self.entry(words)
        box = entry.locator(".reply textarea")
        if not box.is_visible():
            entry.locator(".thread-reply").click()
        box.fill(text)
        box.press("Enter")
        expect(entry.locator(".unsent")).to_have_count(0)
        return entry

    def ask(self, text: str) -> Locator:
        """Ask as one does at a keyboard, and wait for the new message; returns it."""
        self.page.locator(".log[aria-live=polite]").wait_for(state="attached")
        there = self.answers.count()
        self.message.fill(text)
        self.message.press("Enter")
        expect(self.answers).to_have_count(there + 1)
        return self.answers.last

    def press(self, label: str) -> Locator:
        """Press the button of the last message that has it, and wait for a new message; returns it."""
        there = self.answers.count()
        self.page.get_by_role("button", name=label, exact=True).last.click()
        expect(self.answers).to_have_count(there + 1)
        return self.answers.last


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Any]:
    """``visit(width=390)`` opens the page in a fresh browser profile."""
    opened: list[tuple[Any, Visitor]] = []

    def open_page(width: int = 1280, height: int = 800, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        visitor = Visitor(context.new_page(), server.address)
        visitor.page.set_default_timeout(PATIENCE)
        visitor.page.on("console", lambda said: visitor.complaints.append(said.text) if said.type == "error" else None)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.goto(server.address)
        opened.append((context, visitor))
        return visitor

    yield open_page
    for context, visitor in opened:
        context.close()
        assert visitor.complaints == []


@pytest.fixture
def served(settings: Settings, database: Database) -> Iterator[TestClient]:
    """The page over the demo's people and an empty knowledge base, which answers by saying that it does not know."""
    with database.session() as session:
        import_partners(session, HERE / "partners.csv")
        session.flush()
        import_contacts(session, HERE / "contacts.csv")
        session.commit()
    app = web(assemble(settings, page=True, chats=False))
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def page(served: TestClient) -> Asking:
    return Asking(served)
