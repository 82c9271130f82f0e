"""Settings -> a house that stands: the only place where objects are built and tied together."""

import asyncio
import json
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.channels.web.transport import PageTransport
from bot.database import Database, open_store
from bot.directory import WEBHOOK, Address, Directory
from bot.inbox import Inbox
from bot.library import Library
from bot.outbox import Outbox
from bot.pace import Pace
from bot.portal import Portal
from bot.posting import Transport
from bot.scheduler import Scheduler
from bot.settings import Settings, webhook_key
from bot.webhook import WebhookTransport
from bot.workers import Workers, forever
from bot.writer import Writer
from handlers.turn import Policy
from knowledge.audience import Reader
from knowledge.search import Found

if TYPE_CHECKING:
    from bot.channels.slack.app import Slack
    from bot.channels.teams.app import Teams

RECOVER_EVERY = 2.0  # seconds
REFRESH_EVERY = 2.0
TEAMS_CHANNEL = "19:"  # how the ids of Teams' channels begin; Slack's never do


@dataclass
class House:
    """One process's objects. ``start`` and ``stop`` run in the loop that serves."""

    settings: Settings
    database: Database
    library: Library
    workers: Workers
    writers: tuple[Writer, Writer]
    inbox: Inbox
    outbox: Outbox
    portal: Portal
    slack: "Slack | None"
    teams: "Teams | None"
    scheduler: Scheduler
    page: bool
    _loops: list["asyncio.Task[None]"] = field(default_factory=list)

    async def start(self, *, clock: bool) -> None:
        """``clock``: this process may be the one that lets the clock decide."""
        self.database.remark()
        if clock:
            self.scheduler.start()
        if self.slack is not None:
            await self.slack.connect(self.outbox)
            if self.settings.slack_app_token:
                await self.slack.serve_socket()
        if self.teams is not None:
            await self.teams.connect(self.outbox)
        for step, seconds, name in (
            (self.outbox.pump, 0.0, "deliver"),
            (self.recover, RECOVER_EVERY, "recover"),
            (self.library.refresh, REFRESH_EVERY, "refresh"),
        ):
            self._loops.append(asyncio.create_task(forever(step, seconds, name)))

    async def recover(self) -> None:
        """Take up events whose turn was never committed: their process died, or something was away."""
        work = {name: chat.listeners.work for name, chat in (("slack", self.slack), ("teams", self.teams)) if chat}
        if work:
            left = await self.inbox.abandoned(tuple(work))
            await asyncio.gather(*(work[name](json.loads(body), event) for event, name, body in left))

    async def stop(self, patience: float) -> None:
        """Finish what is in hand; what is left then is taken up from its row by whoever comes next."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self.scheduler.stop()
        if self.slack is not None:
            await self.slack.hang_up()
        await asyncio.gather(self.workers.drain(patience), self.outbox.drain(patience))
        await self.outbox.hand_over()
        for chat in (self.slack, self.teams):
            if chat is not None:
                await chat.close()
        for writer in self.writers:
            writer.close()
        self.library.close()
        self.database.close()


def assemble(settings: Settings, *, page: bool = False, chats: bool = True) -> House:
    """Open the store and the index, and tie everything to them. ``page``: serve the browser page; ``chats``: Slack and
    Teams, where they are configured."""
    database = open_store(settings.database, settings.portal_home)
    library = Library(settings, database)
    workers = Workers()
    # Two: an acknowledgement waits for its row, and must not wait for the states of messages that went out.
    incoming, outgoing = Writer(database), Writer(database)
    inbox = Inbox(incoming, database.clock)
    directory = _directory(settings, page=page, chats=chats)
    portal = Portal(database, library.search, _policy(settings, directory), directory)
    transports: dict[str, Transport] = {"web": PageTransport()}
    if directory.webhook:
        key = webhook_key(settings.portal_webhook_secret)
        transports[WEBHOOK] = WebhookTransport(settings.portal_webhook_url, key, database.clock.now)
    slack = _slack(settings, portal, inbox, workers) if chats and settings.slack else None
    if slack is not None:
        transports["slack"] = slack.transport
    teams = _teams(settings, portal, inbox, workers) if chats and settings.teams else None
    if teams is not None:
        transports["teams"] = teams.transport
    return House(
        settings=settings,
        database=database,
        library=library,
        workers=workers,
        writers=(incoming, outgoing),
        inbox=inbox,
        outbox=Outbox(
            outgoing, transports, database.clock, settings.portal_settle_seconds, settings.portal_quiet_hours
        ),
        portal=portal,
        slack=slack,
        teams=teams,
        scheduler=Scheduler(portal, outgoing, workers),
        page=page,
    )


def _slack(settings: Settings, portal: Portal, inbox: Inbox, workers: Workers) -> "Slack":
    from bot.channels.slack.app import Slack  # half a second of imports, for those who use it

    return Slack(settings, portal, inbox, workers)


def _teams(settings: Settings, portal: Portal, inbox: Inbox, workers: Workers) -> "Teams":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts of Microsoft's SDK that are not used here
        from bot.channels.teams.app import Teams  # a second of imports, for those who use it

    return Teams(settings, portal, inbox, workers)


def clock_of(settings: Settings, database: Database) -> Portal:
    """A portal for a command that lets the clock decide and sends nothing itself."""
    directory = _directory(settings, page=not (settings.slack or settings.teams), chats=True)

    def nothing(_: str, __: Reader) -> Found:
        raise AssertionError("the clock asks no questions")

    return Portal(database, nothing, _policy(settings, directory), directory)


def _directory(settings: Settings, *, page: bool, chats: bool) -> Directory:
    """The vendor's channels are Slack's or Teams' where it is there and they are set, else the page's own."""
    slack, teams = chats and settings.slack, chats and settings.teams
    served = {"slack": slack, "teams": teams, "web": page}

    def there(known: str) -> Address | None:
        platform = "teams" if known.startswith(TEAMS_CHANNEL) else "slack"
        return Address(platform, "", known) if known and served[platform] else None

    def channel(known: str, name: str) -> Address | None:
        return there(known) or (Address("web", "local", name) if page else None)

    routes = {topic.casefold(): there(to) for topic, to in settings.portal_support_routes.items()}
    return Directory(
        platforms=tuple(platform for platform, yes in served.items() if yes),
        support=channel(settings.portal_support_channel, "support"),
        managers=channel(settings.portal_managers_channel, "managers"),
        operators=channel(settings.portal_operators_channel, "operators"),
        routes={topic: to for topic, to in routes.items() if to},
        webhook=bool(settings.portal_webhook_url and settings.portal_webhook_secret),
    )


def _policy(settings: Settings, directory: Directory) -> Policy:
    return Policy(
        withhold_stale=settings.portal_stale == "withhold",
        has_support_channel=directory.support is not None,
        support_topics=frozenset(directory.routes),
        has_managers_channel=directory.managers is not None,
        products=settings.portal_products,
        currencies=settings.portal_currencies,
        protection_days={tier.casefold(): days for tier, days in settings.portal_protection_days.items()},
        quiet=settings.portal_quiet_hours,
        approval_over=settings.portal_announce_approval_over,
        platforms=directory.platforms,
        finds_people=bool({"slack", "web"} & set(directory.platforms)),
        per_second=Pace().rate,
    )
