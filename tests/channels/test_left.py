"""Slack, Teams and the page in one process: a dialog that was left on one is offered on another, once."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, delete, update

from handlers.deals.models.draft import Draft
from handlers.notices.models import Dialog
from tests.bot.channels.slack.conftest import slack_settings
from tests.bot.channels.teams.conftest import teams_settings
from tests.channels.seats import OnPage, OnSlack, OnTeams, Seat, fresh
from tests.channels.test_both import deal
from tests.channels.test_scenarios import ticks
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams
from tests.server import Server, copy_of
from tests.slack_requests import submission

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
BEGUN = {"deal": "began to register a deal", "ticket": "began to open a ticket", "announce": "began to write an announ"}
WHERE = {"slack": "in Slack", "teams": "in Microsoft Teams", "web": "in the browser page"}
UNKNOWN = "What you typed there and did not send, I do not know."
ELSEWHERE = [(one, other) for one in WHERE for other in WHERE if one != other]


@pytest.fixture(scope="module")
def everywhere(filled_home, tmp_path_factory):
    slack, teams = FakeSlack().start(), FakeTeams().start()
    home = copy_of(filled_home, tmp_path_factory.mktemp("left") / "home")
    own = teams_settings(teams, home).model_dump(include={"client_id", "client_secret", "tenant_id"})
    own |= {"teams_service_url": teams.url, "teams_openid_metadata_url": teams.metadata}
    with Server(slack_settings(slack, home, portal_quiet_hours="off", **own), page=True) as server:
        behind = {"database": server.house.database, "house": server.house}
        on_slack, on_teams = OnSlack(server.base, slack, **behind), OnTeams(server.base, teams, **behind)
        on_slack.client.base_url = server.base
        yield {"slack": on_slack, "teams": on_teams, "web": OnPage(on_slack.client, server.house)}
    slack.stop()
    teams.stop()
    assert not slack.complaints + teams.complaints


@pytest.fixture
def seat(everywhere):
    """``seat("teams", ZOE)``: they have nothing open and were last there."""
    with Session(everywhere["web"].database.engine) as session:
        session.execute(delete(Dialog))
        session.execute(delete(Draft))
        session.commit()
    return lambda name, email=ZOE: Seat(everywhere[name], everywhere[name].somebody(email))


def offers(there, name="deal"):
    there.quiet()
    return there.sees(BEGUN[name])


def hears(there, name="deal", words="hello"):
    """What is offered to somebody who says something; the newest last."""
    before = len(offers(there, name))
    there.says(words)
    return offers(there, name)[before:]


@pytest.mark.parametrize(("one", "other"), ELSEWHERE)
@pytest.mark.parametrize("name", ["deal", "ticket"])
def test_a_dialog_that_was_left_is_offered_elsewhere_once(seat, one, other, name):
    here, there = seat(one), seat(other)
    here.types(name)
    (offer,) = hears(there, name)
    assert WHERE[one] in offer.text
    assert UNKNOWN in offer.text
    assert offer.buttons == ("Continue", "Discard")
    assert hears(there, name) == []
    assert hears(here, name) == []
    assert there.presses("Continue", offer).title in ("Register a deal", "Open a ticket")


@pytest.mark.parametrize(("one", "other"), ELSEWHERE)
def test_a_managers_announcement_is_offered_too(seat, one, other):
    here, there = seat(one, INGRID), seat(other, INGRID)
    title = f"Lens {fresh()}"
    here.sends(here.types("announce"), title=title, message="Faster.", kind="news")
    (offer,) = hears(there, "announce")
    assert title in offer.text
    dialog = there.presses("Go on", offer)
    assert dialog.values["title"] == title


def test_what_it_was_opened_with_is_known(seat, everywhere):
    in_teams, in_slack = seat("teams"), seat("slack")
    name = f"Zeta {fresh()}"
    opened = in_teams.presses("Register a deal", in_teams.says(f"/deal for {name}, 50k EUR"))
    assert opened.values["customer"] == name
    (offer,) = hears(in_slack)
    assert name in offer.text
    dialog = in_slack.presses("Continue", offer)
    assert (dialog.values["customer"], dialog.values["value"], dialog.values["currency"]) == (name, "50000", "EUR")
    in_slack.sends(dialog, **deal(name))
    in_slack.waits("✓ Registered as D-")
    assert not hears(in_teams)


def test_an_offer_of_words_can_be_opened_again_in_teams(seat):
    in_teams = seat("teams")
    offered = in_teams.says(f"I want to register a deal for Eta {fresh()}, 50k EUR")
    first = in_teams.presses("Register a deal", offered)
    wrong = in_teams.sends(first, value="lots")
    assert "value" in wrong.errors
    again = in_teams.presses("Register a deal", offered)
    assert again.values["value"] == "lots"
    assert again.values["customer"] == first.values["customer"]


def test_what_was_sent_once_and_was_wrong_is_known(seat):
    in_teams, on_page = seat("teams"), seat("web")
    name = f"Theta {fresh()}"
    in_teams.sends(in_teams.types("deal"), customer=name, value="lots")
    (offer,) = hears(on_page)
    assert name in offer.text
    assert UNKNOWN in offer.text
    assert on_page.presses("Continue", offer).values["customer"] == name


def test_what_was_closed_is_known_whole(seat, everywhere):
    in_slack, in_teams = seat("slack"), seat("teams")
    name = f"Iota {fresh()}"
    made = submission(in_slack.user, in_slack.types("deal").raw, {"customer": name})
    assert everywhere["slack"].payload(made | {"type": "view_closed", "is_cleared": False}).status_code == 200
    in_slack.quiet()
    assert in_slack.sees(f"kept what you entered for {name}")
    (offer,) = hears(in_teams)
    assert name in offer.text
    assert UNKNOWN not in offer.text


def test_a_dialog_that_was_closed_empty_is_not_offered(seat, everywhere):
    in_slack, in_teams = seat("slack"), seat("teams")
    made = submission(in_slack.user, in_slack.types("deal").raw, {})
    assert everywhere["slack"].payload(made | {"type": "view_closed", "is_cleared": False}).status_code == 200
    in_slack.quiet()
    assert not hears(in_teams)


def test_a_dialog_that_was_sent_is_not_offered(seat):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_teams.sends(in_teams.types("deal"), **deal(f"Kappa {fresh()}"))
    in_teams.sends(in_teams.types("ticket"), subject="It burns", what_happened="Now.")
    assert not hears(in_slack)
    assert not offers(in_slack, "ticket")


def test_an_offer_is_over_when_the_dialog_is_sent_where_it_was_still_open(seat):
    in_teams, in_slack = seat("teams"), seat("slack")
    name = f"Lambda {fresh()}"
    opened = in_teams.presses("Register a deal", in_teams.says(f"/deal for {name}, 50k EUR"))
    (offer,) = hears(in_slack)
    in_teams.sends(opened, **deal(name))
    in_slack.waits("✓ Registered as D-")
    assert offer.text not in [seen.text for seen in in_slack.sees()]


def test_an_offer_that_was_declined_is_gone(seat):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_teams.presses("Register a deal", in_teams.says(f"/deal for Mu {fresh()}"))
    (offer,) = hears(in_slack)
    in_slack.presses("Discard", offer)
    in_slack.waits("The draft is gone")
    assert not hears(in_teams)
    assert in_teams.types("deal").values["customer"] == ""


def test_what_was_thrown_away_where_it_was_closed_is_not_offered(seat, everywhere):
    in_slack, in_teams = seat("slack"), seat("teams")
    name = f"Nu {fresh()}"
    made = submission(in_slack.user, in_slack.types("deal").raw, {"customer": name})
    assert everywhere["slack"].payload(made | {"type": "view_closed", "is_cleared": False}).status_code == 200
    in_slack.presses("Discard", in_slack.waits(f"kept what you entered for {name}"))
    assert not hears(in_teams)


def test_nobody_else_is_offered_it(seat):
    in_teams, devon = seat("teams"), seat("slack", DEVON)
    in_teams.types("deal")
    assert not hears(devon)


def test_in_a_channel_it_is_offered_to_the_person_alone(seat, everywhere):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_slack.says("hello")
    name = f"Xi {fresh()}"
    in_teams.presses("Register a deal", in_teams.says(f"/deal for {name}"))
    before = len(offers(in_slack))
    everywhere["slack"].mentions(in_slack.user, "C0CHANNEL", "What discount do Gold partners get?")
    in_slack.quiet()
    assert len(offers(in_slack)) == before + 1
    assert name not in str(everywhere["slack"].slack.posted("C0CHANNEL"))


def test_the_same_dialog_opened_elsewhere_is_offer_enough(seat):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_teams.types("deal")
    before = len(offers(in_slack))
    in_slack.types("deal")
    assert len(offers(in_slack)) == before


def test_looking_at_the_home_is_not_turning_up(seat, everywhere):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_teams.types("deal")
    before = len(offers(in_slack))
    everywhere["slack"].opens_home(in_slack.user)
    assert len(offers(in_slack)) == before
    assert len(hears(in_slack)) == 1


def test_after_a_month_nobody_is_asked(seat, everywhere):
    in_teams, in_slack = seat("teams"), seat("slack")
    in_teams.types("deal")
    with Session(everywhere["web"].database.engine) as session:
        ago = everywhere["web"].house.portal.clock() - timedelta(days=31)
        session.execute(update(Dialog).where(col(Dialog.form) == "deals.register").values(at=ago))
        session.commit()
    assert not hears(in_slack)


def test_a_new_announcement_that_is_wrong_twice_in_teams_is_one_draft(seat, everywhere):
    ingrid = seat("teams", INGRID)
    title = f"Wrong {fresh()}"
    wrong = ingrid.sends(ingrid.types("announce"), title=title, message="", kind="news")
    again = ingrid.sends(wrong, message="")
    ingrid.sends(again, message="Right.")
    ticks(everywhere["web"], "announcements")
    assert ingrid.says("announcements").text.count(title) == 1
