"""Answers, deals, tickets, announcements and certificates, from the first word to the last: one conversation each, the
same on every channel."""

from datetime import date, timedelta

import pytest

from bot.scheduler import work
from handlers import router
from tests.channels.seats import fresh, number
from tests.handlers.certifications.held import bring, held
from tests.wire import until

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
DISCOUNT = "What discount do Gold partners get on new business?"
CAT = "What's a good name for a cat?"
REBATE = "How much is the quarterly rebate above the threshold?"


@pytest.fixture
def zoe(sit):
    return sit(ZOE)


@pytest.fixture
def ingrid(sit):
    return sit(INGRID)


def ticks(channel, only, now=None):
    """The clock decides; what it wrote is due at once."""
    portal = channel.house.portal
    for name, _ in router.schedules():
        if name.startswith(only):
            portal.tick(name, now or portal.clock())
    for name, _ in router.chores():
        if name.startswith(only):
            work(portal, name, now or portal.clock())


def deal(name):
    host = f"{name.lower().replace(' ', '-')}.example"
    close = (date.today() + timedelta(days=90)).isoformat()
    return {
        "customer": name, "domain": host, "contact_name": "Ada Brandt", "contact_email": f"ada@{host}",
        "value": "50000", "currency": "EUR", "expected_close": close,
    }  # fmt: skip


def test_an_answer_its_source_and_a_vote(zoe):
    answer = zoe.says(DISCOUNT)
    assert "25 %" in answer.text
    assert "Partner discounts by tier" in answer.text
    assert answer.buttons[:2] == ("Helpful", "Not helpful")
    zoe.presses("Not helpful", answer)
    asked = zoe.waits("What was it?")
    zoe.presses("It is outdated", asked)
    dialog = zoe.presses("Say more", zoe.waits("Noted: it is outdated"))
    assert list(dialog.values) == ["comment"]
    assert zoe.sends(dialog, comment="It says 2024 <b> كيف") is None
    assert "Your comment was kept" in zoe.waits("Your comment was kept").text


def test_what_is_not_known_goes_to_a_person(zoe, ingrid, channel):
    refused = zoe.says(CAT)
    assert "I don't know" in refused.text
    before = len(ingrid.sees(CAT, channel.support))
    zoe.presses("Ask a person", refused)
    ingrid.waits("A partner asks for a person", channel.support)
    assert len(ingrid.sees(CAT, channel.support)) == before + 1
    assert "Zoë Marchbanks" in ingrid.sees(CAT, channel.support)[-1].text


def test_what_is_for_others_is_not_shown(sit, zoe):
    assert "3 %" in zoe.says(REBATE).text
    assert "3 %" not in sit(DEVON).says(REBATE).text


def test_a_deal_from_the_form_to_the_decision(zoe, ingrid, channel):
    name = f"Lumen {fresh()}{channel.name}"
    dialog = zoe.types("deal")
    wrong = zoe.sends(dialog, **deal(name) | {"domain": "no domain", "value": "0"})
    assert {"domain", "value"} <= set(wrong.errors)
    assert wrong.values["customer"] == name
    assert zoe.sends(wrong, **deal(name)) is None
    code = number(zoe.waits(name).text, "D")
    desk = ingrid.waits(code, channel.managers)
    assert "Approve" in desk.buttons
    ingrid.presses("Approve", desk, channel.managers)
    decided = ingrid.waits(code, channel.managers)
    assert "Approve" not in decided.buttons
    assert "Approved by Ingrid Solvang" in decided.text
    assert zoe.waits("approved your deal")
    ingrid.presses("Approve", desk, channel.managers)
    assert len(zoe.sees("approved your deal")) == len({seen.text for seen in zoe.sees("approved your deal")})


def test_a_deal_is_rejected_with_a_reason_in_a_dialog(zoe, ingrid, channel):
    name = f"Harbour {fresh()}{channel.name}"
    assert zoe.sends(zoe.types("deal"), **deal(name)) is None
    code = number(zoe.waits(name).text, "D")
    dialog = ingrid.presses("Reject", ingrid.waits(code, channel.managers), channel.managers)
    reason = {field: value or "other" for field, value in dialog.values.items()} | {"words": "Known to us."}
    ingrid.sends(dialog, **{field: reason[field] for field in dialog.values})
    assert "Reject" not in ingrid.waits(code, channel.managers).buttons


