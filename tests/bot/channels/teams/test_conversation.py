"""Messages: who is answered, where, and how often."""

from tests.adaptive import actions, written
from tests.teams_requests import card

DISCOUNT = "What discount do Gold partners get on new business?"


def test_a_question_in_the_personal_chat_is_answered_there(stage):
    zoe = stage.somebody()
    stage.says(zoe, DISCOUNT)
    answer = stage.answer(zoe)
    assert "25 %" in written(card(answer))
    assert "Partner discounts by tier" in written(card(answer))
    assert [action["title"] for action in actions(card(answer))][:3] == ["Helpful", "Not helpful", "Ask a person"]
    assert "25 %" in answer["summary"]
