"""A picture in a message: uploaded once, shown, and never a reason to say something late or twice."""

import pytest
from sqlmodel import Session

from handlers.charts import Bar, bars
from handlers.notices.models import NOTICE, Delivery
from handlers.ui import Card, Text
from tests.block_kit import parts, written
from tests.fake_slack import TEAM
from tests.wire import direct

ALT = "Vault: 23 days"


def card(value="23 days"):
    return Card(title="Your certificates", body=(Text(text="Two of them."), bars([Bar("Vault", value, 0.3)])))


def sent(stage, person, shown):
    """The message that this card became."""
    row = Delivery(platform="slack", team=TEAM, conversation=person, user=person, kind=NOTICE,
                   card=shown.model_dump(mode="json"))  # fmt: skip
    before = len(stage.slack.posted(direct(person)))
    with Session(stage.database.engine) as session:
        session.add(row)
        session.commit()
    return stage.answer(person, before + 1)


def images(message):
    return [part for part in parts(message["blocks"]) if part.get("type") == "image"]


def test_it_is_uploaded_and_shown(lite):
    zoe, shown = lite.somebody(), card()
    (image,) = images(sent(lite, zoe, shown))
    assert lite.slack.files[image["slack_file"]["id"]] == shown.pictures[0].file
    assert image["alt_text"] == ALT


def test_the_same_picture_is_uploaded_once(lite):
    zoe, shown = lite.somebody(), card("only once")
    before = len(lite.slack.files)
    first, second = sent(lite, zoe, shown), sent(lite, zoe, shown)
    assert images(first)[0]["slack_file"] == images(second)[0]["slack_file"]
    assert len(lite.slack.files) == before + 1


@pytest.mark.parametrize(
    ("method", "how"),
    [("files.getUploadURLExternal", "error:missing_scope"), ("files.getUploadURLExternal", "429:30"),
     ("files.getUploadURLExternal", "html"), ("upload", "status:500"), ("upload", "cut"),
     ("files.completeUploadExternal", "lost"), ("files.completeUploadExternal", "slow:6")],
)  # fmt: skip
def test_a_message_whose_picture_is_not_taken_says_it_in_words(lite, method, how):
    zoe = lite.somebody()
    with lite.slack.fails(method, how, times=1):
        message = sent(lite, zoe, card(f"{method} {how}"))
    assert images(message) == []
    assert f"Vault: {method} {how}" in written(message)
    assert [row.state for row in lite.deliveries(zoe)] == ["sent"]


def test_a_picture_that_slack_does_not_show_goes_out_in_words(lite):
    """Slack looks at a new file first, and says that it does not know it until it has."""
    zoe = lite.somebody()
    with lite.slack.fails("chat.postMessage", "error:invalid_blocks", 1, lambda sent: bool(images(sent))):
        message = sent(lite, zoe, card("later"))
    assert images(message) == []
    assert "Vault: later" in written(message)
    assert images(sent(lite, zoe, card("later")))
