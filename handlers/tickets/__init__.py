"""Tickets: help from a person, in two threads that know of each other."""

from handlers.feature import Command, Feature, Handler, Submission
from handlers.tickets import schedules
from handlers.tickets.dialog import articles, asked, desk, opening, partner, said, status, threads


def _hears(words: str) -> Handler | None:
    if said.wish(words):
        return opening.wish
    if said.drafts(words):
        return articles.waiting
    if said.code(words):
        return status.by_code
    return status.by_words if said.mine(words) else None


feature = Feature(
    name="tickets",
    hears=_hears,
    threads={
        "ticket": threads.from_partner,
        "ticket-desk": threads.at_desk,
        "ticket-copy": threads.under_copy,
        "ticket-seen": threads.under_copy,
        "ticket-note": threads.under_copy,
    },
    edited=threads.edited,
    commands={"ticket": Command(opening.command, "Open a support ticket, or see yours", "what it is about")},
    shortcuts={"tickets.open": opening.shortcut},
    actions={
        "tickets.begin": opening.begin,
        "tickets.from_answer": asked.from_answer,
        "tickets.continue": opening.go_on,
        "tickets.discard": opening.discard,
        "tickets.show": status.show,
        "tickets.list": status.listed,
        "tickets.reply": threads.offer_reply,
        "tickets.escalate": partner.escalate,
        "tickets.good": partner.good,
        "tickets.bad": partner.bad,
        "tickets.take": desk.take,
        "tickets.assign": desk.offer_assign,
        "tickets.ask": desk.offer_ask,
        "tickets.resolve": desk.resolve,
        "tickets.reopen": desk.reopen,
        "tickets.severity": desk.offer_severity,
        "tickets.send_note": threads.send_note,
        "tickets.article": articles.offer,
        "tickets.article_show": articles.show,
        "tickets.article_accept": articles.accept,
        "tickets.article_decline": articles.decline,
    },
    forms={
        "tickets.open": Submission(opening.Entry, opening.submit, opening.closed, opening.left),
        "tickets.ask": Submission(desk.Asked, desk.ask),
        "tickets.assign": Submission(desk.Assignment, desk.assign),
        "tickets.severity": Submission(desk.Chosen, desk.set_severity),
        "tickets.reply": Submission(threads.Reply, threads.reply),
        "tickets.article": Submission(articles.Entry, articles.submit),
    },
    schedules={"targets": schedules.targets, "idle": schedules.idle, "forget_drafts": schedules.forget_drafts},
    home=opening.home,
)
