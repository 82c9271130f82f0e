"""Notices keep the pace that the platform allows, whatever it is, and find it out by themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.pace import CLOSE, FASTEST, PATIENCE, Pace
from bot.paces import REMEMBERED, Lane, Paces
from tests.limiters import Bucket


def run(pace: Pace, limiter: Bucket, seconds: float, start: float = 0.0) -> tuple[int, list[float]]:
    """How many went, and when the platform asked to wait."""
    went, refused, now = 0, [], start
    while now < start + seconds:
        if pace.take(now):
            wait = limiter.post(now)
            if wait:
                refused.append(now)
                pace.refused(wait, now)
            else:
                went += 1
        now += 0.01
    return went, refused


@pytest.mark.parametrize("rate", [0.5, 1.0, 4.0, 9.0])
def test_it_learns_the_limit_and_then_keeps_it(rate):
    pace, limiter = Pace(), Bucket(rate, burst=5)
    run(pace, limiter, 400)
    assert pace.learned
    went, refused = run(pace, limiter, 2_000, start=400)
    assert refused == []
    assert went >= 0.94 * rate * 2_000


def test_when_less_is_allowed_it_learns_that_too():
    pace, limiter = Pace(), Bucket(4.0, burst=5)
    run(pace, limiter, 300)
    limiter.rate = 1.0
    run(pace, limiter, 300, start=300)
    went, refused = run(pace, limiter, 300, start=600)
    assert refused == []
    assert went >= 0.9 * 300


def test_what_was_refused_is_not_tried_again_for_an_hour():
    pace, limiter = Pace(), Bucket(1.0, burst=5)
    run(pace, limiter, 300)
    slow, limiter.rate = pace.rate, 100.0
    run(pace, limiter, PATIENCE - 300, start=300)
    assert pace.rate == slow
    run(pace, limiter, 1_200, start=PATIENCE)
    assert pace.rate > 5 * slow


def test_it_never_goes_faster_than_it_says():
    went, refused = run(Pace(rate=5, burst=10, floor=5, ceiling=5 / CLOSE), Bucket(1_000, 1_000), 20)
    assert refused == []
    assert 100 <= went <= 111


def test_it_waits_as_long_as_it_is_told():
    pace = Pace()
    assert pace.take(0.0)
    pace.refused(30, 0.0)
    assert not pace.take(29.9)
    assert pace.take(60.0)


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


# -- workspaces and their conversations --------------------------------------------------------------------------------


def lane(conversation="C1", team="T1", waits=True):
    return Lane("test", team, conversation, waits)


def went(paces, where, seconds, start=0.0):
    now, count = start, 0
    while now < start + seconds:
        count += paces.take(where, now)
        now += 0.05
    return count


def test_a_conversation_gets_a_small_burst_and_then_one_a_second():
    assert 22 <= went(Paces(), lane(), 20) <= 24


def test_one_conversation_does_not_slow_the_others_down():
    paces = Paces()
    went(paces, lane("C1"), 5)
    paces.refused(lane("C1"), 60, 5.0)
    assert not paces.take(lane("C1"), 10.0)
    assert paces.take(lane("C2"), 10.0)


def test_a_conversation_that_did_not_hurry_cannot_have_been_meant():
    paces = Paces()
    assert paces.take(lane("C1"), 0.0)
    paces.refused(lane("C1"), 60, 0.1)
    assert not paces.take(lane("C2"), 10.0)
    assert paces.take(lane("C2", team="T2"), 10.0), "another workspace"
    assert paces.take(lane("C2"), 70.0)


def test_answers_never_wait_and_those_that_wait_make_up_for_them():
    paces = Paces()
    paces.take(lane(), 0.0)
    paces.refused(lane(), 60, 0.0)
    assert paces.take(lane(waits=False), 1.0)
    busy, idle = Paces(), Paces()
    for number in range(10):
        busy.take(lane(f"D{number}", waits=False), 0.0)
    assert sum(busy.take(lane(f"C{n}"), 0.5) for n in range(20)) < sum(idle.take(lane(f"C{n}"), 0.5) for n in range(20))


def test_what_names_no_workspace_goes_at_the_pace_of_the_only_one():
    paces = Paces()
    paces.take(lane("C1"), 0.0)
    paces.refused(lane("C1"), 60, 0.1)
    assert not paces.take(lane("C3", team=""), 10.0)


def test_it_remembers_no_more_conversations_than_it_must():
    paces = Paces()
    for number in range(3 * REMEMBERED):
        paces.take(lane(f"C{number}"), number * 0.01)
    assert len(paces._workspace(lane()).conversations) <= REMEMBERED + 1
