"""A document of a card: a file in the conversation with the one who asked, just before the message that tells of it."""

import csv
import io

import pytest
from sqlmodel import col

from handlers.announcements.models.announcement import Announcement
from tests.block_kit import written
from tests.bot.channels.slack.test_announcements import FOUND, INGRID, chosen, clock, fill, modal, sends, text
from tests.slack_requests import command
from tests.wire import direct

TITLE = "To be counted"


@pytest.fixture
def ingrid(lite):
    """She has sent an announcement."""
    ingrid = lite.somebody(INGRID)
    if not lite.rows(Announcement, col(Announcement.title) == TITLE):
        asked = command(lite.slack, ingrid, direct(ingrid), "") | {"command": "/announce"}
        second = fill(lite, ingrid, modal(lite, lambda: lite.form(asked)), TITLE)
        sends(lite, ingrid, second, listed=text(FOUND), timing=chosen("now"))
        lite.says(ingrid, f"send {code_of(lite)}")
        lite.quiet()
        clock(lite)
        lite.quiet()
    return ingrid


def code_of(stage):
    return stage.rows(Announcement, col(Announcement.title) == TITLE)[0].code


def asks(stage, user, *, where=""):
    """The message that comes of it."""
    before = len(stage.slack.posted(direct(user)))
    if where:
        stage.mentions(user, where, f"csv of {code_of(stage)}")
    else:
        stage.says(user, f"csv of {code_of(stage)}")
    return stage.answer(user, before + 1)


@pytest.mark.parametrize("where", ["", "C0ELSEWHERE"])
def test_it_is_shared_with_the_one_who_asked_alone(lite, ingrid, where):
    before = len(lite.slack.shared)
    message = asks(lite, ingrid, where=where)
    ((channel, name, content),) = lite.slack.shared[before:]
    assert (channel, name) == (direct(ingrid), f"{code_of(lite)}.csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["email"] for row in rows] == [FOUND]
    assert f"{name} stands in this conversation" in written(message)


@pytest.mark.parametrize(
    ("method", "how"),
    [("files.getUploadURLExternal", "error:missing_scope"), ("upload", "status:500"), ("upload", "cut"),
     ("files.completeUploadExternal", "error:internal_error")],
)  # fmt: skip
def test_where_slack_takes_no_file_the_message_says_how_else(lite, ingrid, method, how):
    before = len(lite.slack.shared)
    with lite.slack.fails(method, how, times=1):
        message = asks(lite, ingrid)
    assert lite.slack.shared[before:] == []
    assert f"portal announcements export {code_of(lite)}" in written(message)


def test_a_message_that_is_tried_again_shares_it_once(lite, ingrid):
    before = len(lite.slack.shared)
    with lite.slack.fails("chat.postMessage", "429:1", times=1):
        asks(lite, ingrid)
    assert len(lite.slack.shared) == before + 1


def test_a_partner_gets_none(lite, ingrid):
    zoe, before = lite.somebody(), len(lite.slack.shared)
    assert "Only channel managers" in written(asks(lite, zoe))
    assert lite.slack.shared[before:] == []