def test_somebody_elses_customer_is_protected_without_naming_them(sit, zoe, ingrid, channel):
    name = f"Guarded {fresh()}{channel.name}"
    assert zoe.sends(zoe.types("deal"), **deal(name)) is None
    code = number(zoe.waits(name).text, "D")
    ingrid.presses("Approve", ingrid.waits(code, channel.managers), channel.managers)
    devon = sit(DEVON)
    refused = devon.sends(devon.types("deal"), **deal(name))
    assert "protected" in refused.errors["customer"]
    assert "Kestrel" not in refused.errors["customer"]


def test_a_ticket_in_two_threads(zoe, ingrid, channel):
    subject = f"The portal burns {fresh()}{channel.name}"
    dialog = zoe.presses("Open a ticket", zoe.says(CAT))
    assert CAT in dialog.values["what_happened"]
    assert zoe.sends(dialog, subject=subject) is None
    mine = zoe.waits(subject)
    code = number(mine.text, "T")
    desk = ingrid.waits(code, channel.support)
    ingrid.replies(desk, "SECRET between us", channel.support)
    ingrid.replies(desk, "reply: Which browser?", channel.support)
    zoe.waits("Which browser?")
    assert not zoe.sees("SECRET")
    zoe.replies(zoe.waits(subject), "Firefox, on <b>Linux</b> ٣")
    ingrid.waits("Firefox, on <b>Linux</b> ٣", channel.support)
    ingrid.presses("Resolve", ingrid.sees(code, channel.support)[0], channel.support)
    zoe.waits("resolved")


def test_an_announcement_from_the_draft_to_the_reader(zoe, ingrid, channel):
    zoe.says("hello")
    title = f"Backup {fresh()} {channel.name}"
    dialog = ingrid.types("announce")
    audience = ingrid.sends(dialog, title=title, message="Faster restores.", kind="update")
    assert ingrid.sends(audience) is None
    control = ingrid.waits(title)
    code = number(control.text, "A")
    ingrid.presses("Send", control)
    ticks(channel, "announcements")
    received = zoe.waits(title)
    assert "Faster restores." in received.text
    assert code in received.text
    zoe.presses("Mute", received)
    zoe.waits("mute")


@pytest.mark.parametrize("how", ["line", "gone"])
def test_an_announcement_is_taken_back(zoe, ingrid, channel, how):
    zoe.says("hello")
    title = f"Vault {fresh()} {channel.name}"
    audience = ingrid.sends(ingrid.types("announce"), title=title, message="Slower restores.", kind="urgent")
    assert ingrid.sends(audience) is None
    code = number(ingrid.waits(title).text, "A")
    ingrid.says(f"send {code}")
    ticks(channel, "announcements")
    assert "Slower" in zoe.waits(title).text
    zoe.quiet()
    dialog = ingrid.presses("Recall", ingrid.waits(f"{code}: {title}"))
    assert dialog.values == {"how": "line"}
    assert ingrid.sends(dialog, how=how) is None
    ticks(channel, "announcements")
    until(lambda: not zoe.sees(title))
    until(lambda: len(zoe.sees(f"({code}) was recalled by its author")) == (how == "line"))
    zoe.says("news")
    assert not zoe.sees(title)
    ingrid.says(f"results of {code}")
    assert ("Removed" in ingrid.waits(f"{code}: results").text) == (how == "gone")


def test_a_reminder_of_a_certificate_and_its_answer(zoe, ingrid, channel, tmp_path):
    zoe.says("hello")
    ingrid.says("hello")
    ends, name = date.today() + timedelta(days=400), f"Vault {fresh()}"
    portal = channel.house.portal
    bring(channel.database, tmp_path, held(ZOE, ends, name), now=portal.clock())
    mornings = (portal.clock().replace(hour=9) + timedelta(days=400 - day) for day in range(91, 80, -1))
    assert any(portal.tick("certifications.reminders", now, supposed=True) for now in mornings)
    reminder = zoe.waits(name)
    assert "expires in" in reminder.text.lower()
    zoe.presses("In a week", reminder)
    dialog = zoe.presses("On a date", zoe.waits("I remind you on"))
    refused = zoe.sends(dialog, day="2001-01-01")
    assert "from tomorrow on" in refused.errors["day"]
    assert zoe.sends(dialog, day=(date.today() + timedelta(days=40)).isoformat()) is None
    zoe.presses("I've renewed", zoe.waits("and not before"))
    zoe.presses("Not mine", zoe.waits("Well done"))
    zoe.waits("I have told those who keep the records")
    assert name in ingrid.waits("They say that this certificate is not theirs").text
    assert "you said it is not yours" in zoe.says("my certifications").text
