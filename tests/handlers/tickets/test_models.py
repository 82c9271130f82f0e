"""The table of states and the clock of a ticket, under any order of steps."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from handlers.errors import PortalError
from handlers.hours import Calendar
from handlers.tickets.dialog import said
from handlers.tickets.models import LIVE, MOVES, TARGETS, Severity, State, Ticket

START = datetime(2027, 3, 5, 15, tzinfo=UTC)
ZONES = ("UTC", "Europe/Oslo", "America/Chicago", "Asia/Kolkata", "Pacific/Auckland", "No/Where")


class Life(RuleBasedStateMachine):
    """A ticket to which anything happens, at any time."""

    def __init__(self):
        super().__init__()
        self.now = START
        self.ticket = Ticket(code="T-2ABC", contact_id=1, subject="x", text="x", opened_at=START, last_word_at=START)
        self.ticket.time_zone = "Europe/Oslo"
        self.ticket.set_targets()

    @rule(hours=st.integers(0, 400))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(to=st.sampled_from(State))
    def moves(self, to):
        before = State(self.ticket.state)
        try:
            self.ticket.move(to, self.now)
        except PortalError:
            assert to not in MOVES[before]
            assert self.ticket.state == before
        else:
            assert to in MOVES[before]

    @rule(severity=st.sampled_from(Severity))
    def matters(self, severity):
        self.ticket.severity = severity
        self.ticket.set_targets()

    @rule()
    def reopens(self):
        if not self.ticket.live:
            self.ticket.reopen(self.now)
            assert self.ticket.state in (State.open, State.in_progress)

    @invariant()
    def the_clock_runs_where_somebody_works_on_it(self):
        assert (self.ticket.paused_at is None) == (self.ticket.state in (State.open, State.in_progress))
        assert self.ticket.paused_seconds >= 0
        assert self.ticket.live == (self.ticket.state in LIVE)
        assert self.ticket.late(self.now) <= self.ticket.live

    @invariant()
    def the_time_to_resolve_it_is_what_was_promised(self):
        passed = Calendar("Europe/Oslo").between(START, self.ticket.resolve_due)
        promised = TARGETS[Severity(self.ticket.severity)][1]
        assert passed == promised + timedelta(seconds=self.ticket.paused_seconds)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


@given(zone=st.sampled_from(ZONES), severity=st.sampled_from(Severity), hours=st.integers(0, 20_000))
@settings(max_examples=100, deadline=None)
def test_a_warning_comes_before_its_target_in_every_zone(zone, severity, hours):
    at = START + timedelta(hours=hours)
    ticket = Ticket(contact_id=1, subject="x", text="x", opened_at=at, last_word_at=at, severity=severity)
    ticket.time_zone = zone
    ticket.set_targets()
    assert at < ticket.first_warn_at < ticket.first_due < ticket.resolve_due
    assert ticket.resolve_warn_at < ticket.resolve_due


@given(st.text(max_size=3_000))
@settings(max_examples=300, deadline=None)
def test_any_words_are_read_at_once(words):
    said.wish(words), said.code(words), said.mine(words), said.about(words)
    said.thanks(words, ["Ingrid Solvang"])
    marked, text = said.reply(words)
    assert text in words or not marked


def test_hostile_words_are_read_at_once():
    for words in (
        "please " * 9_000,
        "open a " * 9_000,
        "and " * 9_000,
        ", " * 20_000,
        "my " * 9_000 + "ticket",
        "reply" * 9_000,
    ):
        said.wish(words), said.code(words), said.mine(words), said.thanks(words), said.reply(words)
