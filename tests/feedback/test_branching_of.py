"""Questions that follow an answer, as a stylesheet …"""

from feedback.web.asking import built_in
from feedback.web.branching import branching_of
from feedback.web.forms import read_form_document
from feedback.web.gallery import CHECKOUT, SUPPORT


def test_show_where_an_answer_leads_to_them() -> None:
    said = branching_of(read_form_document(CHECKOUT))
    values = ", ".join(f'[value="{value}"]' for value in (1, 2, 3, 4))
    led = f'form:has(input[name="effort"]:is({values}):checked) .when-1'
    assert f"{led} {{ display: block; }}" in said
    assert said.count("display: block") == 1


def test_show_only_where_all_before_them_lead_there() -> None:
    document = {
        "questions": [
            *SUPPORT["questions"][:1],
            {
                "key": "place",
                "kind": "choice",
                "ask": {"en": "Where?", "ko": "어디서?"},
                "options": [{"value": "app", "label": {"en": "App", "ko": "앱"}}],
                "when": {"question": "solved", "classes": ["negative"]},
            },
            {
                "key": "more",
                "kind": "text",
                "ask": {"en": "More?", "ko": "더?"},
                "when": {"question": "place", "values": ["app"]},
            },
        ]
    }
    said = branching_of(read_form_document(document))
    place = ':has(input[name="place"]:is([value="app"]):checked)'
    solved = ':has(input[name="solved"]:is([value="0"]):checked)'
    assert f"form{place}{solved} .when-2 {{" in said


def test_are_none_where_nothing_depends_on_anything() -> None:
    assert branching_of(built_in()) == ""
