import pytest

from tests.handlers.announcements.people import ADMIN, INGRID, NOW, ZOE, seen


@pytest.fixture
def ingrid(talk):
    seen(talk, ZOE, ADMIN)
    manager = talk(INGRID)
    manager.now = NOW
    return manager
