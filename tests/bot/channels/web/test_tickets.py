"""A ticket in a real browser: a partner opens it from an answer, the team replies in its thread, and both read on."""

import re

from playwright.sync_api import expect

ZOE = "zoe.marchbanks@kestrelrowe.example"
LAYLA = "layla.haddadin@kestrelrowe.example"
INGRID = "ingrid.solvang@halden.example"
QUESTION = "What's a good name for a cat?"


def open_ticket(visitor, **values):
    """Send the dialog that is open; returns the ticket's number."""
    form = visitor.page.get_by_role("dialog", name="Open a ticket")
    expect(form).to_be_visible()
    for label, value in values.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name=re.compile("Open|Send")).click()
    expect(form).to_have_count(0)
    opened = visitor.answers.filter(has_text="is open.").last
    expect(opened).to_be_visible()
    return re.search(r"T-\w{4}", opened.inner_text())[0]


def test_a_ticket_from_an_answer_and_what_both_sides_write(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID, "support")
    zoe.ask(QUESTION).get_by_role("button", name="Open a ticket").click()
    form = zoe.page.get_by_role("dialog", name="Open a ticket")
    expect(form.get_by_label("Subject")).to_have_value(re.compile("name for a cat"))
    expect(form.get_by_label("What happened")).to_have_value(re.compile(re.escape(QUESTION)))
    assert form.get_by_label("Severity").input_value()
    code = open_ticket(zoe, Subject="The cat has no name")
    desk = ingrid.entry(code)
    expect(desk).to_contain_text("The cat has no name")
    ingrid.reply(code, "SECRET between us")
    expect(desk.get_by_role("button", name="Send to partner")).to_be_visible()
    ingrid.reply(code, "reply: Call it Noodle.")
    expect(zoe.entry(code).locator(".replies")).to_contain_text("Call it Noodle.")
    expect(zoe.page.get_by_text("SECRET")).to_have_count(0)
    zoe.reply(code, "It does not listen to Noodle.")
    expect(desk.locator(".replies")).to_contain_text("It does not listen to Noodle.")
    desk.locator("> .message").get_by_role("button", name="Resolve").click()
    expect(desk.locator("> .message")).to_contain_text(re.compile("resolved", re.I))
    expect(zoe.entry(code)).to_contain_text(re.compile("resolved", re.I))


def test_replies_are_changed_and_taken_back_and_files_go_along_as_links(visit):
    zoe, ingrid = visit().be(ZOE), visit().be(INGRID, "support")
    zoe.ask("open a ticket").get_by_role("button", name="Open a ticket").click()
    code = open_ticket(zoe, Subject="The printer smokes", **{"What happened": "It is on fire."})
    desk, mine = ingrid.entry(code).locator(".replies"), zoe.entry(code)
    zoe.reply(code, "It is in the kichen")
    expect(desk).to_contain_text("It is in the kichen")
    said = mine.locator(".replies .message.mine", has_text="kichen")
    said.get_by_role("button", name="Edit").click()
    mine.get_by_role("textbox", name="Your reply").first.fill("It is in the kitchen")
    mine.get_by_role("button", name="Save").click()
    expect(desk).to_contain_text("It is in the kitchen")
    expect(desk).not_to_contain_text("kichen")
    expect(mine.locator(".replies")).to_contain_text("edited")
    mine.locator(".thread-reply, .reply textarea").locator("visible=true").first.click()
    mine.get_by_role("button", name="Attach a link").click()
    address = mine.get_by_label("Address of a file")
    address.fill("nowhere")
    mine.get_by_role("button", name="Send the reply").click()
    expect(address).to_be_visible()
    address.fill("https://files.example/a%20photo.jpg")
    mine.get_by_role("button", name="Send the reply").click()
    for thread in (desk, mine.locator(".replies")):
        link = thread.get_by_role("link", name="a photo.jpg")
        expect(link).to_have_attribute("href", "https://files.example/a%20photo.jpg")
    mine.get_by_role("button", name="Show all").click()
    said = mine.locator(".replies .message.mine", has_text="kitchen")
    said.get_by_role("button", name="Delete").click()
    mine.get_by_role("button", name="Delete it for everybody").click()
    expect(desk).not_to_contain_text("kitchen")
    expect(desk).to_contain_text("The message was deleted")
    expect(mine.locator(".replies")).to_contain_text("This message was deleted.")
    expect(mine.get_by_role("button", name="Edit")).to_have_count(1)


def test_a_ticket_by_command_and_by_the_list_of_commands(visit):
    layla = visit().be(LAYLA)
    layla.message.press_sequentially("/ti")
    layla.message.press("Enter")
    layla.message.press("Enter")
    form = layla.page.get_by_role("dialog", name="Open a ticket")
    form.get_by_role("button", name=re.compile("Open|Send")).click()
    expect(form.locator(".field-error:visible").first).to_have_text("Please fill this in.")
    values = {"Subject": "لا تعمل", "What happened": "Nothing at all."}
    assert open_ticket(layla, **values)
    expect(layla.answers.last).to_contain_text("لا تعمل")


def test_a_ticket_that_was_begun_and_left_is_offered_again(visit):
    layla = visit().be(LAYLA)
    layla.message.fill("/ticket")
    layla.message.press("Enter")
    form = layla.page.get_by_role("dialog", name="Open a ticket")
    form.get_by_label("Subject").fill("Half a subject")
    layla.page.keyboard.press("Escape")
    expect(layla.answers.last).to_contain_text("Your ticket is not sent yet")
    layla.answers.last.get_by_role("button", name="Continue").click()
    expect(form.get_by_label("Subject")).to_have_value("Half a subject")
