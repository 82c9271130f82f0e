"""/healthz, /readyz and /metrics, over a base that is full and one that is empty."""

from contextlib import ExitStack

import httpx
import pytest

from bot.demo.program import HERE
from bot.people import import_contacts, import_partners
from handlers.notices.models import InboxEvent
from tests.block_kit import written
from tests.bot.channels.slack.conftest import running, slack_settings
from tests.fake_slack import FakeSlack
from tests.full import full_disk
from tests.wire import until


def get(stage, path):
    return httpx.get(stage.base + path, timeout=15)


def test_a_running_program_is_healthy_and_ready(stage):
    assert get(stage, "/healthz").text == "ok"
    ready = get(stage, "/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"store": "ok", "index": "ok", "slack": "ok", "teams": "not configured"},
    )


@pytest.mark.parametrize("how", ["error:invalid_auth", "error:account_inactive", "status:500", "cut", "html", "slow:8"])
def test_without_slack_it_is_healthy_but_not_ready(lite, how):
    with lite.slack.fails("auth.test", how, times=2):
        ready = get(lite, "/readyz")
        assert get(lite, "/healthz").status_code == 200
    assert ready.status_code == 503
    assert ready.json()["slack"] != "ok"
    assert get(lite, "/readyz").status_code == 200


def test_what_was_taken_while_the_disk_is_full_is_done_later_and_the_program_is_not_ready_meanwhile(on_postgresql):
    """Nobody is told that something went wrong."""
    stage = on_postgresql
    zoe = stage.somebody()
    stage.says(zoe, "hello")
    stage.answer(zoe)
    with full_disk(stage.database, "turn_event"):
        stage.says(zoe, "How do I reset MFA?")
        until(lambda: get(stage, "/readyz").json()["store"] == "full")
        assert get(stage, "/readyz").status_code == 503
        stage.tasks_done()
    assert stage.rows(InboxEvent, InboxEvent.state != "done") != []
    stage.time_passes()
    assert "multi-factor" in written(stage.answer(zoe, 2))
    stage.database._disk.full_until = 0.0
    assert get(stage, "/readyz").status_code == 200


def test_metrics_count_turns_deliveries_and_refusals(lite):
    zoe = lite.somebody()
    lite.says(zoe, "help")
    lite.answer(zoe)
    lite.post(b"{}", {})
    shown = get(lite, "/metrics").text
    for name in (
        "portal_turns_total",
        "portal_deliveries_total",
        "portal_requests_refused_total",
        "portal_index_units",
    ):
        assert name in shown
    assert "help" not in [line for line in shown.splitlines() if line.startswith("portal_turns_total")]


def test_an_empty_base_is_ready_and_answers_that_it_does_not_know(tmp_path):
    slack = FakeSlack().start()
    with running(slack_settings(slack, tmp_path), slack) as stage:
        with stage.database.session() as session:
            import_partners(session, HERE / "partners.csv")
            session.flush()
            import_contacts(session, HERE / "contacts.csv")
            session.commit()
        assert get(stage, "/readyz").status_code == 200
        zoe = stage.somebody()
        stage.says(zoe, "What discount do Gold partners get?")
        assert written(stage.answer(zoe)).startswith("I don't know")
        stage.opens_home(zoe)
        assert "Welcome" in written(slack.homes[zoe])
    assert not slack.complaints
    slack.stop()


def test_it_starts_while_slack_is_away_and_answers_once_it_is_back(tmp_path):
    slack = FakeSlack().start()
    away = ExitStack()
    away.enter_context(slack.fails("*", "status:503"))
    with running(slack_settings(slack, tmp_path), slack) as stage:
        assert get(stage, "/readyz").status_code == 503
        ghost = stage.slack.person("U0GHOST", "mallory@elsewhere.example")
        stage.says(ghost, "hello?")
        assert stage.inbox_rows() == 1
        stage.tasks_done()
        away.close()
        stage.time_passes()
        assert "I don't know you yet" in written(stage.answer(ghost))
    slack.stop()
