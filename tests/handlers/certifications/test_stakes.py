"""What a partner loses with a certificate."""

import pytest
from sqlmodel import Session, select

from handlers.partners.models import Partner
from tests.handlers.certifications.held import BETO, DAY, ENDS, IDRIS, LAYLA, ZOE, at, bring, held, news, texts, ticks


@pytest.mark.parametrize(
    ("colleagues", "said"),
    [([], "1 of 3 required for Gold; without it you fall to Registered"),
     ([IDRIS], "2 of 3 required for Gold; without it you fall to Silver")],
)  # fmt: skip
def test_what_hangs_on_it_is_counted(zoe, database, tmp_path, colleagues, said):
    bring(database, tmp_path, held(ZOE, ENDS), *(held(email, ENDS + 400 * DAY) for email in colleagues))
    ticks(zoe, at(ENDS - 90 * DAY))
    assert said in texts(news(zoe))


def test_more_than_enough_is_said_as_well_and_a_tier_without_a_rule_loses_nothing(there, database, tmp_path):
    with Session(database.engine) as session:
        session.exec(select(Partner).where(Partner.name.startswith("Kestrel"))).one().tier = "Silver"
        session.commit()
    zoe, beto = there(ZOE), there(BETO)
    with Session(database.engine) as session:
        session.exec(select(Partner).where(Partner.name.startswith("Kestrel"))).one().tier = "silver"
        session.exec(select(Partner).where(Partner.name.startswith("Mirasol"))).one().tier = "Diamond"
        session.commit()
    bring(database, tmp_path, held(ZOE, ENDS), held(IDRIS, ENDS + 400 * DAY), held(BETO, ENDS))
    ticks(zoe, at(ENDS - 90 * DAY, 15))
    assert "2 people are certified, and silver needs 1: enough without it" in texts(news(zoe))
    assert "What hangs on it" not in texts(news(beto))


@pytest.mark.parametrize(
    ("idris", "layla", "said"),
    [(400, 400, "3 people are certified, and Silver needs 1: enough without it"),
     (400, -1, "3 people are certified, and Silver needs 1: enough without it"),
     (0, -1, "3 people are certified, and Silver needs 1; 3 of them end by then, and unless some renew, you fall to"),
     (-100, -200, "1 of 1 required for Silver; without it you fall to Registered")],
)  # fmt: skip
def test_those_that_end_together_are_not_enough(zoe, database, tmp_path, idris, layla, said):
    with Session(database.engine) as session:
        session.exec(select(Partner).where(Partner.name.startswith("Kestrel"))).one().tier = "Silver"
        session.commit()
    bring(database, tmp_path, held(ZOE, ENDS), held(IDRIS, ENDS + idris * DAY), held(LAYLA, ENDS + layla * DAY))
    ticks(zoe, at(ENDS - 90 * DAY))
    assert said in texts(news(zoe))
