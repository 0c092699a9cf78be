from decimal import Decimal

import pytest

from tests.rules.saying import facts, judged, leaf, scored
from tickets.rules.conditions import compile_condition
from tickets.rules.facts import Person

ANGRY = {"score": scored("nps", 2), "comment": "Parcel never arrived. Café closed!"}
DELIVERY = {"further": (scored("csat", 3, key="delivery"),)}
KOREAN = {"comment": "배송이 너무 늦어요. 환불을 요청합니다 ㅠㅠ"}
KIM = Person(trusted=True, locale="ko-KR", value=Decimal("1240.50"), segment="Gold", company="Acme")
GOLD = {"customer": KIM, "failures": {30: 2}}
DIME = {"customer": Person(trusted=True, value=Decimal("0.10"))}
SHOP = {
    "context": {
        "order_id": "A-1",
        "app.version": "4.2",
        "cart": {"items": 3, "gift": False, "codes": ["X1", "y2"], "note": ""},
        "price": 19.9,
        "nothing": None,
        "empty": [],
    }
}
TAGGED = {"tags": ("Checkout", "vip")}

# fact, operator, value, what was said, whether it holds; a line for every operator and kind.
TABLE = [
    ("score.class", "eq", "negative", ANGRY, True),
    ("score.class", "eq", "positive", ANGRY, False),
    ("score.class", "eq", "unscored", {}, True),
    ("score.class", "ne", "negative", ANGRY, False),
    ("score.class", "in", ["negative", "unscored"], ANGRY, True),
    ("score.class", "not_in", ["neutral", "positive"], ANGRY, True),
    ("score.value", "eq", 2, ANGRY, True),
    ("score.value", "in", [1, 2, 3], ANGRY, True),
    ("score.value", "not_in", [1, 2, 3], ANGRY, False),
    ("score.value", "gt", 2, ANGRY, False),
    ("score.value", "gte", 2, ANGRY, True),
    ("score.value", "lt", 2, ANGRY, False),
    ("score.value", "lte", 2.5, ANGRY, True),
    ("score.value", "between", [2, 6], ANGRY, True),
    ("score.value", "between", [3, 6], ANGRY, False),
    ("score.type", "eq", "nps", ANGRY, True),
    ("worst.class", "eq", "negative", {"further": (scored("csat", 1, key="x"),)}, True),
    ("worst.class", "eq", "unscored", {}, True),
    ("scores.delivery.class", "eq", "neutral", DELIVERY, True),
    ("scores.delivery.value", "lte", 3, DELIVERY, True),
    ("scores.a.b.type", "eq", "csat", {"further": (scored("csat", 3, key="a.b"),)}, True),
    ("scores.delivery.class", "eq", "neutral", ANGRY, False),
    ("channel", "in", ["app", "website"], {}, True),
    ("source", "eq", "SHOP", {}, True),
    ("form", "missing", None, {}, True),
    ("comment", "present", None, ANGRY, True),
    ("comment", "present", None, {"comment": " \n\t"}, False),
    ("comment", "word", "arrived", ANGRY, True),
    ("comment", "word", "ARRIVED", ANGRY, True),
    ("comment", "word", "arrive", ANGRY, False),
    ("comment", "word", "never arrived", ANGRY, True),
    ("comment", "word", "cafe\u0301", ANGRY, True),
    ("comment", "word", "don't", {"comment": "I DON'T care"}, True),
    ("comment", "word", "don't", {"comment": "don trust"}, False),
    ("comment", "words_any", ["refund", "closed"], ANGRY, True),
    ("comment", "words_any", ["refund", "close"], ANGRY, False),
    ("comment", "words_all", ["parcel", "closed"], ANGRY, True),
    ("comment", "words_all", ["parcel", "refund"], ANGRY, False),
    ("comment", "word", "환불", KOREAN, True),
    ("comment", "word", "환불 요청", {"comment": "환불   요청합니다"}, True),
    ("comment", "word", "환불", {"comment": "\u1112\u116a\u11ab\u1107\u116e\u11af"}, True),
    ("comment", "word", "ㅠㅠ", KOREAN, True),
    ("comment", "word", "교환", KOREAN, False),
    ("comment", "word", "AS 요청", {"comment": "as 요청드려요"}, True),
    ("comment", "word", "AS 요청", {"comment": "gas 요청드려요"}, False),
    ("comment", "word", "返品", {"comment": "商品を返品したい"}, True),
    ("comment", "word", "straße", {"comment": "In der STRASSE"}, True),
    ("comment", "contains", "NEVER arr", ANGRY, True),
    ("comment", "contains", "👎", {"comment": "bad 👎"}, True),
    ("comment", "starts_with", "parcel", ANGRY, True),
    ("comment", "starts_with", "never", ANGRY, False),
    ("comment", "eq", "LATE", {"comment": "late"}, True),
    ("comment", "matches", r"never\s+(came|arrived)", ANGRY, True),
    ("comment", "matches", r"NEVER", ANGRY, True),
    ("comment", "matches", r"(?-i)NEVER", ANGRY, False),
    ("comment", "matches", "늦어?요|환불", KOREAN, True),
    ("comment", "matches", "end$", {"comment": "x" * 10_000 + "end"}, False),
    ("comment", "matches", "bad", {"comment": "bad \ud800"}, True),
    ("comment.length", "gte", 10, ANGRY, True),
    ("comment.length", "eq", 0, {}, True),
    ("script", "eq", "Hangul", KOREAN, True),
    ("script", "missing", None, {"comment": "?!… 123"}, True),
    ("language", "eq", "ko", KOREAN, True),
    ("language", "eq", "ko", GOLD | ANGRY, True),
    ("language", "missing", None, ANGRY, True),
    ("contactable", "ne", "none", {"contactable": "letter"}, True),
    ("contact_me", "eq", True, {"answers": {"contact_me": True}}, True),
    ("contact_me", "eq", True, {"answers": {"contact_me": "yes"}}, False),
    ("contact_me", "eq", True, {"answers": {"call_back": {}}}, True),
    ("contact_me", "eq", True, {"answers": {"call_back": "yes"}}, False),
    ("contact_me", "eq", False, {}, True),
    ("contact_me", "in", [True], {"answers": {"contact_me": True}}, True),
    ("hour", "between", [20, 23], {"zone": "Asia/Seoul"}, True),
    ("hour", "eq", 12, {}, True),
    ("weekday", "eq", "fri", {}, True),
    ("tags", "contains", "checkout", TAGGED, True),
    ("tags", "contains", "check", TAGGED, False),
    ("tags", "missing", None, {}, True),
    ("customer.trusted", "eq", True, GOLD, True),
    ("customer.value", "eq", 1240.5, GOLD, True),
    ("customer.value", "gt", 1240.49, GOLD, True),
    ("customer.value", "eq", 0.1, DIME, True),
    ("customer.segment", "in", ["gold", "silver"], GOLD, True),
    ("customer.segment", "starts_with", "go", GOLD, True),
    ("customer.company", "contains", "ACM", GOLD, True),
    ("context.order_id", "eq", "a-1", SHOP, True),
    ("context.app.version", "eq", "4.2", SHOP, True),
    ("context.cart.items", "gt", 2, SHOP, True),
    ("context.cart.items", "eq", 3.0, SHOP, True),
    ("context.cart.items", "in", [1, 3], SHOP, True),
    ("context.cart.gift", "eq", False, SHOP, True),
    ("context.cart.gift", "present", None, SHOP, True),
    ("context.cart.codes", "contains", "Y2", SHOP, True),
    ("context.cart.codes", "present", None, SHOP, True),
    ("context.cart", "present", None, SHOP, True),
    ("context.price", "between", [19, 20], SHOP, True),
    ("context.price", "eq", 19.9, SHOP, True),
    ("context.order_id", "matches", "^A-[0-9]+$", SHOP, True),
    ("context.order_id", "word", "a 1", SHOP, True),
    ("answers.reason", "starts_with", "del", {"answers": {"reason": "Delivery"}}, True),
]  # fmt: skip


