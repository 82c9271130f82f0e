"""Dialogs in a real browser: what they ask, what they check, what follows them, and what is kept when they are left."""

import pytest
from playwright.sync_api import expect

ZOE = "zoe.marchbanks@kestrelrowe.example"
DEVON = "devon.achterberg@quillstack.example"
INGRID = "ingrid.solvang@halden.example"
TITLE = "Open a case"


@pytest.fixture(scope="module")
def server(stage):
    return stage


def dialog(visitor, title=TITLE):
    return visitor.page.get_by_role("dialog", name=title)


def command(visitor, words="/case"):
    """Give the command, and return the dialog that it opens."""
    visitor.message.fill(words)
    visitor.message.press("Enter")
    expect(dialog(visitor)).to_be_visible()
    return dialog(visitor)


def fill(form, **values):
    for label, value in ({"Name": "Acme", "Due": "2131-03-31", "Worth": "5000"} | values).items():
        form.get_by_label(label).fill(value)


def test_a_command_opens_a_dialog_with_what_was_said(visit):
    zoe = visit().be(ZOE)
    form = command(zoe, "/case Acme")
    expect(zoe.page.locator(".mine .bubble").last).to_have_text("/case Acme")
    expect(form.get_by_label("Name")).to_have_value("Acme")
    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_accessible_description("Who reads this: us. As your customer writes it.")
    expect(form.get_by_label("Size")).to_have_value("middle")
    assert form.get_by_label("Size").locator("option").all_inner_texts() == ["Small", "Middle", "Large"]
    expect(form.get_by_label("Due")).to_have_attribute("type", "date")
    expect(form.locator("label", has_text="Story")).to_have_text("Story (optional)")
    fill(form)
    form.get_by_role("button", name="Open it").click()
    expect(form).to_have_count(0)
    expect(zoe.answers.last.get_by_role("heading")).to_have_text("Case: Acme")
    ingrid = visit().be(INGRID, "managers")
    expect(ingrid.answers.last).to_contain_text("Desk: Acme")


def test_several_can_be_chosen_and_words_can_be_formatted(visit):
    zoe = visit().be(ZOE)
    zoe.message.fill("/several")
    zoe.message.press("Enter")
    form = dialog(zoe, "Several")
    sizes = form.get_by_role("group", name="Sizes")
    expect(sizes.get_by_role("checkbox", name="Small")).to_be_checked()
    sizes.get_by_label("Small").uncheck()
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".field-error:visible")).to_have_text("Please choose one.")
    sizes.get_by_label("Small").check()
    sizes.get_by_label("Large").check()
    form.get_by_label("Words").fill("all **bold**")
    form.get_by_role("button", name="Send").click()
    expect(zoe.answers.last.get_by_role("heading")).to_have_text("Sizes: ['small', 'large']")
    expect(zoe.answers.last.locator("strong")).to_have_text("bold")


def test_what_is_wrong_stands_under_its_field_and_what_was_typed_stays(visit):
    zoe = visit().be(ZOE)
    form = command(zoe)
    send = form.get_by_role("button", name="Open it")
    send.click()
    expect(form.locator(".field-error:visible")).to_have_text(
        ["Please fill this in.", "Please choose one.", "Please fill this in."]
    )
    expect(form.get_by_label("Name")).to_be_focused()
    fill(form, Due="2001-03-31")
    send.click()
    due = form.get_by_label("Due")
    expect(due).to_have_accessible_description("This day has passed. Choose a later one.")
    expect(due).to_have_attribute("aria-invalid", "true")
    expect(due).to_be_focused()
    expect(form.get_by_role("alert")).to_have_text("Please check one answer.")
    expect(form.get_by_label("Name")).to_have_value("Acme")
    due.fill("2131-03-31")
    send.click()
    expect(form).to_have_count(0)
    zoe.complaints.clear()  # the browser says of every 422 that it is one


def test_how_much_room_is_left_is_told_before_it_is_too_much(visit):
    form = command(visit().be(ZOE))
    form.get_by_label("Name").fill("x" * 15)
    expect(form.locator(".field-room:visible")).to_have_count(0)
    form.get_by_label("Name").fill("x" * 18)
    expect(form.locator(".field-room:visible")).to_have_text("2 characters left")
    fill(form, Name="x" * 23)
    expect(form.locator(".field-room:visible")).to_have_text("3 characters too many")
    form.get_by_role("button", name="Open it").click()
    expect(form.locator(".field-error:visible")).to_have_text("At most 20 characters; this has 23.")
    expect(form.get_by_label("Name")).to_have_value("x" * 23)


def test_a_form_may_ask_back_in_the_same_dialog(visit):
    zoe = visit().be(ZOE)
    form = command(zoe)
    fill(form, Worth="5k")
    form.get_by_role("button", name="Open it").click()
    sure = dialog(zoe, "Is this right?")
    expect(sure).to_be_visible()
    expect(zoe.page.get_by_role("dialog")).to_have_count(1)
    expect(sure.get_by_label("Worth")).to_be_focused()
    expect(sure.get_by_label("Worth")).to_have_accessible_description("5k is 5000?")
    sure.get_by_role("button", name="Yes").click()
    expect(zoe.page.get_by_role("dialog")).to_have_count(0)
    expect(zoe.answers.last).to_contain_text("Case: Acme (5000)")
    expect(zoe.message).to_be_focused()


