"""Certificates: in time before one ends its holder hears of it, and everybody sees how theirs stand."""

from handlers.certifications import schedules
from handlers.certifications.dialog import answering, lists, said
from handlers.feature import Command, Feature, Submission

feature = Feature(
    name="certifications",
    hears=said.hears,
    commands={"certifications": Command(lists.command, "See your certificates, and how long they are valid", "team")},
    actions={
        "certifications.mine": lists.button,
        "certifications.team": lists.team,
        "certifications.partners": lists.partners,
        "certifications.tomorrow": answering.tomorrow,
        "certifications.week": answering.week,
        "certifications.until": answering.until,
        "certifications.renewed": answering.renewed,
        "certifications.not_mine": answering.not_mine,
        "certifications.which_renewed": answering.which_renewed,
        "certifications.which_not_mine": answering.which_not_mine,
    },
    forms={
        "certifications.until": Submission(answering.Later, answering.put_off),
        "certifications.renewed": Submission(answering.Which, answering.these_renewed),
        "certifications.not_mine": Submission(answering.Which, answering.these_not_mine),
    },
    schedules={"reminders": schedules.remind, "copies": schedules.copies, "digest": schedules.digest},
    home=lists.home,
)
