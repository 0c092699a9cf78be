"""The page of one rule: fields for its condition and its result, rehearsal, versions, runs."""

from typing import Any

import pytest
from django.test import Client

from desk.rule_tree import group_of, is_shown_whole
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.desk.ruling import NO_TICKET, UNHAPPY, WITH_WORDS, as_sent, fields, newest, written
from tests.makers import make_policy
from tickets.rules.conditions import compile_condition
from tickets.rules.models import RuleVersion

pytestmark = pytest.mark.django_db

NESTED = {
    "all": [
        UNHAPPY,
        {"any": [WITH_WORDS, {"not": {"all": [UNHAPPY, {"not": {"any": [WITH_WORDS, UNHAPPY]}}]}}]},
    ]
}
ONE_OF_EACH: list[Any] = [
    UNHAPPY,
    {"always": True},
    {"not": UNHAPPY},
    {"not": {"not": WITH_WORDS}},
    {"not": {"always": True}},
    NESTED,
    {"all": [{"fact": "worst.class", "op": "in", "value": ["neutral", "negative"]}]},
    {"all": [{"fact": "score.value", "op": "between", "value": [0, 6.5]}]},
    {"all": [{"fact": "customer.value", "op": "gte", "value": 1000}]},
    {"all": [{"fact": "contact_me", "op": "eq", "value": False}]},
    {"all": [{"fact": "customer.failures", "op": "gte", "value": 2, "days": 30}]},
    {"all": [{"fact": "context.order.id", "op": "in", "value": ["12", 12, True, "yes", "a b"]}]},
    {"all": [{"fact": "answers.reason", "op": "eq", "value": '"quoted"'}]},
    {"all": [{"fact": "scores.delivery.class", "op": "ne", "value": "positive"}]},
    {"all": [{"fact": "comment", "op": "words_any", "value": ["late", "never came"]}]},
    {"all": [{"fact": "tags", "op": "contains", "value": "checkout"}]},
    {"all": [{"fact": "source", "op": "not_in", "value": ["shop", "app"]}]},
]


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_policy("standard")
    return browse(cast.admin)


def test_it_is_written_by_its_fields(admin: Client, cast: Cast) -> None:
    sent(admin.post("/admin/rules/new", fields(acknowledge="on")), "/admin/rules")
    rule = newest()
    assert rule.when == {"all": [UNHAPPY]}
    assert rule.then == {
        "ticket": True,
        "group": "care",
        "priority": "high",
        "policy": "standard",
        "assign": "round_robin",
        "tags": ["late", "parcel"],
        "acknowledge": True,
    }
    assert rule.written_by == cast.admin


def test_it_may_open_no_ticket_and_say_why(admin: Client) -> None:
    said = fields(ticket="no", reason="Praise.")
    sent(admin.post("/admin/rules/new", said), "/admin/rules")
    assert newest().then == NO_TICKET


@pytest.mark.parametrize("when", ONE_OF_EACH, ids=str)
def test_what_is_shown_and_sent_back_is_the_same_rule(admin: Client, when: Any) -> None:
    """To the byte: an editor that is opened and closed writes no version."""
    rule = written(when)
    where = f"/admin/rules/{rule.rule_id}"
    sent(admin.post(where, as_sent(admin.get(where))), where)
    assert newest().version == 1


@pytest.mark.parametrize("when", ONE_OF_EACH, ids=str)
def test_fields_and_json_are_both_the_same_rule(when: Any) -> None:
    again = group_of(when).json("/when", {})
    compile_condition(again)
    assert group_of(again) == group_of(when)
    assert is_shown_whole(when)


def test_a_change_in_the_fields_changes_that_alone(admin: Client) -> None:
    rule = written(NESTED)
    where = f"/admin/rules/{rule.rule_id}"
    said = as_sent(admin.get(where)) | {"w.0.op": "ne"}
    sent(admin.post(where, said), where)
    assert newest().when["all"][0] == {**UNHAPPY, "op": "ne"}
    assert newest().when["all"][1] == NESTED["all"][1]


