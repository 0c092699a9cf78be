"""What raw SQL tries on tickets and their history, and PostgreSQL refuses."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.makers import make_feedback, make_ticket
from tickets.work.models import Triage

pytestmark = pytest.mark.django_db

TICKET_ATTEMPTS = [
    ("status = 'closed', closed_at = now()", "closed_ticket_has_an_outcome"),
    ("status = 'closed', outcome = 'spam'", "closed_ticket_has_an_outcome"),
    ("outcome = 'spam'", "closed_ticket_has_an_outcome"),
    ("status = 'closed', closed_at = now(), outcome = 'great'", "closed_ticket_has_an_outcome"),
    ("status = 'closed', closed_at = now(), outcome = 'recovered'", "customer_alone_says"),
    ("status = 'closed', closed_at = now(), outcome = 'silent'", "silent_customer_was_asked"),
    ("status = 'closed', closed_at = now(), outcome = 'merged'", "merged_ticket_says"),
    ("status = 'lost'", "known_status"),
    ("priority = 9", "known_priority"),
    ("waiting_until = now()", "only_waiting_has_an_end"),
]


def refused(sql: str, constraint: str) -> None:
    with (
        pytest.raises(DatabaseError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(("change", "constraint"), TICKET_ATTEMPTS)
def test_a_ticket_cannot_lie(cast: Cast, change: str, constraint: str) -> None:
    make_ticket(cast.group)
    refused(f"UPDATE work_ticket SET {change}", constraint)


def test_feedback_is_judged_once(cast: Cast) -> None:
    feedback = make_feedback(judged=True)
    Triage.objects.create(feedback=feedback, decision="none", reason="", at=feedback.received_at)
    refused(
        "INSERT INTO work_triage (feedback_id, decision, reason, matched, at)"
        " SELECT feedback_id, decision, reason, matched, at FROM work_triage",
        "work_triage_pkey",
    )


def test_a_ticket_by_rule_names_its_rule(cast: Cast) -> None:
    feedback = make_feedback(judged=True)
    refused(
        "INSERT INTO work_triage (feedback_id, decision, reason, matched, at)"
        f" VALUES ('{feedback.pk}', 'ticket', '', '{{}}', now())",
        "ticket_names_its_rule",
    )


@pytest.mark.parametrize("kind", ["rule", "clock"])
def test_an_automatic_act_names_its_reason(cast: Cast, kind: str) -> None:
    ticket = make_ticket(cast.group)
    refused(
        "INSERT INTO work_timelineentry (ticket_id, at, kind, actor_kind, text, reason, public)"
        f" VALUES ({ticket.pk}, now(), 'priority', '{kind}', '', '{{}}', false)",
        "names its reason",
    )


@pytest.mark.parametrize(
    "actor_kind, actor", [("person", "NULL"), ("service", "NULL"), ("rule", "{agent}")]
)
def test_an_entry_says_truly_who_acted(cast: Cast, actor_kind: str, actor: str) -> None:
    ticket = make_ticket(cast.group)
    refused(
        "INSERT INTO work_timelineentry"
        " (ticket_id, at, kind, actor_kind, actor_id, text, reason, public)"
        f" VALUES ({ticket.pk}, now(), 'note', '{actor_kind}',"
        f" {actor.format(agent=cast.agent.pk)}, '', '{{\"why\": 1}}', false)",
        "actor_is_who_acted",
    )


@pytest.mark.parametrize("table", ["work_triage", "work_timelineentry", "intake_feedback"])
@pytest.mark.parametrize("act", ["UPDATE {} SET reason = reason", "DELETE FROM {}"])
def test_history_is_never_rewritten(cast: Cast, table: str, act: str) -> None:
    make_ticket(cast.group)
    feedback = make_feedback(judged=True)
    Triage.objects.create(feedback=feedback, decision="none", reason="", at=feedback.received_at)
    if table == "intake_feedback":
        act = act.replace("reason = reason", "comment = 'never said'")
    refused(act.format(table), "is history")
