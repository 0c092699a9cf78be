"""A million tickets of two years, as a house has them: nearly all closed, of this week's some open,
some broken, some nobody's."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from cxloop.bench.ground import Ground, tidy, trust_what_is_written
from cxloop.bench.promises import CUSTOMERS, FIRST, GROUPS, OWNERS, POLICY

YEARS = timedelta(days=730)
# Whoever wrote in the last seven days or so may still wait; earlier tickets are closed.
OPEN_DAYS = 7


@transaction.atomic
def store_past(ground: Ground, count: int, now: datetime) -> None:
    values: dict[str, Any] = {
        "first": FIRST,
        "last": FIRST + count - 1,
        "count": count,
        "now": now,
        "years": YEARS,
        "open_days": OPEN_DAYS,
        "customers": CUSTOMERS,
        "source": ground.source.pk,
    }
    trust_what_is_written()
    with connection.cursor() as cursor:
        for statement in _PAST:
            cursor.execute(statement, values)


def store_two_years(ground: Ground, count: int, now: datetime) -> None:
    store_past(ground, count, now)
    tidy()


# Six in seven were answered in time. The others were late, or wait still.
_TICKETS = """
    (SELECT n, received, received > %(now)s - interval '1 day' * %(open_days)s AS is_young,
        received + interval '48 hours' AS due,
        received + CASE n %% 7 WHEN 0 THEN interval '60 hours'
            ELSE interval '1 hour' * (n %% 46) END AS answered
     FROM (SELECT n, %(now)s - %(years)s * ((%(last)s - n)::float / %(count)s) AS received
           FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS each) AS lot
"""
_SAID = f"""
    INSERT INTO intake_feedback (id, source_id, channel, customer_id, received_at, quiet,
        score_type, score_value, score_class, worst_class, score_table, scores, comment, answers,
        context, tags, form, form_version, contactable)
    SELECT bench_id('feedback', n), %(source)s, 'website', bench_id('customer', n %% %(customers)s),
        received, false, 'nps', 2, 'negative', 'negative', 1, '[]',
        'The parcel came a week late and nobody could tell me where it was. Order ' || n, '{{}}',
        '{{}}', '{{}}', 'after-order', n, 'letter'
    FROM {_TICKETS}
"""
_PAST = (
    _SAID,
    f"""
    INSERT INTO sla_promise (id, policy_id, opened_at, quiet)
    SELECT n, {POLICY}, received, false FROM {_TICKETS}
    """,
    f"""
    INSERT INTO work_ticket (last_error, promise_id, subject, status, outcome, close_reason,
        priority, cycle, group_id, assignee_id, customer_id, contactable, tags, next_due_at,
        created_at, updated_at, closed_at)
    SELECT '', n, 'The parcel came a week late. Order ' || n,
        CASE WHEN NOT is_young THEN 'closed' WHEN answered > %(now)s THEN 'new'
             ELSE (ARRAY['open', 'waiting', 'resolved'])[1 + n %% 3] END,
        CASE WHEN is_young THEN '' ELSE 'no_contact_wanted' END, '', 1 + n %% 4, 1,
        ids[1 + n %% cardinality(ids)], user_id, bench_id('customer', n %% %(customers)s),
        'letter', '{{}}',
        CASE WHEN is_young THEN CASE WHEN answered > %(now)s OR n %% 7 = 0 THEN due
             ELSE received + interval '7 days' END END,
        received, received, CASE WHEN is_young THEN NULL ELSE received + interval '6 days' END
    FROM {GROUPS}, {_TICKETS} {OWNERS}
    """,
    f"""
    INSERT INTO sla_clock (last_error, promise_id, kind, cycle, policy_id, state, started_at,
        target_s, due_at, void_reason, met_at, breached_at, detected_at, next_action_at)
    SELECT '', n, 'follow_up', 1, {POLICY},
        CASE WHEN n %% 7 = 0 AND due < %(now)s THEN 'breached'
             WHEN answered > %(now)s THEN 'running' ELSE 'met' END,
        received, 172800, due, '',
        CASE WHEN answered <= %(now)s AND (n %% 7 <> 0 OR NOT is_young) THEN answered END,
        CASE WHEN n %% 7 = 0 AND due < %(now)s THEN due END,
        CASE WHEN n %% 7 = 0 AND due < %(now)s THEN due END,
        CASE WHEN answered > %(now)s THEN due END
    FROM {_TICKETS}
    """,
    """
    INSERT INTO escalation_escalation (ticket_id, clock_id, cycle, rung, ladder_id, ladder_version,
        what, due_at, raised_at, late_by_us, skipped, over, acknowledged_at, acknowledged_by_id)
    SELECT ticket.promise_id, clock.id, 1, rung, 1, 1,
        '{"tell": ["lead"], "when": {"percent": 50}, "told": [], "did": {}}',
        at, at, false, '', ticket.status = 'closed',
        CASE WHEN ticket.promise_id %% 2 = 0 THEN at END,
        CASE WHEN ticket.promise_id %% 2 = 0 THEN (SELECT min(id) FROM accounts_user) END
    FROM sla_clock AS clock JOIN work_ticket AS ticket USING (promise_id),
    generate_series(1, 3) AS rung,
    LATERAL (SELECT due_at - interval '12 hours' * (3 - rung)) AS rungs (at)
    WHERE state = 'breached'
    """,
    """
    INSERT INTO work_ticketfeedback (feedback_id, ticket_id, received_at, linked_at)
    SELECT feedback.id, feedback.form_version, received_at, received_at
    FROM intake_feedback AS feedback
    """,
)