def test_buttons_add_and_take_away_without_losing_a_word(admin: Client) -> None:
    said = fields(**{"w.1.fact": "comment", "w.1.op": "word", "w.1.value": "late"})
    more = admin.post("/admin/rules/new", said | {"do": "row:w", "name": "Half typed"})
    assert more.status_code == 200
    kept = as_sent(more)
    assert (kept["name"], kept["w.1.value"], kept["w.2.fact"]) == (
        ["Half typed"],
        ["late"],
        ["worst.class"],
    )
    grouped = as_sent(admin.post("/admin/rules/new", kept | {"do": "group:w"}))
    assert grouped["w.3.mode"] == ["any"]
    deeper = as_sent(admin.post("/admin/rules/new", grouped | {"do": "group:w.3"}))
    assert deeper["w.3.1.mode"] == ["any"]
    fewer = as_sent(admin.post("/admin/rules/new", deeper | {"do": "drop:w.0"}))
    assert fewer["w.0.value"] == ["late"]
    assert fewer["w.2.1.0.fact"] == ["worst.class"]
    assert not RuleVersion.objects.exists()


def test_another_fact_brings_its_own_comparisons_and_fields(admin: Client) -> None:
    look = fields(do="look") | {"w.0.fact": "customer.failures"}
    page = admin.post("/admin/rules/new", look).content.decode()
    assert 'name="w.0.days"' in page
    assert "is at least" in page
    free = admin.post("/admin/rules/new", fields(do="look") | {"w.0.fact": "context.PATH"})
    assert 'name="w.0.rest"' in free.content.decode()


def test_a_condition_that_is_wrong_is_marked_where_it_stands(admin: Client) -> None:
    said = fields(**{"w.1.fact": "score.value", "w.1.op": "gt", "w.1.value": "many"})
    refused = admin.post("/admin/rules/new", said)
    assert refused.status_code == 422
    assert "a number is wanted" in text_of(refused)
    tree = refused.context["form"].tree
    assert (tree.parts[0].faults, len(tree.parts[1].faults)) == ([], 1)
    assert 'value="many"' in refused.content.decode()
    empty = admin.post("/admin/rules/new", {"name": "None", "w.mode": "any", "ticket": "yes"})
    assert empty.status_code == 422
    assert set(empty.context["form"].errors) == {"__all__", "group"}


@pytest.mark.parametrize(
    "odd",
    [
        {"w.0.fact": "nothing"},
        {"w.0.op": "nothing"},
        {"w.0.value": "\0"},
        {"w.0.fact": "context.PATH", "w.0.rest": "a\0b"},
        {"w.0.fact": "scores.KEY.class", "w.0.rest": "." * 300},
        {"w.mode": "nothing"},
        {"w.0.0.fact": "comment"},
        {"w." + ".".join("0" * 11) + ".fact": "comment"},
        {"w.999.mode": "all"},
        {"group": "nowhere"},
        {"ticket": "perhaps"},
        {"do": "drop:w"},
        {"do": "row:nowhere"},
        {"do": "as-json"},
        {"rehearse": "forged"},
    ],
    ids=str,
)
def test_nothing_that_can_be_sent_breaks_it(admin: Client, odd: dict[str, str]) -> None:
    assert admin.post("/admin/rules/new", fields(**odd)).status_code in (200, 303, 422)


def test_the_json_is_one_press_away_and_so_is_the_way_back(admin: Client) -> None:
    turned = admin.post("/admin/rules/new", fields(do="as-json"))
    assert turned.context["form"].is_json
    said = as_sent(turned)
    assert '"fact": "worst.class"' in said["when"][0]
    back = admin.post("/admin/rules/new", said | {"do": "as-fields"})
    assert as_sent(back)["w.0.value"] == ["negative"]
    assert as_sent(back)["tags"] == ["late, parcel"]
    wrong = admin.post("/admin/rules/new", {**said, "when": '{"all": []}', "do": "as-fields"})
    assert wrong.status_code == 422
    assert wrong.context["form"].is_json
    sent(admin.post("/admin/rules/new", said), "/admin/rules")


def test_what_fields_cannot_show_stays_json(admin: Client) -> None:
    several = {"fact": "comment", "op": "words_any", "value": ["two\nlines"]}
    where = f"/admin/rules/{written(several).rule_id}"
    assert admin.get(where).context["form"].is_json


def test_it_reads_as_a_sentence(admin: Client, cast: Cast) -> None:
    looked = text_of(admin.post("/admin/rules/new", fields(do="look")))
    assert (
        "When worst of all scores is Unhappy: open a ticket in Care, priority High, given to the "
        "next in turn, tagged late, parcel." in looked
    )
    sent(admin.post("/admin/rules/new", fields()), "/admin/rules")
    assert "When worst of all scores is Unhappy: open a ticket" in text_of(
        admin.get("/admin/rules")
    )
    cast.admin.language = "ko"
    cast.admin.save()
    assert "우선순위 높음" in text_of(admin.get("/admin/rules"))
