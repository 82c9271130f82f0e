"""The preview of an announcement, as this page, Slack and Teams draw it, and as a notification says it."""

INGRID = "ingrid.solvang@halden.example"
MESSAGE = "**New** prices, `now`\n\n> Ask us\n\n1. first\n2. second\n\n| Tier | Price |\n|---|---|\n| Gold | 10 |"


def test_a_message_as_it_looks_elsewhere(visit):
    ingrid = visit().be(INGRID)
    page = ingrid.page
    ingrid.ask("announce: Price list").get_by_role("button", name="Write it").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Message").fill(MESSAGE)
    form.get_by_role("button", name="Next").click()
    page.get_by_role("dialog", name="Who gets it, and when").get_by_role("button", name="Preview").click()
    sample = page.locator(".sample").last
    own, slack, teams, notification = (sample.get_by_role("tab").nth(number) for number in range(4))
    assert own.get_attribute("aria-selected") == "true"
    assert sample.locator("table th").all_inner_texts() == ["Tier", "Price"]
    slack.click()
    assert sample.locator("ol li").all_inner_texts() == ["first", "second"]
    assert "Tier  Price" in sample.locator("pre").inner_text()
    assert sample.get_by_role("button", name="What's new").count() == 0
    teams.click()
    assert sample.locator("th").all_inner_texts() == ["Tier", "Price"]
    assert sample.locator("td").all_inner_texts() == ["Gold", "10"]
    assert "1. first" in sample.inner_text() and sample.locator("strong", has_text="New").count() == 1
    notification.click()
    assert "New prices, now" in sample.inner_text() and "**" not in sample.inner_text()
    own.click()
    assert sample.get_by_role("button", name="What's new").count() == 1