@pytest.mark.parametrize("fact, op, value, said, holds", TABLE)
def test_it_answers(fact, op, value, said, holds):
    assert judged(leaf(fact, op, value), **said).matched is holds


# Every operator that compares, on something missing: only difference and absence hold.
MISSING = [
    ("customer.segment", "eq", "gold", False),
    ("customer.segment", "ne", "gold", True),
    ("customer.segment", "in", ["gold"], False),
    ("customer.segment", "not_in", ["gold"], True),
    ("customer.value", "gt", 0, False),
    ("customer.value", "gte", 0, False),
    ("customer.value", "lt", 10**9, False),
    ("customer.value", "lte", 10**9, False),
    ("customer.value", "between", [0, 10**9], False),
    ("customer.segment", "contains", "o", False),
    ("customer.segment", "starts_with", "g", False),
    ("comment", "word", "late", False),
    ("comment", "words_any", ["late"], False),
    ("comment", "words_all", ["late"], False),
    ("comment", "matches", ".*", False),
    ("customer.segment", "present", None, False),
    ("customer.segment", "missing", None, True),
]


@pytest.mark.parametrize("fact, op, value, holds", MISSING)
def test_it_never_matches_what_is_missing(fact, op, value, holds):
    assert judged(leaf(fact, op, value)).matched is holds
    assert judged({"not": leaf(fact, op, value)}).matched is not holds


