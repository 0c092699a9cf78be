"""2xx means committed: where the commit itself fails, nobody is told that it went well."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from feedback.intake.models import Feedback
from tests.cast import Cast, api
from tests.makers import make_policy, make_source, make_source_key, make_ticket
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db(transaction=True)

# Deferred: every statement succeeds, and the commit does not.
REFUSE_COMMITS = """
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
CREATE CONSTRAINT TRIGGER test_refuse AFTER INSERT OR UPDATE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_refuse();
"""
UNDO = "DROP TRIGGER test_refuse ON {table}; DROP FUNCTION test_refuse()"


@pytest.fixture
def no_commits(request: pytest.FixtureRequest, cast: Cast) -> Any:
    """Of what writes into the table that the test names."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_COMMITS.format(table=request.param))
        yield
        cursor.execute(UNDO.format(table=request.param))


def post(path: str, body: Any, **headers: str) -> int:
    key = make_source_key(make_source(), "sk")
    client = Client(raise_request_exception=False)
    sent = {"Authorization": f"Bearer {key}", **headers}
    answer = client.post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=sent
    )
    return answer.status_code


POSTS = [
    ("feedback", {"comment": "x"}, {}),
    ("feedback", {"comment": "x"}, {"Idempotency-Key": "k1"}),
    ("feedback/batch", {"items": [{"comment": "x"}, {"comment": "y"}]}, {}),
]


@pytest.mark.parametrize("no_commits", ["intake_arrival"], indirect=True)
@pytest.mark.parametrize("path, body, headers", POSTS)
def test_feedback_that_was_not_committed_was_not_taken(no_commits, path, body, headers) -> None:
    assert post(path, body, **headers) >= 500
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("path, body, headers", POSTS)
def test_feedback_that_was_taken_is_seen_by_everybody(cast, path, body, headers) -> None:
    """By a connection of its own, which sees nothing that is not committed."""
    assert post(path, body, **headers) in (200, 201)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_feedback")
        assert cursor.fetchone() == (len(body.get("items", [1])),)
    other.close()


VERBS = [
    ("note", {"body": "x"}),
    ("reply", {"body": "x"}),
    ("tag", {"add": ["x"]}),
    ("priority", {"priority": "high"}),
    ("assign", {"assignee": "me"}),
]


@pytest.mark.parametrize("no_commits", ["work_timelineentry"], indirect=True)
@pytest.mark.parametrize("verb, body", VERBS)
def test_an_act_that_was_not_committed_did_not_happen(no_commits, cast, verb, body) -> None:
    """History is written in the act's own transaction: without its entry there is no act."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE work_timelineentry DISABLE TRIGGER test_refuse")
        ticket = make_ticket(cast.group, policy=make_policy())
        before = Ticket.objects.values().get()
        cursor.execute("ALTER TABLE work_timelineentry ENABLE TRIGGER test_refuse")
    client = api(cast.agent)
    client.raise_request_exception = False
    assert client.post(f"/api/v1/tickets/{ticket.ref}/{verb}", body).status_code >= 500
    assert Ticket.objects.values().get() == before
    assert TimelineEntry.objects.count() == 1
