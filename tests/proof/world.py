"""People of two partners and the vendor who do anything that the screen offers, and much that it does not."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import col, select

from bot.calls import Caller, Done
from bot.database import Database
from bot.directory import Address, Directory
from bot.portal import Portal
from handlers import router
from handlers.errors import FormError
from handlers.notices.models import Delivery, DeliveryState, Place
from handlers.turn import Policy
from handlers.ui import Button, Card, Form
from knowledge.search import Found

ONE = ("zoe.marchbanks@kestrelrowe.example", "idris.fairweather@kestrelrowe.example")
OTHER = ("ximena.tolosa@mirasol.example", "beto.carranza@mirasol.example")
VENDOR = ("ingrid.solvang@halden.example", "amara.nwosu@halden.example")
CANARIES = {"kestrelrowe.example": "canarione", "mirasol.example": "canaritwo"}
DOMAINS = ("acme.example", "borealis.example", "quern.example", "wadis.example")
WORDS = (
    "my deals", "my tickets", "deals", "status of my ticket", "open a ticket", "register a deal for {canary} Ltd, 50k",
    "what about my ticket on {canary}?", "thanks", "it still fails {canary}", "reply: have a look {canary}", "{code}",
    "what about deal {code}?", "status of {code}", "{canary}",
)  # fmt: skip
COMMANDS = ("deal", "deals", "ticket", "portal", "help")
CHANNELS = ("support", "managers")


def nothing_found(_: str, __: object) -> Found:
    """Search is another test's business."""
    return Found(outcome="abstain", confidence=0.0, hits=(), offered=())


