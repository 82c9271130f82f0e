"""Places and threads in a real browser: what a partner and the vendor's people write to each other."""

import re

import pytest
from playwright.sync_api import expect

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
AMARA = "amara.nwosu@halden.example"


@pytest.fixture(scope="module")
def server(stage):
    return stage


def test_a_conversation_in_two_threads(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID, "managers")
    zoe.ask("case Printer on fire")
    desk = ingrid.reply("Desk: Printer on fire", "between us")
    expect(desk.locator(".replies")).to_contain_text("between us")
    ingrid.reply("Desk: Printer on fire", "reply: use water")
    case = zoe.entry("Case: Printer on fire")
    expect(case.locator(".replies")).to_contain_text("Ingrid Solvang writes: use water")
    expect(zoe.page.get_by_text("between us")).to_have_count(0)
    zoe.reply("Case: Printer on fire", "it floats now")
    expect(case.locator(".replies .mine")).to_contain_text("it floats now")
    expect(desk.locator(".replies")).to_contain_text("The partner writes: it floats now")
    expect(zoe.page.locator(".log > .entry > .mine")).to_have_count(1)
    expect(desk.locator(".replies .mine")).to_have_count(2)


def test_a_picture_is_shown_with_its_words(visit):
    picture = visit(width=360).be(ZOE).ask("chart").get_by_role("img", name="Stock: Water: half full")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth >= 500")
    assert picture.evaluate("image => image.getBoundingClientRect().right <= document.documentElement.clientWidth")


def test_everybody_reads_who_wrote(visit):
    visit().be(ZOE).ask("case Who is who")
    ingrid, amara = visit().be(INGRID, "managers"), visit().be(AMARA, "managers")
    ingrid.reply("Desk: Who is who", "I take this")
    theirs = amara.entry("Desk: Who is who").locator(".replies .message.theirs")
    expect(theirs).to_contain_text("I take this")
    expect(theirs.locator(".name")).to_have_text("Ingrid Solvang")
    expect(theirs.locator(".avatar")).to_have_text("IS")
    expect(ingrid.entry("Desk: Who is who").locator(".replies .message")).to_have_class(re.compile("mine"))


def test_a_decision_reaches_the_partner_in_the_thread_and_rewrites_the_card_of_all(visit):
    zoe, ingrid, amara = visit().be(ZOE), visit().be(INGRID, "managers"), visit().be(AMARA, "managers")
    zoe.ask("case To be decided")
    ingrid.entry("Desk: To be decided").get_by_role("button", name="Decide").click()
    for manager in (ingrid, amara):
        expect(manager.entry("Desk: To be decided")).to_contain_text("Decided by Ingrid Solvang")
        expect(manager.entry("Desk: To be decided").get_by_role("button", name="Decide")).to_have_count(0)
    expect(zoe.entry("Case: To be decided").locator(".replies")).to_contain_text("It is decided.")


def test_a_long_thread_is_folded_to_its_newest(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID, "managers")
    zoe.ask("case Long story")
    for number in range(1, 5):
        desk = ingrid.reply("Desk: Long story", f"note {number}")
    shown = desk.locator(".replies .message:visible")
    expect(shown).to_have_count(2)
    expect(shown.last).to_contain_text("note 4")
    fold = desk.get_by_role("button", name="Show all 4 replies")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(shown).to_have_count(4)
    assert shown.locator(".bubble").all_inner_texts() == [f"note {number}" for number in range(1, 5)]
    ingrid.reply("Desk: Long story", "note 5")
    expect(shown).to_have_count(5)
    desk.get_by_role("button", name="Fold earlier replies").click()
    expect(shown).to_have_count(2)


