"""Every card and every dialog of the features once: what golden files are drawn from. A view that is missing here fails
a test (tests/bot/channels/teams/test_drawn.py)."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from handlers.access import views as access
from handlers.announcements.models.announcement import State as Sending
from handlers.announcements.views import desk as announcement_desk
from handlers.announcements.views import draft as announcement_draft
from handlers.announcements.views import forms as announcement_forms
from handlers.announcements.views import reader
from handlers.answers import views as answers
from handlers.answers.models import Reason
from handlers.audit import views as audit
from handlers.audit.models import Failing, Matter
from handlers.certifications.views import lists as certificates
from handlers.certifications.views import reminders
from handlers.deals.models.states import State, Verdict
from handlers.deals.views import cards as deals
from handlers.deals.views import desk as deal_desk
from handlers.deals.views import forms as deal_forms
from handlers.deals.views import lists as deal_lists
from handlers.library import views as library
from handlers.preferences import views as preferences
from handlers.reviews import views as reviews
from handlers.reviews.models import Waiting
from handlers.tickets.views import desk as ticket_desk
from handlers.tickets.views import forms as ticket_forms
from handlers.tickets.views import partner as tickets
from handlers.tickets.views import parts
from handlers.ui import Card, Form
from handlers.welcome import views as welcome
from tests.rows import (
    BEGUN,
    CHOICES,
    CODE,
    COUNTS,
    DRAFT,
    GROUP,
    HELD,
    INGRID,
    KNOWN,
    LEFT,
    LINKS,
    MESSAGE,
    NOW,
    PARTNER,
    PASSAGE,
    PERSON,
    PICTURE,
    POLICY,
    PROPOSED,
    QUESTION,
    REACH,
    REQUEST,
    SAID,
    STANDINGS,
    TEXT,
    TICKET,
    TODAY,
    TOKEN,
    WORDS,
    ZOE,
    ZONE,
    announcement,
    article,
    deal,
    ticket,
    whole,
)


def answer() -> Card:
    return answers.answer(TOKEN, article(), PASSAGE, [article(2)], TODAY, False, True)


EVERYTHING: Mapping[str, Mapping[str, Callable[[], Card | Form]]] = {
    "access": {
        "refusal": access.refusal,
        "request_form": lambda: access.request_form(ZOE.email),
        "asked": lambda: access.asked(passed_on=True),
        "waiting": lambda: access.waiting(REQUEST, passed_on=False),
        "declined": lambda: access.declined(REQUEST),
        "welcome": lambda: access.welcome(ZOE.name, PARTNER.name),
        "leaked": lambda: access.leaked(ZOE),
        "said": lambda: access.said("That code is not valid."),
        "for_managers": lambda: access.for_managers(REQUEST, ZOE.name),
        "decided": lambda: access.decided(REQUEST, INGRID, ZOE, PARTNER),
        "approve_form": lambda: access.approve_form(REQUEST, [PARTNER], PARTNER, ""),
        "decline_form": lambda: access.decline_form(REQUEST),
    },
    "announcements": {
        "offer": lambda: announcement_draft.offer(announcement()),
        "left": lambda: announcement_draft.left(announcement(), BEGUN.begun("write an announcement")),
        "preview": lambda: announcement_draft.preview(announcement(), REACH, ZONE, 1.0, 500, commands=True),
        "edits": lambda: announcement_draft.edits(announcement(Sending.sent)),
        "asked": lambda: announcement_draft.asked(announcement(Sending.asked), "Ingrid asks.", WORDS),
        "decided": lambda: announcement_draft.decided(announcement(), "Approved.", "success"),
        "progress": lambda: announcement_desk.progress(announcement(Sending.sending), COUNTS, NOW, ZONE, 1.0, PICTURE),
        "results": lambda: announcement_desk.results(announcement(Sending.sent), COUNTS, PICTURE, commands=True),
        "document": lambda: announcement_desk.document(announcement(), 1, 1),
        "left_out": lambda: announcement_desk.left_out(announcement(), LEFT, 0),
        "silent": lambda: announcement_desk.silent(announcement(), LEFT, 0),
        "several": lambda: announcement_desk.several([announcement(), announcement(code="A-2XQ9")]),
        "text": lambda: announcement_forms.text(WORDS, "c", POLICY),
        "correction": lambda: announcement_forms.correction(WORDS, "A-1XQ9", asks=True),
        "recall": lambda: announcement_forms.recall("A-1XQ9"),
        "declined": lambda: announcement_forms.declined("A-1XQ9"),
        "audience": lambda: announcement_forms.audience({}, "c", CHOICES, [PARTNER.name]),
        "announcement": lambda: reader.announcement(announcement(Sending.sent), INGRID.name),
        "acknowledged": lambda: reader.acknowledged(announcement(Sending.sent), INGRID.name, NOW),
        "done": lambda: reader.done(announcement(Sending.sent), NOW, ZONE),
        "undone": lambda: reader.undone(announcement(Sending.sent)),
        "reminder": lambda: reader.reminder(announcement(Sending.sent), INGRID.name),
        "recalled": lambda: reader.recalled(announcement(Sending.recalled)),
        "line": lambda: reader.line("You are told of news again."),
        "passed_on": lambda: reader.passed_on(INGRID.name),
        "reply": lambda: reader.reply(announcement(), ZOE.name, ZOE.email, PARTNER.name, "When for Lens?"),
        "news": lambda: reader.news([announcement(Sending.sent)], "", NOW, ZONE, ["Vault"]),
        "topics": lambda: reader.topics(["news"]),
        "muted": lambda: reader.muted("news"),
        "unmuted": lambda: reader.unmuted("news"),
    },
    "answers": {
        "answer": answer,
        "clarify": lambda: answers.clarify(TOKEN, [article(1), article(2), article(3)], False),
        "abstain": lambda: answers.abstain(TOKEN, [article(1), article(2)]),
        "thanked": lambda: answers.thanked(answer()),
        "asked_why": lambda: answers.asked_why(answer(), TOKEN),
        "noted": lambda: answers.noted(answers.asked_why(answer(), TOKEN), TOKEN, Reason.outdated),
        "comment_form": lambda: answers.comment_form(TOKEN),
        "commented": lambda: answers.commented(answer()),
        "passed_on": lambda: answers.passed_on(answer()),
        "told": lambda: answers.told(True),
        "for_the_team": lambda: answers.for_the_team(PERSON, QUESTION, article()),
    },
    "audit": {
        "overdue": lambda: audit.overdue(GROUP),
        "in_doubt": lambda: audit.in_doubt(GROUP),
        "failed": lambda: audit.failed(GROUP),
        "stuck": lambda: audit.stuck(GROUP),
        "lost": lambda: audit.lost(GROUP),
        "over": lambda: audit.over(Matter(name="stuck", since=NOW, title="Two messages wait"), NOW),
        "failing": lambda: audit.failing(Failing(name="deals.expired", since=NOW, error="KeyError")),
    },
    "certifications": {
        "own": lambda: certificates.own(HELD, 0, TODAY, []),
        "team": lambda: certificates.team(PARTNER.name, HELD, 0, TODAY, "1"),
        "partners": lambda: certificates.partners(STANDINGS, 0),
        "digest": lambda: certificates.digest(STANDINGS),
        "reminder": lambda: reminders.reminder(HELD, TODAY),
        "snooze_form": lambda: reminders.snooze_form("1:2026-11-23", TODAY),
        "renewed_form": lambda: reminders.renewed_form("1:2026-11-23", HELD),
        "not_mine_form": lambda: reminders.not_mine_form("1:2026-11-23", HELD),
        "done": lambda: reminders.done(reminders.reminder(HELD, TODAY), "Thank you."),
        "reported": lambda: reminders.reported(HELD[0]),
        "copy": lambda: reminders.copy(HELD, 3, TODAY),
    },
    "deals": {
        "card": lambda: deals.card(whole(), NOW, ZONE),
        "for_managers": lambda: deals.for_managers(whole(), NOW, ZONE, True),
        "registered": lambda: deals.registered(whole(), NOW, ZONE),
        "reminder": lambda: deals.reminder(whole(State.approved), "The protection ends in 7 days.", "warning"),
        "news": lambda: deals.news(whole(State.rejected), "Your deal was rejected.", "Known.", "warning"),
        "desk": lambda: deal_desk.desk(whole(), [(deal(id=2), "Mirasol", Verdict.review)], {"won": 2}, NOW, ZONE),
        "desk-decided": lambda: deal_desk.desk(whole(State.approved), [], {}, NOW, ZONE, SAID),
        "desk.extension": lambda: deal_desk.extension(whole(State.approved), 30, "Their budget is late.", ZONE),
        "due": lambda: deal_desk.due(whole(), ZONE, True),
        "probing": lambda: deal_desk.probing(PARTNER.name, 12, NOW),
        "registration": lambda: deal_forms.registration({"customer": "Lumen"}, "token", POLICY),
        "rejection": lambda: deal_forms.rejection(CODE),
        "question": lambda: deal_forms.question(CODE),
        "duplication": lambda: deal_forms.duplication(CODE),
        "reply": lambda: deal_forms.reply(CODE, "Who decides?"),
        "staging": lambda: deal_forms.staging(CODE, "proposal"),
        "noting": lambda: deal_forms.noting(CODE),
        "sharing": lambda: deal_forms.sharing(CODE, [INGRID]),
        "forms.extension": lambda: deal_forms.extension(CODE, 30),
        "withdrawal": lambda: deal_forms.withdrawal(CODE),
        "loss": lambda: deal_forms.loss(CODE),
        "declining": lambda: deal_forms.declining(CODE),
        "pipeline": lambda: deal_lists.pipeline(
            [("proposal", "EUR", 1, Decimal(50_000))], [(deal(), PARTNER.name)], 0, "", NOW, ZONE, True
        ),
        "offer": lambda: deal_lists.offer({"customer": "Lumen", "value": "50000"}, TOKEN),
        "kept": lambda: deal_lists.kept("Lumen", TOKEN),
        "left": lambda: deal_lists.left(BEGUN.begun("register a deal"), {"customer": "Lumen"}, TOKEN),
        "note": lambda: deal_lists.note("There is no such deal."),
    },
    "library": {
        "needs": lambda: library.needs(["Close a deal", "Get certified"], 0),
        "need": lambda: library.need("Close a deal", [article(1), article(2)], 0),
        "article": lambda: library.article(article(), [PASSAGE], 0, TODAY),
        "withheld": lambda: library.withheld(article()),
    },
    "preferences": {"choice": lambda: preferences.choice(["slack", "teams"], "teams")},
    "reviews": {
        "ask": lambda: reviews.ask([Waiting(article(1), unseen=True), Waiting(article(2), unseen=False)], TODAY),
        "edit_button": lambda: reviews.edit_button(article()),
        "form": lambda: reviews.form(article()),
    },
    "tickets": {
        "card": lambda: ticket_desk.card(KNOWN),
        "note": lambda: ticket_desk.note(TOKEN),
        "note_sent": lambda: ticket_desk.note_sent(INGRID.name),
        "note_gone": ticket_desk.note_gone,
        "assigned": lambda: ticket_desk.assigned(KNOWN, INGRID.name),
        "near": lambda: ticket_desk.near(ticket(), "first reply", NOW),
        "late": lambda: ticket_desk.late(ticket(), "first reply"),
        "escalated": lambda: ticket_desk.escalated(KNOWN, ZOE.name),
        "drafted": lambda: ticket_desk.drafted(PROPOSED, TICKET, INGRID.name),
        "waiting": lambda: ticket_desk.waiting([(PROPOSED, TICKET)]),
        "decided": lambda: ticket_desk.decided(PROPOSED, INGRID.name),
        "ticket": lambda: ticket_forms.ticket(DRAFT, ("Lens",)),
        "wish": lambda: ticket_forms.wish(DRAFT),
        "kept": lambda: ticket_forms.kept(DRAFT),
        "left": lambda: ticket_forms.left(BEGUN.begun("open a ticket"), DRAFT),
        "ask": lambda: ticket_forms.ask(ticket()),
        "assign": lambda: ticket_forms.assign(ticket(), [INGRID]),
        "severity": lambda: ticket_forms.severity(ticket()),
        "reply": lambda: ticket_forms.reply(ticket()),
        "article": lambda: ticket_forms.article(ticket(), TEXT),
        "opened": lambda: tickets.opened(KNOWN, True),
        "shown": lambda: tickets.shown(KNOWN, [(MESSAGE, ZOE.name)], NOW, ZONE),
        "listed": lambda: tickets.listed([ticket()], 0, True, NOW),
        "asked": lambda: tickets.asked(INGRID.name, "Which version?"),
        "resolved": lambda: tickets.resolved(ticket(state="resolved"), INGRID.name),
        "rating": lambda: tickets.rating(TICKET),
        "rated": lambda: tickets.rated(TICKET, True),
        "may_escalate": lambda: tickets.may_escalate(ticket()),
        "nudge": lambda: tickets.nudge(ticket(state="waiting"), 15),
        "closed": lambda: tickets.closed(ticket(state="closed")),
        "words": lambda: parts.words(ZOE.name, "It still fails.", LINKS, "Just so you know."),
        "deleted": lambda: parts.deleted(ZOE.name),
        "line": lambda: parts.line("It was taken."),
        "warning": lambda: parts.warning("It is late."),
        "done": lambda: parts.done("It is resolved."),
    },
    "welcome": {"greeting": lambda: welcome.greeting(ZOE.name)},
}
