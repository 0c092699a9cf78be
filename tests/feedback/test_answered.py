"""What was answered to a form …"""

from typing import Any

import pytest

from feedback.web.answering import Contact, answered
from feedback.web.forms import read_form_document
from feedback.web.gallery import CHECKOUT, DELIVERY, FIRST_VISIT, SUPPORT

NOBODY = Contact()


def said(form: Any, contact: Contact = NOBODY, /, **given: Any) -> tuple[dict[str, Any], Any]:
    lists = {key: one if isinstance(one, list) else [one] for key, one in given.items()}
    found = answered(read_form_document(form), lists, contact, language="ko")
    return found.body, found.faults


def test_is_a_feedback_with_its_first_score_and_words() -> None:
    body, faults = said(DELIVERY, recommend="3", delivery="1", recommend_why="늦었어요")
    assert faults == {}
    assert body == {
        "score": {"type": "nps", "value": 3},
        "scores": [{"key": "delivery", "type": "stars", "value": 1}],
        "comment": "늦었어요",
    }


def test_keeps_choices_by_their_keys() -> None:
    body, _ = said(CHECKOUT, effort="2", obstacle=["payment", "other"])
    assert body["answers"] == {"obstacle": ["payment", "other"]}


def test_says_a_goal_in_words() -> None:
    assert said(FIRST_VISIT, goal="partly")[0]["score"] == {"type": "gcr", "value": "partly"}


def test_names_who_wants_an_answer() -> None:
    body, _ = said(FIRST_VISIT, Contact("kim@example.com", wanted=True), goal="no")
    assert body["customer"] == {"email": "kim@example.com", "locale": "ko"}
    assert body["answers"] == {"contact_me": True}


def test_takes_nothing_of_a_question_that_was_not_asked() -> None:
    body, faults = said(
        SUPPORT, Contact("kim@example.com", wanted=True), solved="1", solved_why="x"
    )
    assert (body, faults) == ({"score": {"type": "thumbs", "value": 1}}, {})


@pytest.mark.parametrize(
    "form, contact, given, fault",
    [
        (CHECKOUT, NOBODY, {}, {"effort": "required"}),
        (CHECKOUT, NOBODY, {"effort": " "}, {"effort": "required"}),
        (CHECKOUT, NOBODY, {"effort": "8"}, {"effort": "not_a_choice"}),
        (CHECKOUT, NOBODY, {"effort": "٥"}, {"effort": "not_a_choice"}),
        (CHECKOUT, NOBODY, {"effort": ["1", "2"]}, {"effort": "not_a_choice"}),
        (CHECKOUT, NOBODY, {"effort": "1", "obstacle": "moon"}, {"obstacle": "not_a_choice"}),
        (CHECKOUT, NOBODY, {"effort": "1", "effort_why": "x" * 10_001}, {"effort_why": "too_long"}),
        (CHECKOUT, Contact("", wanted=True), {"effort": "1"}, {"contact": "email"}),
    ],
)
def test_is_told_what_is_wrong_with_it(
    form: Any, contact: Contact, given: dict[str, Any], fault: dict[str, str]
) -> None:
    assert said(form, contact, **given)[1] == fault
