"""Slack and Teams in one process: one person is one contact, who is told things where they want to be, and who goes on
in one with what was begun in the other."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from handlers.partners.models import ChatIdentity, Contact
from tests.bot.channels.slack.conftest import slack_settings
from tests.bot.channels.teams.conftest import MANAGERS, SUPPORT, teams_settings
from tests.channels.seats import OnSlack, OnTeams, Seat, fresh, number
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams
from tests.server import Server, copy_of
from tests.slack_requests import submission
from tests.wire import direct

ZOE = "zoe.marchbanks@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"


@pytest.fixture(scope="module")
def both(filled_home, tmp_path_factory):
    slack, teams = FakeSlack().start(), FakeTeams().start()
    home = copy_of(filled_home, tmp_path_factory.mktemp("both") / "home")
    own = teams_settings(teams, home).model_dump(include={"client_id", "client_secret", "tenant_id"})
    own |= {"teams_service_url": teams.url, "teams_openid_metadata_url": teams.metadata, "portal_quiet_hours": None}
    own |= {"portal_managers_channel": MANAGERS, "portal_support_channel": SUPPORT}
    with Server(slack_settings(slack, home, **own)) as server:
        behind = {"database": server.house.database, "house": server.house}
        yield OnSlack(server.base, slack, **behind), OnTeams(server.base, teams, **behind)
    slack.stop()
    teams.stop()
    assert not slack.complaints + teams.complaints


@pytest.fixture
def zoe(both):
    return [Seat(channel, channel.somebody(ZOE)) for channel in both]


def deal(name):
    host = f"{name.lower().replace(' ', '-')}.example"
    close = (date.today() + timedelta(days=90)).isoformat()
    return {
        "customer": name, "domain": host, "contact_name": "Ada", "contact_email": f"ada@{host}", "value": "50000",
        "expected_close": close,
    }  # fmt: skip


def approved(both, zoe_anywhere):
    """A deal of hers that was approved by a manager in Teams; returns its number."""
    name = f"Both {fresh()}"
    zoe_anywhere.sends(zoe_anywhere.types("deal"), **deal(name))
    code = number(zoe_anywhere.waits(name).text, "D")
    ingrid = Seat(both[1], both[1].somebody(INGRID))
    ingrid.presses("Approve", ingrid.waits(code, MANAGERS), MANAGERS)
    return code


def news(seat, code):
    return [seen for seen in seat.sees("approved your deal") if code in seen.text]


def test_both_are_ready(both):
    answer = both[0].client.get(f"{both[0].base}/readyz")
    assert (answer.json()["slack"], answer.json()["teams"]) == ("ok", "ok")


def test_one_person_in_both_is_one_contact_with_one_history(both, zoe):
    in_slack, in_teams = zoe
    name = f"History {fresh()}"
    in_slack.sends(in_slack.types("deal"), **deal(name))
    code = number(in_slack.waits(name).text, "D")
    assert code in in_teams.says(code).text
    with both[0].database.read() as look:
        same = select(ChatIdentity.contact_id).where(col(ChatIdentity.user).in_([in_slack.user, in_teams.user]))
        assert len(set(look.exec(same))) == 1


def test_notices_go_where_the_person_was_last_and_then_where_they_want_them(both, zoe):
    in_slack, in_teams = zoe
    in_teams.says("hello")
    code = approved(both, in_slack)
    in_slack.waits("approved your deal")
    assert news(in_slack, code)
    assert not news(in_teams, code)
    chosen = in_slack.says("send my notices to Teams")
    assert "Microsoft Teams" in chosen.text
    code = approved(both, in_slack)
    in_teams.waits("approved your deal")
    assert news(in_teams, code)
    assert not news(in_slack, code)
    in_teams.presses("Where I wrote last", in_teams.says("/notices"))
    with Session(both[0].database.engine) as session:
        assert session.exec(select(Contact.notify_on).where(Contact.email == ZOE)).one() == ""


def test_who_goes_to_and_fro_is_where_they_wrote_last(both, zoe):
    for seat in [*zoe, *zoe]:
        seat.says("hello")
        with both[0].database.read() as look:
            contact = look.exec(select(Contact.id).where(Contact.email == ZOE)).one()
            assert both[0].house.portal._directory.person(look, contact).user == seat.user


def test_who_removed_the_app_in_teams_is_told_in_slack(both, zoe):
    in_slack, in_teams = zoe
    in_slack.says("hello")
    in_teams.says("hello")
    in_teams.channel.removes(in_teams.user)
    in_teams.quiet()
    with both[0].database.read() as look:
        contact = look.exec(select(Contact.id).where(Contact.email == ZOE)).one()
        left = look.exec(select(ChatIdentity).where(ChatIdentity.user == in_teams.user)).one()
        found = both[0].house.portal._directory.person(look, contact)
    assert left.away
    assert found.user != in_teams.user


LONG = [("deal", {"customer": "Lumen"}, {"value": "lots"}), ("ticket", {"subject": "It burns"}, {"what_happened": ""})]


@pytest.mark.parametrize(("name", "typed", "_"), LONG)
def test_a_dialog_that_was_closed_in_slack_is_gone_on_with_in_teams(zoe, name, typed, _):
    in_slack, in_teams = zoe
    typed = {field: f"{text} {fresh()}" for field, text in typed.items()}
    made = submission(in_slack.user, in_slack.types(name).raw, typed) | {"type": "view_closed", "is_cleared": False}
    assert in_slack.channel.payload(made).status_code == 200
    in_slack.quiet()
    assert any("kept" in seen.text for seen in in_slack.channel.shown(in_slack.user, direct(in_slack.user)))
    assert typed.items() <= in_teams.types(name).values.items()


@pytest.mark.parametrize(("name", "typed", "wrong"), LONG)
def test_a_dialog_that_was_left_in_teams_is_gone_on_with_in_slack(zoe, name, typed, wrong):
    in_slack, in_teams = zoe
    typed = {field: f"{text} {fresh()}" for field, text in typed.items()}
    again = in_teams.sends(in_teams.types(name), **typed, **wrong)
    assert wrong.keys() <= again.errors.keys()
    assert typed.items() <= in_slack.types(name).values.items()


@pytest.mark.parametrize(("here", "other"), [(0, "Teams"), (1, "Slack")], ids=["slack", "teams"])
def test_an_announcement_is_shown_as_the_other_draws_it_before_it_is_sent(both, here, other):
    ingrid = Seat(both[here], both[here].somebody(INGRID))
    name = f"Prices {fresh()}"
    audience = ingrid.sends(ingrid.types("announce"), title=name, message="Ask *us*", kind="update", acknowledge="yes")
    assert ingrid.sends(audience) is None
    *_, own, elsewhere, control = ingrid.sees(name)
    assert own.buttons == ("Acknowledge", "Mute product updates", "What's new")
    assert elsewhere.text.startswith(f"As {other} draws it\n") and elsewhere.buttons == ()
    assert "[Acknowledge]  [Mute product updates]  [What's new]" in elsewhere.text
    assert "Ask" in elsewhere.text
    assert "Send" in control.buttons
    ingrid.presses("Send me a test", control)
    ingrid.waits("This was a test")
    assert [seen.buttons for seen in ingrid.sees(name)].count(own.buttons) == 2
    assert len([seen for seen in ingrid.sees(name) if seen.text.startswith("As ")]) == 1
