"""What channel managers read on Mondays."""

from datetime import date

from sqlmodel import Session, select

from handlers.partners.models import Contact, Partner
from tests.handlers.certifications.held import (
    AMARA,
    BETO,
    DAY,
    ENDS,
    INGRID,
    LAYLA,
    ZOE,
    at,
    bring,
    held,
    hourly,
    news,
    ticks,
)  # fmt: skip


def test_on_mondays_at_nine_managers_read_how_their_partners_stand(there, database, tmp_path):
    ingrid, amara = there(INGRID), there(AMARA)
    monday = date(2027, 6, 14)
    bring(database, tmp_path, held(ZOE, ENDS), held(LAYLA, monday - 5 * DAY), held(BETO, ENDS + 365 * DAY))
    hourly(ingrid, at(monday - DAY, 0), at(monday, 6))
    assert news(ingrid) == []
    hourly(ingrid, at(monday, 7), at(monday + 6 * DAY, 23))
    (card,) = news(ingrid)
    assert card.title == "This week's certifications: 1 to renew, 1 lapsed"
    assert "Kestrel & Rowe IT" in card.plain().replace("\\", "")
    assert news(amara) == [], "nothing of her partners ends soon"
    hourly(ingrid, at(monday + 7 * DAY, 7), at(monday + 7 * DAY, 8))
    assert len(news(ingrid)) == 2


def test_a_digest_counts_all_partners_and_shows_the_nearest(there, database, tmp_path):
    ingrid = there(INGRID)
    with Session(database.engine) as session:
        for number in range(20):
            session.add(
                Partner(id=900 + number, name=f"P{number}", type="reseller", tier="", region="", manager_email=INGRID)
            )
            session.flush()
            session.add(Contact(email=f"p{number}@x.example", name="P", partner_id=900 + number, role="partner_user"))
        session.commit()
    bring(database, tmp_path, *(held(f"p{number}@x.example", ENDS + number * DAY) for number in range(20)))
    ticks(ingrid, at(ENDS - 16 * DAY, 12))  # a Monday
    (card,) = news(ingrid)
    assert card.title == "This week's certifications: 20 to renew, 0 lapsed"
    assert ("P14" in card.plain(), "P15" in card.plain(), "And 5 more partners." in card.plain()) == (True, False, True)


def test_somebody_of_a_partner_is_nobodys_manager(there, database, tmp_path):
    """Whatever the partners' file says."""
    zoe, beto, ingrid = there(ZOE), there(BETO), there(INGRID)
    with Session(database.engine) as session:
        session.exec(select(Partner).where(Partner.name.startswith("Kestrel"))).one().manager_email = BETO
        session.commit()
    bring(database, tmp_path, held(ZOE, ENDS))
    ticks(ingrid, at(ENDS - 9 * DAY, 20))  # a Monday
    zoe.now = at(ENDS - 9 * DAY, 20)
    zoe.says("not mine")
    assert news(beto) == []


def test_a_digest_of_a_week_that_is_nearly_over_is_not_sent(there, database, tmp_path):
    ingrid = there(INGRID)
    bring(database, tmp_path, held(ZOE, ENDS))
    ticks(ingrid, at(date(2027, 6, 17), 12))
    assert news(ingrid) == []
