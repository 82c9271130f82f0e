"""What has happened in the demo's programme so far: deals of some months, an announcement three weeks ago, and what
people wrote in the last days.

Old deals are imported, which tells nobody. The rest is done by its people through the door, so that every card stands
where it belongs. Those whom the page proposes to a newcomer say nothing, and most have heard nothing: their
conversations begin with the visitor.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import case, update
from sqlmodel import col, select

from bot.calls import Caller, Done, EventKey
from bot.database import Database
from bot.deals.importing import import_deals
from bot.directory import PAGE, Address, Directory, direct
from bot.portal import Portal
from bot.scheduler import work
from handlers.announcements.models.announcement import Announcement
from handlers.deals.models.deal import Deal
from handlers.notices import store as notices
from handlers.notices.models import Delivery, DeliveryState, Place
from handlers.partners.models import PartnerType
from handlers.tickets.models import Ticket
from handlers.turn import Policy
from knowledge.audience import Reader
from knowledge.search import Found

TEAM = "local"
ANNOUNCED = 24 * 20  # hours ago: longer than a fortnight, or nobody could be written to again
ANNELIESE = "anneliese.wuest@tannhofer.example"
BETO = "beto.carranza@mirasol.example"
PRIYANKA = "priyanka.sundaresh@quillstack.example"
SIGNE = "signe.aaboe@wierzba.example"
SOTA = "sota.namioka@hanabishi.example"
IDRIS = "idris.fairweather@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"
RAFAEL = "rafael.quintanar@halden.example"


def tell(database: Database, deals: Path, now: datetime) -> bool:
    """Once for a store: what people have made of it since is left as it is. Returns whether there was nothing yet."""
    with database.session() as session:
        if session.exec(select(Deal.id).limit(1)).first() or session.exec(select(Ticket.id).limit(1)).first():
            return False
        import_deals(session, deals, now)
        session.commit()
    story = _Story(database, now)
    _about_vault(story)
    _about_deals(story)
    _about_tickets(story)
    story.delivered()
    return True


def _about_vault(story: "_Story") -> None:
    """All resellers were told, and some have acknowledged it."""
    message = (
        "From this release on, backups can be locked in a second region as well. **Existing policies stay as they "
        "are**; new ones ask for the region.\n\n"
        "- Price list and datasheet are up to date\n- The delta exam covers it from next quarter on"
    )
    code = story.announces(
        RAFAEL, ANNOUNCED, "Vault locks backups in a second region", message, kind="update", product="Vault"
    )
    for ago, who in enumerate((SOTA, IDRIS, BETO, ANNELIESE), start=3):
        story.acknowledges(who, ANNOUNCED - ago, code)


def _about_deals(story: "_Story") -> None:
    """One is approved, one needs information, and two wait: one of them looks like another partner's."""
    code = story.registers(
        SIGNE, 70, "Havnebyens Forsyning", "havnebyen.example", "Mogens Lund", "Lens", "36000", "EUR", 45
    )
    story.presses(INGRID, 48, f"deal-desk:{code}", "deals.approve")
    code = story.registers(
        ANNELIESE, 50, "Weserland Logistik GmbH", "weserland.example", "Heike Ahlers", "Vault", "92000", "EUR", 60
    )
    question = "For which of their sites is it, and who else bids?"
    story.submits(INGRID, 30, "deals.question", f"deal-desk:{code}", question=question)
    story.registers(BETO, 20, "Lumbre Energía S.A.", "lumbre.example", "Abril Quiroga", "Relay", "120000", "USD", 35)
    story.registers(
        SOTA, 3, "Bramblewick Insurers", "bramblewick-group.example", "Idony Harker", "Relay", "58000", "GBP", 90
    )


def _about_tickets(story: "_Story") -> None:
    """One is resolved, one is talked about, and one has just come in."""
    code = story.opens(BETO, 66, "Lens shows no data of yesterday", "The dashboard ends on the evening before.", "Lens")
    story.presses(AMARA, 65, f"ticket-desk:{code}", "tickets.take")
    story.writes(AMARA, 64, f"ticket-desk:{code}", "reply: The import had stopped. Could you look again?")
    story.writes(BETO, 63, f"ticket:{code}", "It is all there now, thanks!")
    story.presses(AMARA, 62, f"ticket-desk:{code}", "tickets.resolve")
    story.presses(BETO, 61, f"ticket-rating:{code}", "tickets.good")
    code = story.opens(
        PRIYANKA, 22, "Signature of webhooks does not verify", "Since the new key every signature is wrong.", "Relay"
    )
    story.presses(AMARA, 21, f"ticket-desk:{code}", "tickets.take")
    story.writes(AMARA, 21, f"ticket-desk:{code}", "Could this be the trailing newline in their secret again?")
    story.writes(AMARA, 20, f"ticket-desk:{code}", "reply: Is there a line break at the end of the secret?")
    story.writes(PRIYANKA, 19, f"ticket:{code}", "There was, but without it the result is the same.")
    story.opens(ANNELIESE, 1, "Restore stops at 40 %", "Three tries, always at the same file.", "Vault", "high")


