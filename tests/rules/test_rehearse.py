import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.intake.models import Feedback
from tests.makers import NOW, make_customer
from tests.rules.making import NO_TICKET, POLICIES, days_before, make_heard, save_rule
from tests.rules.saying import leaf
from tickets.rules.actions import check_draft, revise_rule, write_rule
from tickets.rules.decision import decide
from tickets.rules.gathering import facts_of
from tickets.rules.loading import current_rules
from tickets.rules.models import RuleVersion
from tickets.rules.rehearsal import Tally, go_on_rehearsing, rehearse, rehearse_rows

pytestmark = pytest.mark.django_db

NEGATIVE = leaf("score.class", "eq", "negative")
AGAIN = leaf("customer.failures", "gte", 1, days=30)
LATE = leaf("comment", "word", "late")


def draft_of(when, *, order=15, name="Draft"):
    raw = {"name": name, "order": order, "when": when, "then": NO_TICKET}
    return raw, check_draft(raw, known_policies=POLICIES)


def a_month_of_feedback():
    angry = make_customer()
    for day in range(1, 29):
        make_heard(day % 11, days_ago=day, customer=angry if day % 3 == 0 else None)
        make_heard(days_ago=day, comment="late again" if day % 2 else "thank you")
    make_heard(0, days_ago=31)


def decided(days):
    """What the saved rules do to the same feedback, row by row."""
    book = current_rules()
    rows = heard_in(days)
    pairs = zip(rows, facts_of(rows, book.windows), strict=True)
    return [(row.pk, getattr(decide(book.rules, facts).rule, "id", None)) for row, facts in pairs]


def heard_in(days):
    heard = Feedback.objects.received_between(days_before(days), NOW)
    return list(heard.order_by("-received_at", "-pk"))


def test_it_sums_up_what_the_draft_would_take_and_from_whom():
    unhappy = save_rule(NEGATIVE, order=10)
    everything = save_rule({"always": True}, order=20)
    make_heard(2, comment="late")
    late = make_heard(9, comment="so LATE")
    make_heard(9, comment="chocolate")
    make_heard(9, comment="late", days_ago=31)
    _, draft = draft_of(LATE)
    summary = rehearse(draft, days=30, now=NOW)
    assert summary == {
        "feedback": 3,
        "matched": 1,
        "taken_from": [{"rule": everything.rule_id, "count": 1}],
        "examples": [late.pk],
    }
    _, draft = draft_of(LATE, order=1)
    assert {row["rule"] for row in rehearse(draft, days=30, now=NOW)["taken_from"]} == {
        unhappy.rule_id,
        everything.rule_id,
    }


@pytest.mark.parametrize("when", [NEGATIVE, LATE, AGAIN, {"any": [LATE, {"not": AGAIN}]}])
@pytest.mark.parametrize("order", [5, 10, 15, 99])
def test_it_equals_row_by_row_what_the_saved_rule_then_does(when, order):
    a_month_of_feedback()
    save_rule(NEGATIVE, order=10)
    save_rule({"all": [AGAIN, LATE]}, order=10)
    save_rule(leaf("score.value", "gte", 9), order=20)
    raw, draft = draft_of(when, order=order)
    rehearsed = list(rehearse_rows(draft, days=30, now=NOW))
    saved = write_rule(raw, known_policies=POLICIES, by=None, now=NOW).rule_id
    told = [
        (row.feedback, saved if row.by_draft else row.rule and row.rule.id) for row in rehearsed
    ]
    assert len(told) == 56
    assert told == decided(30)


def test_it_stands_in_for_the_rule_it_would_change():
    a_month_of_feedback()
    unhappy = save_rule(NEGATIVE, order=10)
    save_rule({"always": True}, order=20)
    raw, draft = draft_of(LATE, order=30)
    rehearsed = list(rehearse_rows(draft, days=30, now=NOW, instead_of=unhappy.rule_id))
    revise_rule(unhappy.rule, raw, known_policies=POLICIES, by=None, now=NOW)
    assert [(row.feedback, row.rule and row.rule.id) for row in rehearsed] == decided(30)


def test_it_leaves_the_database_as_it_was():
    a_month_of_feedback()
    _, draft = draft_of(AGAIN)
    with CaptureQueriesContext(connection) as captured:
        rehearse(draft, days=30, now=NOW)
    said = [query["sql"].lstrip().upper() for query in captured]
    assert all(sql.startswith(("SELECT", "DECLARE")) for sql in said), said
    assert len(said) == 7
    assert not RuleVersion.objects.exists()


def test_it_shows_twenty_of_the_newest_as_examples():
    newest = [make_heard(0, days_ago=day / 10).pk for day in range(1, 26)]
    summary = rehearse(draft_of(NEGATIVE)[1], days=30, now=NOW)
    assert summary["matched"] == 25
    assert summary["examples"] == newest[:20]
    assert summary["taken_from"] == []


def test_in_parts_it_sums_up_to_the_same():
    save_rule(NEGATIVE, order=10)
    a_month_of_feedback()
    _, draft = draft_of({"any": [LATE, NEGATIVE]}, order=5)
    whole = rehearse(draft, days=30, now=NOW)
    tally, parts = Tally(), 0
    while not tally.done:
        go_on_rehearsing(tally, draft, days=30, now=NOW, at_most=5)
        parts += 1
    assert parts > 5
    assert (tally.feedback, tally.matched) == (whole["feedback"], whole["matched"])
    assert tally.examples == whole["examples"]
    assert [{"rule": id, "count": n} for id, n in tally.losers()] == whole["taken_from"]


def test_a_part_says_how_far_it_came():
    a_month_of_feedback()
    _, draft = draft_of(LATE)
    tally = Tally()
    assert tally.share(days=30, now=NOW) == 0
    go_on_rehearsing(tally, draft, days=30, now=NOW, at_most=20)
    assert 0 < tally.share(days=30, now=NOW) < 1
    go_on_rehearsing(tally, draft, days=30, now=NOW, at_most=1000)
    assert tally.share(days=30, now=NOW) == 1


def test_parts_lose_none_of_those_received_at_one_moment():
    for _ in range(7):
        make_heard(2)
    _, draft = draft_of(NEGATIVE)
    tally = Tally()
    while not tally.done:
        go_on_rehearsing(tally, draft, days=30, now=NOW, at_most=2)
    assert (tally.feedback, tally.matched) == (7, 7)
    assert len(set(tally.examples)) == 7
