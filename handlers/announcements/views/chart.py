"""The numbers of an announcement as a picture."""

from collections.abc import Sequence

from handlers import charts
from handlers.announcements.models.announcement import Announcement
from handlers.announcements.models.counts import Counts
from handlers.ui import Element


def chart(what: Announcement, counts: Counts) -> Sequence[Element]:
    """How much of its audience it has reached; nothing while nobody is of it."""
    if not counts.audience:
        return ()
    of = counts.audience
    lost = counts.failed + counts.cancelled + counts.expired
    rows = [
        charts.Bar("Sent", f"{counts.sent:,} of {of:,}", counts.sent / of, "good"),
        charts.Bar("On the way", f"{counts.open:,}", counts.open / of),
        *([charts.Bar("Removed", f"{counts.removed:,}", counts.removed / of)] if counts.removed else ()),
        *([charts.Bar("Perhaps arrived", f"{counts.parked:,}", counts.parked / of)] if counts.parked else ()),
        charts.Bar("Not sent", f"{lost:,}", lost / of, "bad"),
        charts.Bar("Left out", f"{of - counts.chosen:,}", (of - counts.chosen) / of, "warning"),
    ]
    if what.acknowledge:
        read = counts.acknowledged / (counts.asked or 1)
        rows.append(charts.Bar("Acknowledged", f"{counts.acknowledged:,} of {counts.asked:,}", read, "good"))
    return (charts.bars(rows, what.title),)
