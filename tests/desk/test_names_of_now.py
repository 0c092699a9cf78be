"""History keeps slugs; the desk shows what they are called now."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.moment import moment
from desk.names_of_now import named_anew
from desk.telling import tell
from tests.cast import Cast
from tests.makers import make_policy, make_root_cause, make_ticket
from tickets.work.actor import acting
from tickets.work.models import RootCause, TimelineEntry
from tickets.work.timeline import write_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(cast: Cast) -> None:
    type(cast.group).objects.filter(pk=cast.group.pk).update(name="Customer care")
    make_root_cause("late")
    RootCause.objects.filter(slug="late").update(name="Came too late")
    make_policy("vip")


def written(cast: Cast, kind: str, reason: dict[str, Any]) -> str:
    ticket = make_ticket(cast.group)
    write_entry(ticket, kind, acting(cast.agent), now=moment(), reason=reason)
    entries = list(TimelineEntry.objects.filter(ticket=ticket).order_by("-pk"))
    (told, *_) = tell(named_anew(entries))
    return " ".join([told.title, *told.lines])


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("kind", "reason", "said"),
    [
        ("handed_over", {"from": "care", "to": "gone"}, "from Customer care to gone"),
        ("accepted", {"to": "care"}, "Accepted by Customer care"),
        ("shared", {"added": ["care"], "removed": []}, "Added: Customer care"),
        ("tagged", {"added": ["care"], "removed": []}, "Added: care"),
        ("resolved", {"root_cause": "late"}, "root cause: Came too late"),
        ("merged_in", {"from": "T-1"}, "T-1 was merged"),
    ],
)
def test_a_slug_is_called_by_its_name(
    cast: Cast, kind: str, reason: dict[str, Any], said: str
) -> None:
    assert said in written(cast, kind, reason)


def test_what_decided_is_said_in_words(cast: Cast) -> None:
    matched = {"worst.class": "negative", "customer.trusted": True, "customer.value": None}
    said = written(cast, "opened", {"matched": matched})
    assert "worst of all scores: Unhappy" in said
    assert "customer is known for sure: yes" in said
    assert "value of the customer: missing" in said


@pytest.mark.usefixtures("names")
def test_all_names_are_read_at_once(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    for kind, reason in (
        ("handed_over", {"from": "care", "to": "press"}),
        ("resolved", {"root_cause": "late"}),
        ("promised_anew", {"policy": {"slug": "vip", "version": 1}}),
    ):
        write_entry(ticket, kind, acting(cast.agent), now=moment(), reason=reason)
    entries = list(TimelineEntry.objects.filter(ticket=ticket))
    with CaptureQueriesContext(connection) as asked:
        named_anew(entries)
    assert len(asked) == 1
