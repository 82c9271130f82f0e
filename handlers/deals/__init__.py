"""Deals: a partner registers an opportunity, a channel manager decides, and both see how it goes on."""

from handlers.deals import schedules
from handlers.deals.dialog import decide, hearing, lists, register, typed, work
from handlers.deals.dialog.entry import Entry
from handlers.feature import Command, Feature, Submission

feature = Feature(
    name="deals",
    hears=hearing.hears,
    threads={
        "deal-desk": typed.among_managers,
        "deal-extension": typed.among_managers,
        "deal-checks": typed.among_managers,
    },
    commands={
        "deal": Command(register.command, "Register a deal", "for Acme, 50k, closing in March"),
        "deals": Command(lists.command, "Your deals: the pipeline, or one deal by its number", "D-4XQ9"),
    },
    actions={
        "deals.form": register.opened,
        "deals.discard": register.discard,
        "deals.list": lists.page,
        "deals.show": lists.show,
        "deals.more": lists.more,
        "deals.approve": decide.approve,
        "deals.reject": decide.ask_reason,
        "deals.ask": decide.ask_question,
        "deals.duplicate": decide.ask_original,
        "deals.grant": decide.extend,
        "deals.decline": decide.ask_why_not,
        "deals.answer": work.ask_answer,
        "deals.stage": work.ask_stage,
        "deals.note": work.ask_note,
        "deals.share": work.ask_colleague,
        "deals.extend": work.ask_extension,
        "deals.withdraw": work.ask_withdrawal,
        "deals.won": work.won,
        "deals.lost": work.ask_loss,
    },
    forms={
        "deals.register": Submission(Entry, register.submit, register.closed, register.left),
        "deals.rejection": Submission(decide.Rejection, decide.reject),
        "deals.question": Submission(decide.Question, decide.question),
        "deals.duplication": Submission(decide.Duplication, decide.duplicate),
        "deals.declining": Submission(decide.Declining, decide.decline),
        "deals.reply": Submission(work.Answer, work.answer),
        "deals.staging": Submission(work.Staging, work.move),
        "deals.noting": Submission(work.Noting, work.note),
        "deals.sharing": Submission(work.Sharing, work.share),
        "deals.extension": Submission(work.Extending, work.extension),
        "deals.withdrawal": Submission(work.Withdrawal, work.withdraw),
        "deals.loss": Submission(work.Loss, work.lost),
    },
    schedules={
        "expired": schedules.expired,
        "decisions": schedules.decisions,
        "reminders": schedules.reminders,
        "silence": schedules.silence,
        "cleaning": schedules.cleaning,
    },
    home=lists.home,
)
