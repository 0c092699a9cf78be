from decimal import Decimal

import pytest

from feedback.intake.models import Channel, Contactable, Feedback
from tests.makers import NOW, make_customer, make_source
from tests.rules.making import make_heard
from tickets.rules.conditions import compile_condition
from tickets.rules.facts import CHANNELS, FACTS, WAYS, Facts, Heard
from tickets.rules.gathering import facts_of


def test_its_choices_are_those_of_what_was_heard():
    assert list(CHANNELS) == Channel.values
    assert list(WAYS) == Contactable.values


@pytest.mark.django_db
def test_it_reads_every_fact_of_a_row():
    customer = make_customer(
        locale="ko-KR", segment="gold", value=Decimal("1240.50"), company="Acme"
    )
    row = make_heard(
        3,
        source=make_source("seoul", time_zone="Asia/Seoul"),
        customer=customer,
        comment="배송이 늦어요",
        scores=[{"key": "goal", "type": "gcr", "value": "partly", "class": "neutral"}],
        context={"order_id": "A-1"},
        answers={"contact_me": True},
        tags=["late"],
        form="checkout",
        contactable="letter",
    )
    (facts,) = facts_of([row], {30})
    expected = {
        "score.class": "negative",
        "score.value": 3,
        "score.type": "nps",
        "worst.class": "negative",
        "channel": "website",
        "source": "seoul",
        "form": "checkout",
        "comment": "배송이 늦어요",
        "comment.length": 7,
        "script": "Hangul",
        "language": "ko",
        "contactable": "letter",
        "contact_me": True,
        "tags": ("late",),
        "hour": 18,
        "weekday": "thu",
        "customer.trusted": True,
        "customer.value": Decimal("1240.50"),
        "customer.segment": "gold",
        "customer.company": "Acme",
    }
    assert {name: facts[name] for name in expected} == expected
    assert FACTS.keys() - expected.keys() == {"customer.failures"}
    assert (facts["scores.goal.value"], facts["scores.goal.class"]) == (1, "neutral")
    assert (facts["context.order_id"], facts["customer.failures", 30]) == ("A-1", 0)


@pytest.mark.django_db
def test_it_counts_failures_before_each_feedback_and_never_itself():
    angry, other = make_customer(), make_customer()
    make_heard(0, days_ago=90, customer=angry)
    old = make_heard(1, days_ago=20, customer=angry)
    make_heard(10, days_ago=15, customer=angry)
    middle = make_heard(
        9,
        days_ago=10,
        customer=angry,
        scores=[{"key": "d", "type": "csat", "value": 1, "class": "negative"}],
    )
    new = make_heard(10, days_ago=1, customer=angry)
    edge = make_heard(0, days_ago=40, customer=other)
    exact = make_heard(0, days_ago=10, customer=other)
    rows = [old, middle, new, edge, exact]
    counted = [
        (f["customer.failures", 30], f["customer.failures", 365]) for f in facts_of(rows, {30, 365})
    ]
    assert counted == [(0, 1), (1, 2), (2, 3), (0, 0), (1, 1)]


@pytest.mark.django_db
def test_it_knows_no_failures_of_nobody():
    (facts,) = facts_of([make_heard(0)], {30})
    assert facts["customer.failures", 30] is None
    assert facts["customer.trusted"] is None


@pytest.mark.django_db
def test_it_asks_no_more_often_for_many_rows_than_for_one(django_assert_num_queries):
    for day in range(1, 30):
        make_heard(0, days_ago=day, customer=make_customer())
    fresh = list(Feedback.objects.order_by("received_at"))
    with django_assert_num_queries(4):
        facts_of(fresh, {7, 30})


@pytest.mark.parametrize(
    "total, number",
    [
        (120, Decimal(120)),
        ("120.50", Decimal("120.5")),
        (0.1, Decimal("0.1")),
        ("much", None),
        (True, None),
        ([120], None),
        (None, None),
    ],
)
def test_a_number_of_the_context_is_one_also_where_it_was_sent_as_a_text(
    total: object, number: Decimal | None
) -> None:
    heard = Heard(
        received_at=NOW, channel="website", source="shop", context={"order": {"total": total}}
    )
    assert Facts(heard)["number.order.total"] == number
    over = compile_condition({"fact": "number.order.total", "op": "gt", "value": 100})
    assert over.holds(Facts(heard)) is (number is not None and number > 100)
