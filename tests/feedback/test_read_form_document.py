"""A form as data …"""

from copy import deepcopy
from typing import Any

import pytest

from cxloop.kernel.errors import Refused
from feedback.web.forms import is_asked, read_form_document
from feedback.web.gallery import CHECKOUT, GALLERY

ASK = {"en": "How was it?", "ko": "어떠셨나요?"}
SCORE = {"key": "score", "kind": "csat", "ask": ASK}
WHY = {"key": "why", "kind": "text", "ask": ASK}
PLACE = {
    "key": "place",
    "kind": "choice",
    "ask": ASK,
    "options": [{"value": "shop", "label": ASK}, {"value": "app", "label": ASK}],
}


def document(*questions: Any, **more: Any) -> dict[str, Any]:
    return {"questions": list(deepcopy(questions)), **more}


@pytest.mark.parametrize("ready", GALLERY, ids=[ready.slug for ready in GALLERY])
def test_is_ready_in_both_languages(ready: Any) -> None:
    form = read_form_document(ready.document)
    assert set(form.languages) == {"en", "ko"} == set(ready.name) == set(ready.touchpoint)


@pytest.mark.parametrize(
    "wrong, pointer, code",
    [
        ([], "/document", "not_an_object"),
        ({}, "/document/questions", "missing"),
        (document(), "/document/questions", "too_short"),
        (document(SCORE, colour="red"), "/document/colour", "unknown_name"),
        (document({**SCORE, "key": "Score"}), "/document/questions/0/key", "malformed"),
        (document({**SCORE, "key": "email"}), "/document/questions/0", "reserved_key"),
        (document({**SCORE, "kind": "stars9"}), "/document/questions/0/kind", "not_a_choice"),
        (document({**SCORE, "ask": {}}), "/document/questions/0/ask", "too_short"),
        (document({**SCORE, "ask": {"en": ""}}), "/document/questions/0/ask/en", "too_short"),
        (document(SCORE, SCORE), "/document", "duplicate_key"),
        (document(SCORE, shows={}), "/document/shows", "never_shown"),
        (document(SCORE, shows={"after_s": -1}), "/document/shows/after_s", "out_of_range"),
        (
            document(SCORE, shows={"after_s": 5, "pages": ["shop"]}),
            "/document/shows/pages/0",
            "malformed",
        ),
        (document({**SCORE, "kind": "contact"}), "/document", "nothing_asked"),
        (document({**PLACE, "options": []}), "/document/questions/0", "options"),
        (document({**SCORE, "options": PLACE["options"]}), "/document/questions/0", "options"),
        (document({**WHY, "several": True}), "/document/questions/0", "no_scale"),
        (document(SCORE, {**WHY, "ask": {"en": "Why?"}}), "/document", "missing_language"),
        (document(SCORE, thanks={"en": "Thanks"}), "/document", "missing_language"),
        (
            document(SCORE, {**WHY, "when": {"question": "later", "classes": ["negative"]}}),
            "/document",
            "unknown_condition",
        ),
        (
            document({**WHY, "when": {"question": "score", "classes": ["negative"]}}, SCORE),
            "/document",
            "unknown_condition",
        ),
        (
            document(SCORE, PLACE, {**WHY, "when": {"question": "place", "values": ["moon"]}}),
            "/document",
            "unknown_condition",
        ),
        (
            document(SCORE, {**WHY, "when": {"question": "score"}}),
            "/document/questions/1/when",
            "one_condition",
        ),
        (
            document(*[{**SCORE, "key": f"k{n}"} for n in range(21)]),
            "/document/questions",
            "too_many",
        ),
    ],
)
def test_is_refused_with_its_place(wrong: Any, pointer: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_form_document(wrong)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [(pointer, code)]


@pytest.mark.parametrize(
    "asked, spoken",
    [("ko", "ko"), ("ko-KR", "ko"), ("en-GB", "en"), ("fr", "en"), ("", "en"), ("x" * 999, "en")],
)
def test_is_spoken_in_the_language_asked_for_or_its_first(asked: str, spoken: str) -> None:
    assert read_form_document(CHECKOUT).language_for(asked) == spoken


@pytest.mark.parametrize(
    "given, asked",
    [
        ({}, ["effort", "effort_why", "contact"]),
        ({"effort": ["7"]}, ["effort", "effort_why", "contact"]),
        ({"effort": ["3"]}, ["effort", "obstacle", "effort_why", "contact"]),
        ({"effort": ["4"]}, ["effort", "obstacle", "effort_why", "contact"]),
        ({"effort": ["many"]}, ["effort", "effort_why", "contact"]),
    ],
)
def test_asks_further_where_an_answer_leads_to_it(
    given: dict[str, list[str]], asked: list[str]
) -> None:
    form = read_form_document(CHECKOUT)
    found = [question.key for question in form.questions if is_asked(question, given, form)]
    assert found == asked


def test_asks_nothing_behind_a_question_that_is_not_asked() -> None:
    form = read_form_document(
        document(
            SCORE,
            {**PLACE, "when": {"question": "score", "classes": ["negative"]}},
            {**WHY, "when": {"question": "place", "values": ["app"]}},
        )
    )
    why = form.questions[2]
    assert is_asked(why, {"score": ["1"], "place": ["app"]}, form)
    assert not is_asked(why, {"score": ["5"], "place": ["app"]}, form)
