import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.errors import Conflict
from tests.cast import api
from tests.escalation.climbing import HOUR, entries, sweep
from tests.makers import NOW, make_ticket
from tickets.escalation.actions.acknowledge import acknowledge_escalation
from tickets.escalation.models import Escalation
from tickets.work.models import TicketShare

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.escalation.mounted")]

ESCALATIONS = "/api/v1/escalations"


@pytest.fixture
def raised(ticket) -> Escalation:
    sweep(24)
    return Escalation.objects.get()


def note(person, escalation: Escalation):
    return api(person).post(f"{ESCALATIONS}/{escalation.pk}/acknowledge")


def numbers(person, query: str = "") -> list[int]:
    answer = api(person).get(f"{ESCALATIONS}{query}")
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def test_the_first_who_takes_note_stays_on_record(raised, cast, ticket):
    answer = note(cast.lead, raised)
    assert answer.status_code == 200
    assert answer.json()["acknowledged_by"] == {"id": cast.lead.pk, "name": "Lead"}
    assert answer.json()["acknowledged_at"].endswith("Z")
    assert note(cast.agent, raised).json()["acknowledged_by"]["name"] == "Lead"
    assert entries(ticket, "escalation_acknowledged") == [
        {"clock": "follow_up", "cycle": 1, "rung": 1}
    ]


@pytest.mark.parametrize(
    "who, status",
    [
        ("outsider", 404),
        ("viewer", 403),
        ("auditor", 403),
        ("agent", 200),
        ("manager", 200),
        ("admin", 200),
    ],
)
def test_who_may_work_the_ticket_may_take_note(raised, cast, who, status):
    assert note(getattr(cast, who), raised).status_code == status
    raised.refresh_from_db()
    assert (raised.acknowledged_at is not None) == (status == 200)


def test_what_does_not_exist_looks_like_what_is_not_yours(raised, cast):
    strange = note(cast.outsider, raised).json()
    for number in (10**9, 2**63, 10**40):
        missing = api(cast.outsider).post(f"{ESCALATIONS}/{number}/acknowledge")
        assert missing.status_code == 404
        assert missing.json() | {"request_id": ""} == strange | {"request_id": ""}


def test_what_nobody_heard_cannot_be_noted(raised, cast):
    raised.skipped = Escalation.Skipped.SUPERSEDED
    with pytest.raises(Conflict) as conflict:
        acknowledge_escalation(raised, by=cast.agent, now=NOW + 25 * HOUR)
    assert conflict.value.code == "unheard"


class TestList:
    def test_it_says_what_was_raised_and_who_heard(self, raised, cast, ticket):
        (row,) = api(cast.viewer).get(ESCALATIONS).json()["results"]
        assert row == {
            "id": raised.pk,
            "ticket": ticket.ref,
            "subject": "Parcel never arrived",
            "clock": "follow_up",
            "cycle": 1,
            "rung": 1,
            "when": {"percent": 50},
            "told": [{"id": cast.agent.pk, "name": "Agent"}],
            "addresses": [],
            "notices": [{"to": "Agent", "state": "told", "why": ""}],
            "due_at": "2026-11-21T09:00:00Z",
            "raised_at": "2026-11-21T09:00:00Z",
            "late_by_us": False,
            "skipped": "",
            "acknowledged_at": None,
            "acknowledged_by": None,
        }

    def test_it_is_cut_to_the_tickets_one_may_see(self, raised, cast, ticket):
        other = make_ticket(cast.other_group, policy=ticket.promise.policy)
        sweep(24.1)
        theirs = Escalation.objects.get(ticket=other)
        assert numbers(cast.agent) == [raised.pk]
        assert numbers(cast.outsider) == [theirs.pk]
        assert numbers(cast.auditor) == [theirs.pk, raised.pk]
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        assert numbers(cast.outsider) == [theirs.pk, raised.pk]
        assert api(None).get(ESCALATIONS).status_code == 401

    def test_it_tells_what_somebody_took_note_of_from_what_nobody_did(self, raised, cast):
        sweep(49)
        heard = Escalation.objects.get(skipped="", rung=3)
        note(cast.agent, raised)
        assert numbers(cast.agent, "?acknowledged=true") == [raised.pk]
        assert numbers(cast.agent, "?acknowledged=false") == [heard.pk]
        assert len(numbers(cast.agent)) == 3

    @pytest.mark.parametrize("query", ["?acknowledged=maybe", "?acknowledged=", "?order=password"])
    def test_it_refuses_a_filter_it_does_not_know(self, raised, cast, query):
        assert api(cast.agent).get(f"{ESCALATIONS}{query}").status_code == 422

    def test_it_comes_page_by_page(self, raised, cast, ticket):
        sweep(80)
        first = api(cast.agent).get(f"{ESCALATIONS}?page_size=3").json()
        second = api(cast.agent).get(first["next"]).json()
        found = [row["rung"] for row in (*first["results"], *second["results"])]
        assert sorted(found) == [1, 2, 3, 4]

    def test_it_takes_as_many_statements_for_one_as_for_many(self, raised, cast, ticket):
        client = api(cast.agent)
        few = self.statements(client)
        for _ in range(10):
            make_ticket(cast.group, policy=ticket.promise.policy)
        sweep(24.1)
        assert self.statements(client) <= few < 8

    def statements(self, client) -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(ESCALATIONS)
        return len(context)
