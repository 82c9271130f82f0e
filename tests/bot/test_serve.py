"""The process at its edges: an address that is taken, Ctrl+C, a store that is somebody's."""

import os
import subprocess
import sys
from datetime import date

import pytest

from bot.demo import program
from bot.people import import_contacts, import_partners
from bot.serve import listen, loopback
from handlers.errors import PortalError
from handlers.partners import store as partners


def portal(home, *words, **own):
    env = os.environ | {"PORTAL_HOME": str(home), "PORTAL_NO_BROWSER": "1"} | own
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", ["demo", "web"])
def test_a_port_in_use_is_said_in_a_sentence(home, command):
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        ended = portal(home, command, PORT=str(port))
    assert ended.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use already" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("host", ["no.such.host.example", "192.0.2.1"])
def test_an_address_that_is_not_here_is_said_in_a_sentence(host):
    with pytest.raises(PortalError, match="Nothing can be served on"):
        listen(host, 3000)


def test_a_log_that_cannot_be_written_ends_nothing():
    """Its disk is full. A loop that failed for that reason died of saying so."""
    says = "log = structlog.get_logger(); log.error('loop_failed', reason='x' * 9000); log.error('loop_failed')"
    script = f"import structlog; from bot.logs import configure; configure('INFO'); {says}; print('goes on')"
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=full, text=True, check=False
        )
    assert ended.stdout == "goes on\n"


def test_the_demo_is_for_this_machine_only(home):
    ended = portal(home, "demo", "--host", "0.0.0.0", PORT="3000")
    assert ended.returncode == 1
    assert "this machine only" in ended.stderr


@pytest.mark.parametrize(
    ("host", "ours"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
                       ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("example.org", False), ("", False)],
)  # fmt: skip
def test_what_counts_as_this_machine(host, ours):
    assert loopback(host) is ours


def test_the_demo_refuses_a_store_with_another_programme(settings, database, tmp_path):
    (tmp_path / "partners.csv").write_text("name,type,tier,region,manager_email\nReal Ltd,reseller,Gold,EMEA,\n")
    (tmp_path / "contacts.csv").write_text(
        "email,name,partner,role,language,time_zone\nann@real.example,Ann,Real Ltd,partner_user,en,Europe/London\n"
    )
    with database.session() as session:
        import_partners(session, tmp_path / "partners.csv")
        session.flush()
        import_contacts(session, tmp_path / "contacts.csv")
        session.commit()
    with pytest.raises(PortalError, match="holds a programme already"):
        program.fill(settings, database)
    with database.read() as look:
        assert partners.active_emails(look) == {"ann@real.example"}


def test_dates_of_the_demo_are_relative_to_today(tmp_path):
    folder = program.render(tmp_path / "articles", date(2031, 5, 6))
    texts = [path.read_text("utf-8") for path in folder.rglob("*.md")]
    assert len(texts) >= 60
    assert not any("{{today" in text for text in texts)
    assert any("2031-0" in text for text in texts)
