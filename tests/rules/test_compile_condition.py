import time

import pytest

from tests.rules.saying import facts, leaf
from tickets.rules.conditions import BadCondition, compile_condition
from tickets.rules.facts import FACTS, Kind
from tickets.rules.operators import OPERATORS, operators_of

NEGATIVE = leaf("score.class", "eq", "negative")


def deep(levels):
    tree = NEGATIVE
    for _ in range(levels - 1):
        tree = {"not": tree}
    return tree


def faults_of(tree, at=""):
    with pytest.raises(BadCondition) as refused:
        compile_condition(tree, at=at)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


# tree, pointer, code
REFUSED = [
    (None, "", "wrong_type"),
    ([], "", "wrong_type"),
    ({}, "", "wrong_type"),
    ({"and": [NEGATIVE]}, "", "wrong_type"),
    ({"all": []}, "/all", "empty"),
    ({"any": []}, "/any", "empty"),
    ({"all": NEGATIVE}, "/all", "wrong_type"),
    ({"not": [NEGATIVE]}, "/not", "wrong_type"),
    ({"always": False}, "/always", "wrong_type"),
    ({"always": 1}, "/always", "wrong_type"),
    ({"all": [NEGATIVE], "any": [NEGATIVE]}, "/any", "unknown_key"),
    (NEGATIVE | {"a/b~": 1}, "/a~1b~0", "unknown_key"),
    (leaf("score.clas", "eq", "x"), "/fact", "unknown_fact"),
    (leaf("context.", "eq", "x"), "/fact", "unknown_fact"),
    (leaf("scores.delivery", "eq", "x"), "/fact", "unknown_fact"),
    (leaf("scores.x.colour", "eq", "x"), "/fact", "unknown_fact"),
    (leaf("context." + "k" * 200, "eq", "x"), "/fact", "unknown_fact"),
    ({"fact": 7, "op": "eq", "value": 1}, "/fact", "unknown_fact"),
    ({"fact": "source", "value": "x"}, "/op", "required"),
    (leaf("source", "like", "x"), "/op", "unknown_operator"),
    ({"fact": "source", "op": ["eq"], "value": "x"}, "/op", "unknown_operator"),
    (leaf("score.class", "gt", "negative"), "/op", "wrong_operator"),
    (leaf("score.value", "contains", 1), "/op", "wrong_operator"),
    (leaf("tags", "eq", "x"), "/op", "wrong_operator"),
    ({"fact": "source", "op": "eq"}, "/value", "required"),
    (leaf("source", "missing") | {"value": 1}, "/value", "unknown_key"),
    (leaf("score.class", "eq", "bad"), "/value", "unknown_choice"),
    (leaf("score.class", "in", ["negative", "bad"]), "/value/1", "unknown_choice"),
    (leaf("score.class", "eq", ["negative"]), "/value", "unknown_choice"),
    (leaf("channel", "eq", "fax"), "/value", "unknown_choice"),
    (leaf("score.value", "eq", "3"), "/value", "wrong_type"),
    (leaf("score.value", "gt", True), "/value", "wrong_type"),
    (leaf("score.value", "gt", float("nan")), "/value", "wrong_type"),
    (leaf("score.value", "gt", float("inf")), "/value", "wrong_type"),
    (leaf("score.value", "between", [1]), "/value", "wrong_type"),
    (leaf("score.value", "between", [1, "2"]), "/value/1", "wrong_type"),
    (leaf("score.value", "between", [5, 1]), "/value", "empty_range"),
    (leaf("customer.trusted", "eq", "true"), "/value", "wrong_type"),
    (leaf("customer.trusted", "eq", 1), "/value", "wrong_type"),
    (leaf("source", "eq", 1), "/value", "wrong_type"),
    (leaf("source", "eq", "  "), "/value", "wrong_length"),
    (leaf("source", "eq", "x" * 501), "/value", "wrong_length"),
    (leaf("source", "in", []), "/value", "wrong_type"),
    (leaf("source", "in", "shop"), "/value", "wrong_type"),
    (leaf("source", "in", ["shop", 3]), "/value/1", "wrong_type"),
    (leaf("context.a", "eq", None), "/value", "wrong_type"),
    (leaf("context.a", "eq", {"a": 1}), "/value", "wrong_type"),
    (leaf("comment", "word", "👎"), "/value", "no_word"),
    (leaf("comment", "words_any", ["late", "!"]), "/value/1", "no_word"),
    (leaf("comment", "matches", "(unclosed"), "/value", "bad_pattern"),
    (leaf("comment", "matches", r"(a)\1"), "/value", "bad_pattern"),
    (leaf("comment", "matches", "(?=ahead)"), "/value", "bad_pattern"),
    (leaf("comment", "matches", "[^x]{1000}y"), "/value", "bad_pattern"),
    (leaf("comment", "matches", "((a{100}){100}){100}"), "/value", "bad_pattern"),
    (leaf("comment", "matches", 3), "/value", "wrong_type"),
    (leaf("customer.failures", "gte", 2), "/days", "required"),
    (leaf("customer.failures", "gte", 2, days="30"), "/days", "out_of_range"),
    (leaf("customer.failures", "gte", 2, days=True), "/days", "out_of_range"),
    (leaf("customer.failures", "gte", 2, days=0), "/days", "out_of_range"),
    (leaf("customer.failures", "gte", 2, days=731), "/days", "out_of_range"),
    (leaf("customer.failures", "gte", 1001, days=30), "/value", "out_of_range"),
    (leaf("score.value", "gte", 2, days=30), "/days", "unknown_key"),
]


@pytest.mark.parametrize("tree, pointer, code", REFUSED)
def test_it_refuses_with_a_pointer(tree, pointer, code):
    assert faults_of(tree) == [(pointer, code)]


def test_it_points_into_the_tree_and_names_every_fault():
    tree = {"all": [NEGATIVE, {"not": leaf("x", "eq", 1)}, {"any": [leaf("source", "eq", 1)]}]}
    assert faults_of(tree, at="/when") == [
        ("/when/all/1/not/fact", "unknown_fact"),
        ("/when/all/2/any/0/value", "wrong_type"),
    ]


def test_it_takes_ten_levels_and_refuses_the_eleventh():
    assert compile_condition(deep(10))
    assert faults_of(deep(11)) == [("/not" * 10, "too_deep")]


def test_it_refuses_a_very_deep_tree_as_calmly():
    assert faults_of(deep(900)) == [("/not" * 10, "too_deep")]


def test_it_takes_two_hundred_parts_and_refuses_one_more():
    assert compile_condition({"any": [NEGATIVE] * 199})
    assert faults_of({"any": [NEGATIVE] * 5000}) == [("/any/199", "too_many")]


def test_it_says_which_windows_of_failures_it_needs():
    failures = [leaf("customer.failures", "gte", 2, days=days) for days in (30, 90, 30)]
    assert compile_condition({"any": failures}).windows == {30, 90}
    assert compile_condition(NEGATIVE).windows == frozenset()


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(x+x+)+y", "(?:a?){300}a{300}b"])
def test_no_pattern_can_search_for_long(pattern):
    condition = compile_condition(leaf("comment", "matches", pattern))
    hostile = facts(comment="a" * 5000 + "!")
    before = time.perf_counter()
    condition.holds(hostile)
    assert time.perf_counter() - before < 0.1


def test_every_operator_suits_some_fact_and_every_fact_some_operator():
    assert all(operator.kinds for operator in OPERATORS.values())
    assert all(len(operators_of(fact.kind)) > 2 for fact in FACTS.values())
    assert {"present", "missing"} <= set(operators_of(Kind.ANY))
