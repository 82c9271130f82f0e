"""A partner's deal, and the manager who decides it, on a Wednesday at noon."""

import pytest

from tests.handlers.deals.deal import INGRID, ZOE, at, registers


@pytest.fixture
def zoe(talk):
    return at(talk(ZOE))


@pytest.fixture
def ingrid(talk):
    return at(talk(INGRID))


@pytest.fixture
def code(zoe):
    return registers(zoe)


@pytest.fixture
def approved(ingrid, code):
    """Protected until June 2027."""
    ingrid.presses_raw("deals.approve", code)
    return code
