"""Announcements: a manager writes to many people at once, sees whom it reaches, and how it goes on."""

from collections.abc import Sequence

from handlers.announcements import schedules
from handlers.announcements.dialog import (
    approval,
    correcting,
    entry,
    exporting,
    going,
    preview,
    reading,
    recalling,
    said,
    sending,
    writing,
)
from handlers.announcements.models import rules
from handlers.announcements.views import desk
from handlers.feature import Chore, Command, Feature, Submission
from handlers.turn import Turn
from handlers.ui import Element


def _home(turn: Turn) -> Sequence[Element]:
    return desk.home() if rules.sends(turn.who) else ()


feature = Feature(
    name="announcements",
    hears=said.hears,
    threads={"announcement": reading.nod},
    replies={"announcement": reading.reply},
    commands={
        "announce": Command(said.command, "Write an announcement to partners", "what it says"),
        "news": Command(said.news_command, "What was announced", "Backup since March"),
    },
    shortcuts={"announcements.of_message": writing.begin_with},
    actions={
        "announcements.begin": writing.begin,
        "announcements.write": writing.write,
        "announcements.choose": writing.choose,
        "announcements.discard": writing.discard,
        "announcements.left": preview.left,
        "announcements.test": sending.test,
        "announcements.send": sending.send,
        "announcements.approve": approval.approve,
        "announcements.decline": approval.ask_why,
        "announcements.card": going.card,
        "announcements.pause": going.pause,
        "announcements.resume": going.resume,
        "announcements.cancel": going.cancel,
        "announcements.edit": correcting.ask_edit,
        "announcements.recall": recalling.ask,
        "announcements.retry": going.retry,
        "announcements.remind": going.remind,
        "announcements.results": going.results,
        "announcements.silent": going.silent,
        "announcements.csv": exporting.ask,
        "announcements.read": reading.acknowledge,
        "announcements.unread": reading.undo,
        "announcements.show": reading.show,
        "announcements.news": reading.news,
        "announcements.mute": reading.mute,
        "announcements.unmute": reading.unmute,
    },
    undo=frozenset(("announcements.unread", "announcements.unmute")),
    forms={
        "announcements.text": Submission(entry.Text, writing.text, writing.closed_text, writing.left),
        "announcements.audience": Submission(entry.Whom, writing.whom, writing.closed_whom, writing.left),
        "announcements.declined": Submission(approval.Declined, approval.decline),
        "announcements.correction": Submission(entry.Words, correcting.edit),
        "announcements.recall": Submission(recalling.Recall, recalling.recall),
    },
    schedules={
        "ends": schedules.ends,
        "acknowledgements": schedules.acknowledgements,
        "cleaning": schedules.cleaning,
    },
    documents={"announcements.everybody": exporting.file},
    chores={
        "writing": Chore(schedules.waits, schedules.write),
        "progress": Chore(schedules.moves, schedules.progress_shown),
    },
    home=_home,
)
