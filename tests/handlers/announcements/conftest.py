import pytest

from tests.handlers.announcements.people import ADMIN, INGRID, ZOE, by, seen


@pytest.fixture
def ingrid(talk):
    seen(talk, ZOE, ADMIN)
    return by(talk, INGRID)