def test_what_is_new_elsewhere_has_a_sign_until_it_is_seen(visit):
    ingrid = visit().be(INGRID, "home")
    ingrid.page.get_by_role("link", name="Managers' channel").click()
    sign = ingrid.page.locator("#place-managers .badge")
    expect(ingrid.page.get_by_role("heading", name="Managers' channel")).to_be_visible()
    ingrid.page.locator(".log[aria-live=polite]").wait_for(state="attached")
    ingrid.page.get_by_role("link", name="Chat").click()
    expect(sign).to_be_hidden()
    visit().be(ZOE).ask("case Something new")
    expect(sign).to_have_text("1 new")
    expect(ingrid.page.get_by_role("link", name="Managers' channel 1 new")).to_be_visible()
    ingrid.page.reload()
    expect(sign).to_have_text("1 new")
    ingrid.page.get_by_role("link", name="Managers' channel").click()
    expect(sign).to_be_hidden()
    ingrid.page.reload()
    ingrid.page.get_by_role("link", name="Chat").click()
    expect(ingrid.page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(sign).to_be_hidden()


def test_a_reply_far_up_does_not_move_the_reader_who_is_led_there(visit):
    zoe, ingrid = visit(height=500).be(ZOE), visit().be(INGRID, "managers")
    zoe.ask("case Far up")
    for number in range(4):
        zoe.ask(f"case Filler {number}")
    ingrid.reply("Desk: Far up", "reply: hello up there")
    reply = zoe.entry("Case: Far up").locator(".replies")
    expect(reply).to_contain_text("hello up there")
    expect(reply).not_to_be_in_viewport()
    zoe.page.get_by_role("button", name="New messages").click()
    expect(reply).to_be_in_viewport()
    expect(zoe.page.get_by_role("button", name="New messages")).to_be_hidden()


def test_channels_are_the_vendors_own_and_have_no_box_below(visit):
    devon = visit().be(DEVON)
    for place in ("support", "managers"):
        expect(devon.page.locator(f"#place-{place}")).to_be_hidden()
        devon.page.goto(f"{devon.address}?person={DEVON}&place={place}")
        expect(devon.page.get_by_role("heading", name="Chat")).to_be_visible()
    ingrid = visit().be(INGRID)
    for title in ("Support channel", "Managers' channel"):
        ingrid.page.get_by_role("link", name=title).click()
        expect(ingrid.page.get_by_role("heading", name=title)).to_be_visible()
        expect(ingrid.message).to_be_hidden()


def test_a_reply_by_keyboard_alone(visit):
    zoe = visit().be(ZOE)
    zoe.ask("case Keys")
    reply = zoe.entry("Case: Keys").get_by_role("button", name="Reply")
    zoe.page.keyboard.press("Shift+Tab")
    expect(reply).to_be_focused()
    zoe.page.keyboard.press("Enter")
    box = zoe.page.get_by_role("textbox", name="Your reply", description="Case: Keys")
    expect(box).to_be_focused()
    zoe.page.keyboard.type("half a thought")
    zoe.page.keyboard.press("Escape")
    expect(reply).to_be_focused()
    zoe.page.keyboard.press("Space")
    expect(box).to_have_value("half a thought")
    zoe.page.keyboard.type(" made whole")
    zoe.page.keyboard.press("Enter")
    expect(zoe.entry("Case: Keys").locator(".replies")).to_contain_text("half a thought made whole")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_a_reply_that_is_not_sent_is_not_lost(visit):
    zoe = visit().be(ZOE)
    zoe.ask("case No line")
    zoe.page.route("**/api/say", lambda route: route.abort())
    entry = zoe.entry("Case: No line")
    entry.locator(".thread-reply").click()
    entry.locator(".reply textarea").fill("anybody there?")
    entry.locator(".reply textarea").press("Enter")
    expect(entry.get_by_role("alert")).to_contain_text("The assistant cannot be reached right now.")
    zoe.page.unroute("**/api/say")
    entry.get_by_role("button", name="Try again").click()
    expect(entry.locator(".replies")).to_contain_text("anybody there?")
    expect(zoe.page.locator(".failure, .unsent")).to_have_count(0)
    zoe.complaints.clear()


def test_threads_on_a_narrow_phone_and_from_right_to_left(visit):
    zoe = visit(width=360, height=740, color_scheme="dark").be(ZOE)
    zoe.ask("case " + "Wide" * 20)
    entry = zoe.reply("Case: WideWide", "لا تعمل الطابعة " + "word" * 60)
    expect(entry.locator(".replies .bubble")).to_have_css("direction", "rtl")
    assert zoe.page.evaluate("document.documentElement.scrollWidth") == 360
    ingrid = visit(width=360, height=740).be(INGRID, "managers")
    expect(ingrid.entry("Desk: WideWide")).to_contain_text("Zoë Marchbanks")
    assert ingrid.page.evaluate("document.documentElement.scrollWidth") == 360
    links = ingrid.page.locator(".places a").all()
    assert all(link.bounding_box()["x"] + link.bounding_box()["width"] <= 360 for link in links if link.is_visible())
