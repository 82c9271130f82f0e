"""Rows that are the same every time, to draw cards from."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from handlers.access.models import AccessRequest
from handlers.announcements.models.announcement import Announcement
from handlers.announcements.models.announcement import State as Sending
from handlers.announcements.models.counts import Counts, Left, Reach
from handlers.audit.models import Group
from handlers.certifications.models import Held, Standing
from handlers.charts import Bar, bars
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import State
from handlers.deals.models.whole import Whole
from handlers.notices.models import Dialog
from handlers.partners.models import Certificate, Contact, Partner, Programme
from handlers.questions.models import Question
from handlers.tickets.models import DraftArticle, Known, Ticket, TicketDraft, TicketMessage
from handlers.turn import Person, Policy
from handlers.ui import Banner
from knowledge.audience import Reader
from knowledge.models import Article, Passage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
TOKEN = "0123456789abcdef0123456789abcdef"
ZONE = "UTC"
CODE, TICKET = "D-4XQ9", "T-7K2M"
SAID = (Banner(text="Approved.", tone="success"),)
PICTURE = (bars([Bar("Approved", "3", 0.5, "good")]),)
GROUP = Group(platform="teams", of="A-1XQ9", reason="Teams refused: 403", count=2, since=NOW)

PARTNER = Partner(id=1, name="Kestrel & Rowe IT", type="reseller", tier="gold", region="emea")
ZOE = Contact(id=1, email="zoe@kestrelrowe.example", name="Zoë Marchbanks", role="partner_user", partner_id=1)
INGRID = Contact(id=2, email="ingrid@halden.example", name="Ingrid Solvang", role="channel_manager")
PERSON = Person(
    1, ZOE.name, ZOE.email, "partner_user", "en", "UTC", 1, PARTNER.name, Reader("reseller", "gold", "emea", ZOE.role)
)
REQUEST = AccessRequest(
    id=1, token="0123456789abcdef", platform="teams", team="T", user="u", company="Brightfold", name="Rua Tamm",
    email="rua@brightfold.example", vouched=True, why="We sell Lens.", asked_at=NOW, decided_at=NOW, reason="Not yet.",
)  # fmt: skip
POLICY = Policy(products=("Lens", "Vault"), platforms=("slack", "teams"))


def article(number: int = 1) -> Article:
    return Article(
        id=number, key=f"a{number}", title=f"Partner discounts by tier, {number}", source="t", products=["Lens"],
        source_url="https://halden.example/a", owner=INGRID.email, version="6.4", body="All of it.",
        verified_on=date(2026, 10, 1),
    )  # fmt: skip


TEXT = "Gold get **25 %** on *new* business.\n\n1. Ask\n2. Wait\n\n| Tier | Discount |\n|---|---|\n| Gold | 25 % |"
PASSAGE = Passage(article_id=1, position=0, digest="d", section="New business", text=TEXT)
QUESTION = Question(
    contact_id=1, platform="teams", conversation="a:1", asked_at=NOW, token=TOKEN, query="q", confidence=0.5,
    text="What discount do Gold partners get?", outcome="abstain", shown="Discounts",
)  # fmt: skip


def deal(**different: object) -> Deal:
    values: dict[str, object] = {
        "id": 1, "code": CODE, "partner_id": 1, "entered_by": 1, "customer": "Lumen Harbour GmbH",
        "host": "lumen.example", "domain": "lumen.example", "contact_name": "Ada Brandt",
        "contact_email": "ada@lumen.example", "product": "Lens", "value": Decimal(50_000), "currency": "EUR",
        "expected_close": date(2027, 3, 31), "stage": "proposal", "note": "Soon.", "submitted_at": NOW,
        "changed_at": NOW, "due_at": NOW, "state": State.submitted, "protected_until": NOW, "decided_at": NOW,
        "reason": "Known.", "question": "Who decides?",
    }  # fmt: skip
    return Deal(**(values | different))


def whole(state: State = State.submitted) -> Whole:
    return Whole(deal(state=state), PARTNER, ZOE, decider=INGRID, people=[ZOE, INGRID])


def announcement(state: Sending = Sending.draft, code: str = "A-1XQ9") -> Announcement:
    return Announcement(
        id=1, code=code, author_id=2, state=state, title="Vault 5.3 is out", message=TEXT, product="Vault",
        version="5.3", link="https://halden.example/v", acknowledge=True, chosen=True, created_at=NOW, starts_at=NOW,
        begun_at=NOW, finished_at=NOW,
    )  # fmt: skip


WORDS = {"title": "Vault 5.3 is out today", "message": "It is.", "link": ""}
COUNTS = Counts(left_out={"no chat identity": 5}, sent=3, waiting=1, failed=1, acknowledged=2, silent=1)
REACH = Reach(
    left_out={"no chat identity": 5}, number=3, whom="Gold", fresh=1, mornings=1, last=NOW, strangers=("x@y.example",)
)
LEFT = [Left(ZOE.name, ZOE.email, PARTNER.name, "no chat identity")] * 2
CHOICES = {
    "types": ("reseller",), "tiers": ("gold", "silver"), "regions": ("emea",), "languages": ("en",),
    "roles": ("partner_user",), "certified": ("VCA",), "not_certified": ("VCA",),
}  # fmt: skip

PROGRAMME = Programme(
    id=1, key="vca", name="Vault Certified Administrator (VCA)", course="The delta exam", tiers={"gold": 3},
    course_url="https://halden.example/vca",
)  # fmt: skip


def held(days: int) -> Held:
    dates = {"issued_on": TODAY - timedelta(days=400), "expires_on": TODAY + timedelta(days=days)}
    certificate = Certificate(id=days, contact_id=1, programme_id=1, renewal_url="https://halden.example/r", **dates)
    return Held(certificate, PROGRAMME, ZOE, PARTNER, until=[certificate.expires_on] * 3)


HELD = [held(7), held(30), held(-3)]
STANDINGS = [Standing(PARTNER.name, 1, 2, 0, TODAY), Standing("Mirasol Sistemas", 0, 0, 1, None)]


def ticket(**different: object) -> Ticket:
    values: dict[str, object] = {
        "id": 1, "code": TICKET, "contact_id": 1, "partner_id": 1, "subject": "The backup fails", "text": "Since noon.",
        "product": "Vault", "opened_at": NOW, "last_word_at": NOW, "first_due": NOW, "resolve_due": NOW,
    }  # fmt: skip
    return Ticket(**(values | different))


KNOWN = Known(ticket(), ZOE, PARTNER, INGRID)
MESSAGE = TicketMessage(id=1, token=TOKEN, ticket_id=1, contact_id=1, side="partner", text="It still fails.", at=NOW)
DRAFT = TicketDraft(token="t", contact_id=1, subject="It fails", text="Since noon", at=NOW)
PROPOSED = DraftArticle(id=1, ticket_id=1, title="When the backup fails", text=TEXT, by_id=2, token=TOKEN, at=NOW)
LINKS = [{"name": "log.txt", "url": "https://halden.example/log"}]
BEGUN = Dialog(contact_id=1, form="deals.register", context=TOKEN, platform="teams", at=NOW)