@pytest.mark.parametrize("way", ["Cancel", "Close", "Escape", "beside"])
def test_what_was_typed_is_kept_however_the_dialog_is_left(visit, way):
    zoe = visit().be(ZOE)
    form = command(zoe)
    form.get_by_label("Name").fill(f"Half {way}")
    there = zoe.answers.count()
    if way == "Escape":
        zoe.page.keyboard.press("Escape")
    elif way == "beside":
        zoe.page.mouse.click(5, 5)
    else:
        form.get_by_role("button", name=way).click()
    expect(form).to_have_count(0)
    expect(zoe.answers).to_have_count(there + 1)
    expect(zoe.answers.last).to_contain_text("Not sent yet")
    expect(zoe.message).to_be_focused()
    zoe.answers.last.get_by_role("button", name="Go on").click()
    expect(form.get_by_label("Name")).to_have_value(f"Half {way}")


def test_a_dialog_in_which_nothing_was_said_leaves_nothing(visit):
    devon = visit().be(DEVON)
    form = command(devon)
    there = devon.answers.count()
    with devon.page.expect_response("**/api/close"):
        form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    expect(devon.answers).to_have_count(there)
    command(devon).get_by_label("Size").select_option("large")
    devon.page.keyboard.press("Escape")
    expect(devon.answers.last).to_contain_text("Not sent yet")


def test_what_was_typed_is_kept_when_the_page_goes_away(visit):
    zoe = visit().be(ZOE)
    command(zoe).get_by_label("Name").fill("Half way")
    zoe.page.reload()
    expect(zoe.answers.last).to_contain_text("Not sent yet")


def test_marking_text_beyond_the_edge_leaves_the_dialog_open(visit):
    zoe = visit().be(ZOE)
    form = command(zoe)
    form.get_by_label("Name").fill("some words")
    box = form.get_by_label("Name").bounding_box()
    zoe.page.mouse.move(box["x"] + 100, box["y"] + 10)
    zoe.page.mouse.down()
    zoe.page.mouse.move(5, 5)
    zoe.page.mouse.up()
    expect(form).to_be_visible()


def test_a_dialog_that_is_sent_is_not_kept(visit):
    zoe = visit().be(ZOE)
    form = command(zoe)
    fill(form, Name="Sent once")
    form.get_by_role("button", name="Open it").click()
    expect(zoe.answers.last).to_contain_text("Case: Sent once")
    zoe.page.reload()
    expect(zoe.answers.last).to_contain_text("Case: Sent once")


def test_no_answer_keeps_the_dialog_and_sends_once(visit):
    zoe = visit().be(ZOE)
    form = command(zoe)
    fill(form, Name="Twice")

    def lose(route):
        route.fetch()
        route.abort()

    zoe.page.route("**/api/submit", lose)
    form.get_by_role("button", name="Open it").click()
    expect(form.get_by_role("alert")).to_contain_text("What you wrote is kept; please send it again.")
    zoe.page.unroute("**/api/submit")
    form.get_by_role("button", name="Open it").click()
    expect(form).to_have_count(0)
    expect(zoe.page.get_by_role("heading", name="Case: Twice")).to_have_count(1)
    zoe.complaints.clear()


def test_a_dialog_of_the_home(visit):
    zoe = visit().be(ZOE, "home")
    open_it = zoe.page.get_by_role("button", name="Open a case")
    expect(open_it).to_have_attribute("aria-haspopup", "dialog")
    open_it.click()
    expect(dialog(zoe).get_by_label("Name")).to_be_focused()
    zoe.page.keyboard.press("Escape")
    expect(open_it).to_be_focused()
    expect(zoe.page.get_by_role("heading", name="Home")).to_be_visible()
    open_it.click()
    fill(dialog(zoe), Name="From the Home")
    dialog(zoe).get_by_role("button", name="Open it").click()
    expect(zoe.page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(zoe.answers.last).to_contain_text("Case: From the Home")
    zoe.page.get_by_role("link", name="Home").click()
    zoe.page.get_by_role("button", name="Open a case").click()
    dialog(zoe).get_by_label("Name").fill("Half of it")
    zoe.page.keyboard.press("Escape")
    expect(zoe.page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(zoe.answers.last).to_contain_text("Not sent yet")


def test_a_dialog_on_a_narrow_phone(visit):
    zoe = visit(width=360, height=640, has_touch=True, color_scheme="dark").be(ZOE, "home")
    zoe.page.get_by_role("button", name="Open a case").click()
    expect(dialog(zoe).get_by_role("button", name="Open it")).to_be_in_viewport()
    assert zoe.page.evaluate("document.documentElement.scrollWidth") == 360
    assert dialog(zoe).locator(".dialog-body").evaluate("body => body.scrollWidth <= body.clientWidth")
    assert all(field.bounding_box()["width"] <= 360 for field in dialog(zoe).locator("input, select, textarea").all())