class _Story:
    """Its people at the page. What is said comes ``ago`` hours before the demo begins."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now
        self._numbers = count(1)
        support, managers = (Address(PAGE, TEAM, name) for name in ("support", "managers"))
        directory = Directory(platforms=(PAGE,), support=support, managers=managers)
        policy = Policy(has_support_channel=True, has_managers_channel=True, platforms=(PAGE,), finds_people=True)
        self._portal = Portal(database, _nobody_asks, policy, directory)

    def registers(
        self,
        who: str,
        ago: int,
        customer: str,
        domain: str,
        contact: str,
        product: str,
        value: str,
        currency: str,
        days: int,
    ) -> str:
        """``days``: until it is expected to close."""
        values = {"customer": customer, "domain": domain, "contact_name": contact, "product": product, "value": value}
        values |= {"currency": currency, "contact_email": f"{contact.split(maxsplit=1)[0].casefold()}@{domain}"}
        values["expected_close"] = f"{self._now + timedelta(days=days):%Y-%m-%d}"
        self.submits(who, ago, "deals.register", **values)
        return self._newest(Deal)

    def opens(self, who: str, ago: int, subject: str, text: str, product: str, severity: str = "normal") -> str:
        values = {"subject": subject, "what_happened": text, "product": product, "severity": severity}
        self.submits(who, ago, "tickets.open", **values)
        return self._newest(Ticket)

    def announces(self, who: str, ago: int, title: str, message: str, **values: str) -> str:
        """To all resellers, who are asked to acknowledge it."""
        self.submits(who, ago, "announcements.text", title=title, message=message, acknowledge="yes", **values)
        code = self._newest(Announcement)
        self.submits(who, ago, "announcements.audience", f":{code}", types=PartnerType.reseller)
        self.presses(who, ago, f":{code}", "announcements.send")
        at = self._at(ago)
        for chore in ("announcements.writing", "announcements.progress"):
            work(self._portal, chore, at)
            self.delivered()
        return code

    def acknowledges(self, who: str, ago: int, code: str) -> None:
        place = self._place(who)
        with self._database.read() as look:
            got = notices.pressed(look, place, f"announcement:{code}")
        assert got is not None, "it was sent to them"
        place = replace(place, message=got.platform_id)
        self._keep(ago, lambda: self._portal.press(_caller(who), place, "announcements.read", code))

    def submits(self, who: str, ago: int, form: str, about: str = "", **values: str) -> None:
        """A dialog, opened from the card that has the subject ``about``."""
        place, code = self._place(who, about), about.partition(":")[2]
        self._keep(ago, lambda: self._portal.submit(_caller(who), place, form, code, values))

    def presses(self, who: str, ago: int, about: str, action: str) -> None:
        place, code = self._place(who, about), about.partition(":")[2]
        self._keep(ago, lambda: self._portal.press(_caller(who), place, action, code))

    def writes(self, who: str, ago: int, about: str, text: str) -> None:
        """In the thread under the card."""
        card, number = self._place(who, about), next(self._numbers)
        place = replace(card, thread=card.message, message="")
        body = json.dumps({"text": text, "thread": place.thread, "by": who})
        event = EventKey(PAGE, place.conversation, f"say:story-{number}", body=body)
        self._keep(ago, lambda: self._portal.say(_caller(who), place, text, event))

    def delivered(self) -> None:
        """The page shows what is delivered, and nothing else will deliver it."""
        posted = case((col(Delivery.platform_id) == "", Delivery.delivery_id), else_=Delivery.platform_id)
        with self._database.session() as session:
            sent = update(Delivery).where(col(Delivery.state) != DeliveryState.sent)
            session.execute(sent.values(state=DeliveryState.sent, platform_id=posted))
            session.commit()

    def _keep(self, ago: int, act: Callable[[], Done]) -> None:
        self._at(ago)
        act()

    def _at(self, ago: int) -> datetime:
        """It is that long ago now."""
        at = self._now - timedelta(hours=ago, seconds=-next(self._numbers))
        self._portal.clock = lambda: at
        return at

    def _newest(self, kind: type[Announcement] | type[Deal] | type[Ticket]) -> str:
        with self._database.read() as look:
            return look.exec(select(kind.code).order_by(col(kind.id).desc()).limit(1)).one()

    def _place(self, who: str, about: str = "") -> Place:
        """Where the card stands; without a kind of it, the person's own conversation."""
        mine = direct(PAGE, who)
        if not about.partition(":")[0]:
            return Place(PAGE, TEAM, mine, who)
        with self._database.read() as look:
            card = notices.root(look, about)
        assert card is not None, about
        private = card.conversation == mine
        return Place(PAGE, TEAM, card.conversation, who, card.thread, private, message=card.platform_id)


def _caller(who: str) -> Caller:
    return Caller(PAGE, TEAM, who, who)


def _nobody_asks(_: str, __: Reader) -> Found:
    raise AssertionError("the story has no questions in it")
