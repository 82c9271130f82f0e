import pytest

from tests.handlers.certifications.held import QUIET, ZOE


@pytest.fixture
def there(talk):
    """Somebody who has been here before, so that it is known where they can be told something."""

    def there(email, **policy):
        person = talk(email, policy=policy or QUIET)
        person.says("hello")
        return person

    return there


@pytest.fixture
def zoe(there):
    return there(ZOE)