@dataclass
class World:
    database: Database
    chance: random.Random
    now: datetime = datetime(2031, 3, 3, 9, tzinfo=UTC)
    forms: dict[str, Form] = field(default_factory=dict)
    seen: int = 0
    codes: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)
    homes: dict[str, list[str]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        directory = Directory(
            platforms=("test",),
            support=Address("test", "T1", "support"),
            managers=Address("test", "T1", "managers"),
            webhook=True,
        )
        policy = Policy(has_support_channel=True, has_managers_channel=True)
        self.portal = Portal(self.database, nothing_found, policy, directory)
        self.portal.clock = lambda: self.now
        often = (self._press, self._submit)
        seldom = (
            self._press,
            self._say,
            self._command,
            self._reply,
            self._edit,
            self._foreign,
            self._close,
            self._home,
        )
        self._actions = (*often, *often, *seldom)

    def step(self) -> tuple[str, list[tuple[str, str]]]:
        """One person does one thing. Returns who, and what came of it: (conversation, everything shown there)."""
        who = self.chance.choice((*ONE, *ONE, *OTHER, *OTHER, *VENDOR))
        self.now += timedelta(seconds=self.chance.choice((1, 30, 600)))
        shown: list[tuple[str, str]] = []
        try:
            done = self.chance.choice(self._actions)(who)
        except FormError as error:
            shown.append((f"D-{who}", json.dumps(error.fields, ensure_ascii=False)))
            done = None
        if done is not None:
            self._keep_form(who, done, shown)
        if self.chance.random() < 0.01:
            self.now += timedelta(days=self.chance.choice((1, 3, 20)))
            for name, _ in router.schedules():
                self.portal.tick(name, self.now)
        return who, [*shown, *self._arrived()]

    def _keep_form(self, who: str, done: Done, shown: list[tuple[str, str]]) -> None:
        if done.form is not None:
            self.forms[who] = done.form
            shown.append((f"D-{who}", done.form.model_dump_json()))

    def _arrived(self) -> list[tuple[str, str]]:
        """What was written since, delivered at once; its codes and buttons are known to everybody from now on."""
        shown = []
        with self.database.session() as session:
            new = select(Delivery).where(col(Delivery.id) > self.seen).order_by(col(Delivery.id))
            for row in session.exec(new):
                self.seen = row.id or 0
                _settle(session, row)
                where = f"D-{row.user}" if row.operation == "whisper" else row.conversation
                if row.platform == "webhook":  # about a deal of one partner there is nothing of the other
                    where = f"D-{row.card['data']['entered_by']}"
                shown.append((where, json.dumps(row.card, ensure_ascii=False)))
                if row.platform == "test":
                    self._learn(Card.model_validate(row.card))
            session.commit()
        return shown

    def _learn(self, card: Card) -> None:
        self.buttons.extend(card.buttons)
        del self.buttons[:-400]
        for word in card.plain().replace(",", " ").replace(".", " ").split():
            if len(word) == 6 and word[1] == "-" and word[0] in "DT":
                self.codes.add(word)

    def _caller(self, who: str) -> Caller:
        return Caller("test", "T1", who, who)

    def _place(self, who: str, conversation: str = "", message: str = "", thread: str = "") -> Place:
        private = not conversation or conversation.startswith("D-")
        place = Place("test", "T1", conversation or f"D-{who}", who, private=private)
        return replace(place, message=message, thread=thread)

    def canary(self, who: str) -> str:
        return CANARIES.get(who.partition("@")[2], "vendor")

    def _text(self, who: str) -> str:
        code = self.chance.choice(sorted(self.codes)) if self.codes else "D-4XQ9"
        return self.chance.choice(WORDS).format(canary=self.canary(who), code=code)

    def _say(self, who: str) -> Done:
        return self.portal.say(self._caller(who), self._place(who, message=f"w{next(self._numbers)}"), self._text(who))

    def _command(self, who: str) -> Done:
        name = self.chance.choice(COMMANDS)
        words = self._text(who) if self.chance.random() < 0.5 else ""
        return self.portal.command(self._caller(who), self._place(who), name, words)

    def _message(self, who: str) -> Delivery | None:
        """A message that this person can see: their own, or for the vendor's people one in a channel."""
        channels = CHANNELS if who in VENDOR else ()
        conversation = self.chance.choice((f"D-{who}", *channels))
        with self.database.read() as look:
            posted = select(Delivery).where(Delivery.conversation == conversation, Delivery.operation != "update")
            found = look.exec(posted.order_by(col(Delivery.id).desc()).limit(12)).all()
        return self.chance.choice(found) if found else None

    def _press(self, who: str) -> Done | None:
        shown = self._message(who)
        buttons = Card.model_validate(self._latest(shown)).buttons if shown else ()
        if not buttons or shown is None:
            return None
        button = self.chance.choice(buttons)
        place = self._place(who, shown.conversation, shown.platform_id, shown.thread)
        return self.portal.press(self._caller(who), place, button.action, button.value)

    def _latest(self, shown: Delivery) -> dict[str, Any]:
        with self.database.read() as look:
            versions = select(Delivery).where(Delivery.platform_id == shown.platform_id)
            found = look.exec(versions.order_by(col(Delivery.id).desc()).limit(1)).first()
        return found.card if found else shown.card

    def _foreign(self, who: str) -> Done | None:
        """Press a button that stands on somebody else's card."""
        if not self.buttons:
            return None
        button = self.chance.choice(self.buttons)
        return self.portal.press(self._caller(who), self._place(who), button.action, button.value)

    def _submit(self, who: str) -> Done | None:
        """One's own open dialog, or (seldom) with the context of somebody else's."""
        form = self.forms.get(who)
        if form is None:
            return None
        context = form.context
        if self.chance.random() < 0.05:
            context = self.chance.choice([other.context for other in self.forms.values()])
        values = {asked.name: self._value(who, asked.name, asked.kind, asked) for asked in form.inputs}
        done = self.portal.submit(self._caller(who), self._place(who), form.name, context, values)
        self.forms.pop(who, None)
        return done

    def _value(self, who: str, name: str, kind: str, asked: Any) -> str:
        canary, name = self.canary(who), name.casefold()
        if kind == "choice":
            return self.chance.choice(asked.options).value
        if kind == "date":
            return f"{self.now + timedelta(days=self.chance.choice((30, 90))):%Y-%m-%d}"
        if "domain" in name:
            return self.chance.choice((*DOMAINS, f"{canary}.example"))
        if "mail" in name:
            return f"{canary}@{self.chance.choice(DOMAINS)}"
        if "value" in name or "amount" in name:
            return self.chance.choice(("5000", "5k", "0", "1234.50"))
        if asked.value and self.chance.random() < 0.5:
            return str(asked.value)
        code = self.chance.choice(sorted(self.codes)) if self.codes else ""
        return self.chance.choice((f"{canary} {next(self._numbers)}", f"{canary} Systems", code or canary))

    def _close(self, who: str) -> Done | None:
        form = self.forms.pop(who, None)
        if form is None:
            return None
        typed = {asked.name: self._value(who, asked.name, asked.kind, asked) for asked in form.inputs[:2]}
        return self.portal.close(self._caller(who), self._place(who), form.name, form.context, typed)

    def _reply(self, who: str) -> Done | None:
        shown = self._message(who)
        if shown is None:
            return None
        place = self._place(who, shown.conversation, f"w{next(self._numbers)}", shown.thread or shown.platform_id)
        return self.portal.say(self._caller(who), place, self._text(who))

    def _edit(self, who: str) -> Done:
        message = f"w{self.chance.randrange(1, next(self._numbers) + 1)}"
        conversation = self.chance.choice((f"D-{who}", *(CHANNELS if who in VENDOR else ())))
        words = self._text(who) if self.chance.random() < 0.7 else None
        return self.portal.edit(self._caller(who), self._place(who, conversation, message), words)

    def _home(self, who: str) -> None:
        card = self.portal.home(self._caller(who), self._place(who))
        self.homes.setdefault(who, []).append(card.model_dump_json())
        self._learn(card)


def _settle(session: Any, row: Delivery) -> None:
    for name in ("thread", "platform_id"):
        reference = getattr(row, name)
        if reference.startswith("@"):
            named = session.exec(select(Delivery).where(Delivery.delivery_id == reference[1:])).first()
            setattr(row, name, named.platform_id if named else "")
    row.platform_id = row.platform_id or f"m{row.id}"
    row.state, row.lease_until = DeliveryState.sent, None
    session.add(row)
