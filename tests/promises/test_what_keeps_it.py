"""Only a person's contact keeps the promise: whatever else people do lets the clock run."""

import pytest

from tests.cast import Cast, api
from tests.makers import make_root_cause, make_ticket
from tickets.sla.models import Clock

pytestmark = pytest.mark.django_db

NO_CONTACT = [
    ("note", {"body": "The carrier lost it."}),
    ("assign", {"assignee": "me"}),
    ("assign", {"assignee": None, "group": "billing"}),
    ("wait", {}),
    ("tag", {"add": ["late"]}),
    ("priority", {"priority": "urgent"}),
    ("log-contact", {"channel": "phone", "outcome": "not_reached"}),
]
CONTACT = [
    ("reply", {"body": "We are on it."}),
    ("log-contact", {"channel": "phone", "outcome": "reached"}),
    ("log-contact", {"channel": "visit", "outcome": "reached"}),
    ("resolve", {"root_cause": "delivery", "body": "A new one is on its way."}),
]


def told(cast: Cast, verb: str, body: dict) -> Clock:
    ticket = make_ticket(cast.group)
    make_root_cause("delivery")
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/{verb}", body)
    assert answer.status_code == 200, answer.json()
    return Clock.objects.get(promise=ticket.pk, kind="follow_up")


@pytest.fixture
def just_now(monkeypatch, now) -> None:
    """The edge asks PostgreSQL for the time; here it is always a Friday morning."""
    monkeypatch.setattr("tickets.work.door.moment", lambda: now)


@pytest.mark.parametrize("verb, body", NO_CONTACT)
def test_no_other_act_keeps_it(cast, just_now, verb, body) -> None:
    clock = told(cast, verb, body)
    assert (clock.state, clock.met_at) == ("running", None)


@pytest.mark.parametrize("verb, body", CONTACT)
def test_contact_by_a_person_keeps_it(cast, just_now, now, verb, body) -> None:
    clock = told(cast, verb, body)
    assert (clock.state, clock.met_at) == ("met", now)


def test_resolving_before_any_contact_is_409(cast, just_now) -> None:
    ticket = make_ticket(cast.group)
    make_root_cause("delivery")
    client = api(cast.agent)
    refused = client.post(f"/api/v1/tickets/{ticket.ref}/resolve", {"root_cause": "delivery"})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_contact")
    ticket.refresh_from_db()
    assert ticket.status == "new"
