"""Questions and what comes of them, on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from handlers.answers.models import Feedback
from handlers.errors import FormError
from handlers.notices.models import Delivery, Operation
from handlers.questions.models import Question
from handlers.usage.models import TurnEvent
from knowledge.models import Article

GOLD = "zoe.marchbanks@kestrelrowe.example"
TECHNOLOGY = "devon.achterberg@quillstack.example"
STRANGER = "mallory@elsewhere.example"


def test_an_answer_shows_passage_source_owner_and_date(talk):
    card = talk(GOLD).says("What discount do Gold partners get on new business?")
    said = card.plain()
    assert card.title == "Partner discounts by tier"
    assert "25 %" in said
    assert "New business" in said
    assert "ingrid.solvang@halden.example" in said
    assert "1 Jan 2999" in said
    assert any(
        getattr(element, "url", None) == "https://partners.halden.example/library/discounts" for element in card.body
    )
    assert [button.label for button in card.buttons][:3] == ["Helpful", "Not helpful", "Ask a person"]


def test_a_follow_up_is_understood_with_what_went_before(talk, database):
    zoe = talk(GOLD)
    zoe.says("What discount do Gold partners get on new business?")
    assert "On renewals Gold partners get 12 %" in zoe.says("and on renewals?").plain()


def test_noise_after_a_question_is_no_follow_up(talk):
    zoe = talk(GOLD)
    zoe.says("What discount do Gold partners get on new business?")
    assert zoe.says("x" * 40_000).title.startswith("I don't know")


def test_two_close_articles_are_offered_and_a_press_answers(talk):
    devon = talk(TECHNOLOGY)
    card = devon.says("What is the API rate limit?")
    assert card.title == "Did you mean one of these?"
    assert "120 requests" in devon.presses(card, "Vault API rate limits").plain()


def test_what_is_not_there_is_not_made_up(talk):
    card = talk(GOLD).says("What's a good name for a cat?")
    assert card.title.startswith("I don't know")
    assert card.plain().startswith("I don't know")
    assert "Ask a person" in [button.label for button in card.buttons]


def test_a_partner_never_sees_what_is_for_others(talk):
    asked = "How much is the quarterly rebate above the threshold?"
    assert "3 %" in talk(GOLD).says(asked).plain()
    refused = talk(TECHNOLOGY).says(asked)
    assert "rebate" not in refused.plain().casefold()


def test_in_a_channel_restricted_content_goes_to_the_asker_alone(talk):
    zoe = talk(GOLD, conversation="C1", thread="1.1", private=False)
    card = zoe.says("How much is the quarterly rebate above the threshold?")
    assert [row.operation for row in zoe.heard] == [Operation.whisper]
    assert "Only you can see this" in card.plain()


def test_in_a_channel_open_content_is_posted_without_naming_restricted_articles(talk):
    zoe = talk(GOLD, conversation="C1", thread="1.1", private=False)
    card = zoe.says("What discount do Gold partners get on new business?")
    assert [row.operation for row in zoe.heard] == [Operation.post]
    assert "rebates" not in card.plain()


def test_an_unknown_person_sees_no_content(talk, database):
    card = talk(STRANGER).says("What discount do Gold partners get?")
    assert "I don't know you yet" in card.plain()
    assert "25 %" not in card.plain()
    assert [button.action for button in card.buttons] == ["access.request"]
    with database.read() as session:
        assert session.exec(select(Question)).all() == []
        assert [event.outcome for event in session.exec(select(TurnEvent))] == ["refused"]


def test_an_overdue_article_carries_a_banner_or_is_withheld(talk):
    asked = "Can an administrator delete locked backups?"
    assert "past its review date" in talk(GOLD).says(asked).plain()
    withheld = talk(GOLD, withhold=True).says(asked)
    assert withheld.title.startswith("I don't know")
    assert "not even an administrator" not in withheld.plain()


@pytest.mark.parametrize(
    ("since", "said"),
    [(90, None), (91, "is past its review date"), (119, "is past its review date"),
     (120, "is stale: it is 30 days past its review date"), (400, "is stale: it is 310 days past its review date")],
)  # fmt: skip
def test_a_month_after_its_review_date_an_article_is_stale(talk, database, since, said):
    zoe = talk(GOLD)
    with Session(database.engine) as session:
        for article in session.exec(select(Article)):
            article.verified_on, article.review_every_days = zoe.now.date() - timedelta(days=since), 90
        session.commit()
    banners = [element.text for element in zoe.says("How do I register a deal?").body if element.kind == "banner"]
    assert [text.partition(" (")[0] for text in banners] == ([f"This article {said}"] if said else [])


def test_a_vote_is_taken_once(talk, database):
    zoe = talk(GOLD)
    card = zoe.says("How do I register a deal?")
    zoe.presses(card, "Helpful")
    assert "Helpful" not in [button.label for button in zoe.rewritten().buttons]
    assert "already" in zoe.presses(card, "Helpful").plain()
    with database.read() as session:
        assert [vote.helpful for vote in session.exec(select(Feedback))] == [True]


def test_not_helpful_asks_why_and_takes_a_comment(talk, database):
    zoe = talk(GOLD)
    card = zoe.says("How do I register a deal?")
    zoe.presses(card, "Not helpful")
    why = zoe.rewritten()
    labels = [button.label for button in why.buttons]
    assert labels[:4] == ["It is wrong", "It is outdated", "Something is missing", "Not what I asked"]
    zoe.presses(why, "It is outdated")
    token = zoe.button(zoe.rewritten(), "Say more").value
    with pytest.raises(FormError):
        zoe.submits("answers.comment", token, comment="  ")
    zoe.submits("answers.comment", token, comment="It is 120 days now.")
    with database.read() as session:
        vote = session.exec(select(Feedback)).one()
    assert (vote.helpful, vote.reason, vote.comment) == (False, "outdated", "It is 120 days now.")


def test_asking_a_person_posts_at_once_and_once(talk, database):
    zoe = talk(GOLD)
    card = zoe.says("What's a good name for a cat?")
    assert "passed your question" in zoe.presses(card, "Ask a person").plain()
    zoe.presses(card, "Ask a person")
    (posted,) = zoe.support()
    for part in ("good name for a cat", "Zoë Marchbanks", "Kestrel & Rowe IT", GOLD):
        assert part in posted.plain()
    with database.read() as session:
        assert session.exec(select(Question)).one().to_person_at is not None


def test_nobody_presses_the_buttons_of_another_persons_question(talk, database):
    card = talk(GOLD).says("What's a good name for a cat?")
    devon = talk(TECHNOLOGY)
    assert "not yours" in devon.presses_raw("answers.person", devon.button(card, "Ask a person").value).plain()
    assert devon.support() == []


def test_an_article_of_others_cannot_be_read_by_its_number(talk, database):
    devon = talk(TECHNOLOGY)
    said = [devon.presses_raw("library.read", f"{number}:0").plain() for number in range(12)]
    assert not any("bookings above" in text for text in said)
    assert sum("no longer there" in text for text in said) >= 2


@pytest.mark.parametrize("words", ["", "   ", "🙂🙂", ":tada: :+1:", "!!!", "\u202e\u2066"])
def test_without_words_there_is_no_search(talk, words):
    assert "only read words" in talk(GOLD).says(words).plain()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("hi", "Hello Zoë Marchbanks"),
        ("Good morning everyone!", "Hello"),
        ("thanks, that helped 🙏", "You're welcome"),
        ("help", "What I can do"),
        ("What can you do?", "What I can do"),
        ("I need help please", "What I can do"),
        ("How are you today?", "Hello"),
        (":wave: hello :slightly_smiling_face:", "Hello"),
        ("Perfect :+1::skin-tone-2:", "You're welcome"),
    ],
)
def test_small_talk_gets_a_short_card(talk, words, part):
    zoe = talk(GOLD)
    assert part in zoe.says(words).plain()


@pytest.mark.parametrize(
    "words", ["x" * 40_000, "reset my mfa " * 3_000, "как зарегистрировать сделку?", "كيف أسجل صفقة؟"]
)
def test_huge_and_foreign_questions_are_answered_somehow(talk, words):
    assert talk(GOLD).says(words).plain()


def test_hostile_text_of_a_question_reaches_the_team_as_text(talk):
    zoe = talk(GOLD)
    zoe.presses(zoe.says("<!channel> <@U123> *bold* & <script> zebra crossings?"), "Ask a person")
    assert "<!channel> <@U123> *bold* & <script>" in zoe.support()[0].plain()


def test_a_turn_leaves_one_event(talk, database):
    zoe = talk(GOLD)
    zoe.says("How do I register a deal?")
    with database.read() as session:
        (event,) = session.exec(select(TurnEvent)).all()
        articles = session.exec(select(Question.article_id)).all()
    assert (event.platform, event.place, event.kind, event.outcome) == ("test", "private", "asked", "answer")
    assert [event.article_id] == articles
    assert event.milliseconds >= 0


def test_a_need_lists_articles_and_one_is_read(talk):
    zoe = talk(GOLD)
    needs = zoe.presses(zoe.home(), "Browse by need")
    assert {"Close a deal", "Get support", "Get certified"} <= {button.label for button in needs.buttons}
    listed = zoe.presses(needs, "Close a deal")
    assert "Register a deal" in listed.plain()
    deal = next(
        element.button for element in listed.body if element.kind == "item" and element.text == "Register a deal"
    )
    assert "two business days" in zoe.presses_raw(deal.action, deal.value).plain()


def test_the_home_shows_recent_questions(talk):
    zoe = talk(GOLD)
    zoe.says("How do I register a deal?")
    assert "How do I register a deal?" in zoe.home().plain()


def test_everything_said_is_a_row(talk, database):
    zoe = talk(GOLD)
    zoe.says("hi")
    with database.read() as session:
        assert len(session.exec(select(Delivery)).all()) == 1
