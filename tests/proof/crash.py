"""A turn that is killed at every one of its statements in turn: either all of it has happened, or nothing.

python -m tests.proof.crash SCENARIO: forks a child for every statement, which kills itself there, and then one that is
asked for the same thing again, as a platform does that got no answer. Prints JSON: how often it was killed, and wrong.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from bot.calls import Caller, EventKey
from bot.database import Database
from bot.directory import Address, Directory
from bot.portal import Portal
from bot.settings import Settings
from handlers.notices.models import Delivery, Place
from handlers.partners.models import Certificate, Contact, Programme
from handlers.turn import Policy
from handlers.ui import Card
from tests.proof.world import nothing_found

PARTNER, MANAGER = "zoe.marchbanks@kestrelrowe.example", "ingrid.solvang@halden.example"
FINISHED, FAILED = 0, 1


@dataclass
class Stand:
    """The portal of one process, and somebody who does something in it as the event ``name``."""

    database: Database
    portal: Portal

    @classmethod
    def build(cls) -> "Stand":
        database = Database(Settings().database)
        channels = {name: Address("test", "T1", name) for name in ("support", "managers")}
        policy = Policy(has_support_channel=True, has_managers_channel=True)
        return cls(database, Portal(database, nothing_found, policy, Directory(platforms=("test",), **channels)))

    def submits(self, who: str, form: str, context: str, name: str, **values: str) -> None:
        self.portal.submit(*self._from(who), form, context, values, EventKey("test", "T1", name))

    def presses(self, who: str, action: str, value: str, name: str) -> None:
        caller, place = self._from(who)
        self.portal.press(caller, place, action, value, EventKey("test", "T1", name))

    @staticmethod
    def _from(who: str) -> tuple[Caller, Place]:
        return Caller("test", "T1", who, who), Place("test", "T1", f"D-{who}", who)

    def rows(self, text: str) -> dict[str, int]:
        """How many messages with this text stand in each conversation."""
        found: dict[str, int] = {}
        with self.database.read() as look:
            for row in look.exec(select(Delivery).where(Delivery.operation != "update").order_by(col(Delivery.id))):
                if text in json.dumps(row.card, ensure_ascii=False):
                    found[row.conversation] = found.get(row.conversation, 0) + 1
        return found


def kill_at(database: Database, statement: int) -> None:
    """Die in front of this statement; a commit counts as one, and so does what follows it."""
    left = statement

    def one_less(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", one_less)
    event.listen(database.engine, "commit", one_less)
    event.listen(database.engine, "checkin", one_less)


def child(work: Callable[[Stand], str], statement: int | None = None) -> str | None:
    """Run it in a process of its own; what it returned, None if it was killed."""
    reads, writes = os.pipe()
    number = os.fork()
    if number == 0:
        try:
            stand = Stand.build()
            if statement is not None:
                kill_at(stand.database, statement)
            os.write(writes, work(stand).encode())
            os._exit(FINISHED)
        except BaseException:
            traceback.print_exc()
            raise
        finally:  # whatever went wrong, a child must not go on with its parent's work
            os._exit(FAILED)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    _, status = os.waitpid(number, 0)
    return said if os.waitstatus_to_exitcode(status) == FINISHED else None


@dataclass(frozen=True)
class Scenario:
    """``prepare`` runs undisturbed and returns what ``act`` needs; both get a name that is new every time. Afterwards
    exactly ``told`` messages with that name must stand in these conversations."""

    prepare: Callable[[Stand, str], str]
    act: Callable[[Stand, str, str], None]
    told: dict[str, int]


def prepare_form(command: str) -> Callable[[Stand, str], str]:
    def prepare(stand: Stand, _: str) -> str:
        caller, place = stand._from(PARTNER)
        form = stand.portal.command(caller, place, command, "").form
        assert form is not None
        return form.context

    return prepare


def register(stand: Stand, name: str, context: str) -> None:
    values = {
        "customer": f"{name} Works", "domain": f"{name}.example", "contact_name": "Rua Tamm",
        "contact_email": f"rua@{name}.example", "value": "5000", "currency": "EUR",
        "expected_close": f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}",
    }  # fmt: skip
    stand.submits(PARTNER, "deals.register", context, f"register:{name}", **values)


def open_ticket(stand: Stand, name: str, context: str) -> None:
    values = {"subject": f"Trouble {name}", "what_happened": "It fails.", "severity": "normal"}
    stand.submits(PARTNER, "tickets.open", context, f"ticket:{name}", **values)


def registered(stand: Stand, name: str) -> str:
    """A deal that waits for a decision; the value of its button Approve."""
    register(stand, name, prepare_form("deal")(stand, name))
    with stand.database.read() as look:
        cards = look.exec(
            select(Delivery.card).where(Delivery.conversation == "managers").order_by(col(Delivery.id).desc())
        )
        buttons = [button for card in cards for button in Card.model_validate(card).buttons]
    return next(button.value for button in buttons if button.action == "deals.approve")


def approve(stand: Stand, name: str, value: str) -> None:
    stand.presses(MANAGER, "deals.approve", value, f"approve:{name}")


REMINDED_AT = datetime(2031, 6, 4, 12, tzinfo=UTC)


def lapsed(stand: Stand, name: str) -> str:
    """A certificate in something new, of which its holder hears for the last time."""
    prepare_form("deal")(stand, name)
    day = REMINDED_AT.date()
    with stand.database.session() as session:
        holder = session.exec(select(Contact).where(Contact.email == PARTNER)).one()
        programme = Programme(key=name, name=name)
        session.add(programme)
        session.flush()
        dates = {"issued_on": day - timedelta(days=400), "expires_on": day - timedelta(days=30), "remind_on": day}
        session.add(Certificate(contact_id=holder.id, programme_id=programme.id, **dates))
        session.commit()
    return ""


def remind(stand: Stand, _: str, __: str) -> None:
    stand.portal.tick("certifications.reminders", REMINDED_AT)


PARTNERS, TEAM = f"D-{PARTNER}", "support"
SCENARIOS = {
    "register": Scenario(prepare_form("deal"), register, {PARTNERS: 1, "managers": 1}),
    "approve": Scenario(registered, approve, {PARTNERS: 2, "managers": 1, f"D-{MANAGER}": 1}),
    "ticket": Scenario(prepare_form("ticket"), open_ticket, {PARTNERS: 1, TEAM: 1}),
    "certificate": Scenario(lapsed, remind, {PARTNERS: 1}),
}
MOST = 200  # statements


def run(scenario: Scenario) -> dict[str, Any]:
    wrong: list[str] = []
    warm_up(scenario)
    for statement in range(MOST):
        ended, found = killed_at(scenario, statement, unlike_any_other(statement))
        wrong.extend(found)
        if ended:
            return {"killed": statement, "wrong": wrong}
    raise AssertionError("it never ends")


def unlike_any_other(number: int) -> str:
    """A name that no check for similar customers takes for another one's."""
    return f"c{sha256(str(number).encode()).hexdigest()[:16]}"


def warm_up(scenario: Scenario) -> None:
    """What is loaded once in a process is loaded here, so that no child has to do it again."""
    stand = Stand.build()
    scenario.act(stand, "warm", scenario.prepare(stand, "warm"))
    stand.database.close()


def killed_at(scenario: Scenario, statement: int, name: str) -> tuple[bool, list[str]]:
    """Whether it came to its end before that statement, and what was wrong afterwards."""
    wrong = []
    context = child(lambda stand: scenario.prepare(stand, name))
    assert context is not None

    def act(stand: Stand) -> str:
        scenario.act(stand, name, context)
        return ""

    before = rows(name)
    ended = child(act, statement) is not None
    between = rows(name)
    if between not in (before, scenario.told):
        wrong.append(f"killed at statement {statement}: {before} became {between}")
    assert child(act) is not None, "asked again, it must come to its end"
    if (after := rows(name)) != scenario.told:
        wrong.append(f"again after statement {statement}: {after}")
    return ended, wrong


def rows(name: str) -> dict[str, int]:
    return json.loads(child(lambda stand: json.dumps(stand.rows(name))) or "null")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(SCENARIOS[sys.argv[1]])))
