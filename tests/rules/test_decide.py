from tests.rules.saying import facts, leaf, scored
from tickets.rules.conditions import compile_condition
from tickets.rules.decision import ReadyRule, decide
from tickets.rules.results import Result

TO_DELIVERY = Result(ticket=True, group="delivery")


def rule(number, when, name=""):
    when = compile_condition(when)
    return ReadyRule(
        name=name or f"Rule {number}", order=number, when=when, then=TO_DELIVERY, id=number
    )


UNHAPPY = rule(1, leaf("score.class", "eq", "negative"), "Unhappy")
ORDERED = rule(2, leaf("context.order_id", "present"), "Ordered")
EVERYTHING = rule(3, {"always": True}, "Everything")


def test_it_lets_the_first_match_win():
    angry = facts(score=scored("nps", 1), context={"order_id": "A-1"})
    assert decide([UNHAPPY, ORDERED, EVERYTHING], angry).rule is UNHAPPY
    assert decide([EVERYTHING, UNHAPPY, ORDERED], angry).rule is EVERYTHING


def test_it_gives_the_values_that_matched_and_says_them():
    decision = decide([UNHAPPY, ORDERED], facts(context={"order_id": "A-1"}))
    assert decision.rule is ORDERED
    assert decision.values == {"context.order_id": "A-1"}
    assert decision.reason == "Ordered: context.order_id is A-1"


def test_it_says_rule_by_rule_why_nothing_matched():
    decision = decide([UNHAPPY, ORDERED], facts(score=scored("nps", 10)))
    assert decision.rule is None
    assert decision.reason == (
        "No rule matched. Unhappy: score.class is positive; wanted: is negative; "
        "Ordered: context.order_id is missing; wanted: is there."
    )


def test_it_says_that_there_are_no_rules():
    assert decide([], facts()).reason == "There are no rules."


def test_it_searches_a_thousand_rules_and_keeps_its_reason_short():
    many = [rule(n, leaf("context.n", "eq", n)) for n in range(1, 1001)]
    assert decide(many, facts(context={"n": 1000})).rule is many[-1]
    reason = decide(many, facts()).reason
    assert reason.endswith("And 980 more.")
    assert len(reason) < 2000


def test_it_survives_anything_said():
    wild = {"context": {"n": {"deep": [1, {"x": None}]}}, "comment": "\x00￿‮", "tags": ("",)}
    assert decide([UNHAPPY, ORDERED], facts(**wild)).rule is None
