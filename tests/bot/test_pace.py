"""Notices keep the pace that the platform allows, whatever it is, and find it out by themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.pace import FASTEST, Pace


class Limiter:
    """A platform that takes ``rate`` messages a second after a burst, and says how long to wait when there are more."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, burst, 0.0

    def take(self, now: float) -> float:
        """0 if it was taken, else the seconds to wait."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return max(1.0, round((1 - self.left) / self.rate))


def run(pace: Pace, limiter: Limiter, seconds: float, start: float = 0.0) -> tuple[int, list[float]]:
    """How many went, and when the platform asked to wait."""
    went, refused, now = 0, [], start
    while now < start + seconds:
        if pace.take(now):
            wait = limiter.take(now)
            if wait:
                refused.append(now)
                pace.refused(wait, now)
            else:
                went += 1
        now += 0.01
    return went, refused


@pytest.mark.parametrize("rate", [0.5, 1.0, 4.0, 9.0])
def test_it_learns_the_limit_and_then_keeps_it(rate):
    pace, limiter = Pace(), Limiter(rate, burst=5)
    run(pace, limiter, 200)
    went, refused = run(pace, limiter, 200, start=200)
    assert len(refused) <= 1
    assert went >= 0.9 * rate * 200


def test_it_never_goes_faster_than_it_says():
    went, refused = run(Pace(rate=5, burst=10), Limiter(1_000, 1_000), 20)
    assert refused == []
    assert 100 <= went <= 111


def test_it_waits_as_long_as_it_is_told():
    pace = Pace()
    assert pace.take(0.0)
    pace.refused(30, 0.0)
    assert not pace.take(29.9)
    assert pace.take(60.0)


def test_it_tries_a_little_more_after_a_while():
    pace, limiter = Pace(), Limiter(1.0, burst=1)
    run(pace, limiter, 300)
    slow, limiter.rate = pace.rate, 100.0
    run(pace, limiter, 1_500, start=300)
    assert slow < pace.rate <= 1.2 * slow


@settings(max_examples=200, deadline=None)
@given(some.lists(some.tuples(some.floats(0, 5), some.booleans(), some.floats(0, 3600)), max_size=200))
def test_whatever_happens_it_goes_on_some_day(steps):
    pace, now = Pace(), 0.0
    for passed, refused, wait in steps:
        now += passed
        pace.take(now)
        if refused:
            pace.refused(wait, now)
        assert 0 < pace.rate <= FASTEST
    assert pace.take(now + 7_200)