# A value of another type than the rule's: different, and nothing else.
MISFITS = [
    ("context.v", "eq", 1, True, False),
    ("context.v", "eq", True, 1, False),
    ("context.v", "in", [1, 0], True, False),
    ("context.v", "eq", "1", 1, False),
    ("context.v", "ne", "1", 1, True),
    ("context.v", "not_in", ["1"], 1, True),
    ("context.v", "gt", 1, "5", False),
    ("context.v", "gt", 0, True, False),
    ("context.v", "lt", 5, [1], False),
    ("context.v", "between", [0, 9], {"a": 1}, False),
    ("context.v", "contains", "a", 5, False),
    ("context.v", "contains", "a", {"a": 1}, False),
    ("context.v", "contains", "yes", True, False),
    ("context.v", "starts_with", "a", ["a"], False),
    ("context.v", "word", "a", ["a"], False),
    ("context.v", "matches", "a", 7, False),
    ("context.v", "eq", "a", ["a"], False),
    ("context.v", "in", ["a"], {"a": 1}, False),
    ("context.v", "gt", 1.5, 10**400, True),
    ("context.v.deeper", "eq", "a", "text", False),
    ("context.v", "present", None, [], False),
    ("context.v", "present", None, 0, True),
]


@pytest.mark.parametrize("fact, op, value, given, holds", MISFITS)
def test_it_never_raises_on_another_type(fact, op, value, given, holds):
    assert judged(leaf(fact, op, value), context={"v": given}).matched is holds


NEGATIVE = leaf("score.class", "eq", "negative")
ORDERED = leaf("context.order_id", "present")
TREES = [
    ({"always": True}, {}, True),
    ({"not": {"always": True}}, {}, False),
    ({"all": [NEGATIVE, ORDERED]}, ANGRY | SHOP, True),
    ({"all": [NEGATIVE, ORDERED]}, ANGRY, False),
    ({"any": [NEGATIVE, ORDERED]}, ANGRY, True),
    ({"any": [NEGATIVE, ORDERED]}, {}, False),
    ({"not": ORDERED}, ANGRY, True),
    ({"all": [NEGATIVE, {"not": {"any": [ORDERED, leaf("tags", "present")]}}]}, ANGRY, True),
]


@pytest.mark.parametrize("tree, said, holds", TREES)
def test_it_reads_trees(tree, said, holds):
    assert judged(tree, **said).matched is holds


def test_it_counts_failures_over_the_days_asked_for():
    twice = leaf("customer.failures", "gte", 2, days=30)
    assert judged(twice, **GOLD).values == {"customer.failures (30 days)": 2}
    assert not judged(twice, customer=GOLD["customer"], failures={30: 1}).matched
    assert not judged(twice).matched


def test_it_names_the_values_that_mattered():
    tree = {"all": [NEGATIVE, {"any": [ORDERED, leaf("comment", "words_any", ["Never", "x"])]}]}
    assert judged(tree, **ANGRY).values == {"score.class": "negative", "comment": ["Never"]}


def test_it_quotes_only_the_part_a_pattern_found():
    verdict = judged(leaf("comment", "matches", "never [a-z]+"), **ANGRY)
    assert verdict.values == {"comment": "never arrived"}


def test_it_says_why_not_by_the_first_part_that_failed():
    tree = {"all": [NEGATIVE, ORDERED]}
    assert judged(tree, **ANGRY).why_not == "context.order_id is missing; wanted: is there"
    assert judged(tree).why_not == "score.class is unscored; wanted: is negative"


def test_it_says_what_ruled_a_feedback_out():
    assert judged({"not": ORDERED}, **SHOP).why_not == "ruled out: context.order_id is A-1"


def test_it_does_not_quote_the_customer_to_say_why_not():
    verdict = judged(leaf("comment", "word", "refund"), **ANGRY)
    assert verdict.why_not == "comment is 34 characters; wanted: has the word refund"


def test_it_keeps_values_short():
    long = {"v": "x" * 500, "many": list(range(50)), "tree": {"a": 1, "b": 2}}
    tree = {"all": [leaf(f"context.{name}", "present") for name in long]}
    values = judged(tree, context=long).values
    assert len(values["context.v"]) == 80
    assert values["context.many"] == list(range(10))
    assert values["context.tree"] == "2 entries"


@pytest.mark.parametrize(
    ("key", "glance", "holds"), [("all", "positive", False), ("any", "negative", True)]
)
def test_it_reads_no_words_where_a_glance_decides(key, glance, holds):
    words = leaf("comment", "word", "late")
    slow = [leaf("comment", "matches", "a+"), words, {"not": words}, {"any": [words]}]
    asked = facts(**ANGRY)
    tree = {key: [*slow, leaf("score.class", "eq", glance)]}
    assert compile_condition(tree).holds(asked) is holds
    assert "comment" not in asked
