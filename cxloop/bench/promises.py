"""Promises by the hundred thousand, written by SQL: tickets with their clocks, events and first
entries, as the product would have left them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.actions import create_person, set_role
from accounts.models import AccessGroup
from accounts.roles import GroupRole
from cxloop.bench.ground import store_customers, tidy, trust_what_is_written
from tickets.sla.models import HOUR

# Numbers that no sequence of the product comes to.
FIRST = 10_000_000
CUSTOMERS = 50_000


@dataclass(frozen=True)
class Lot:
    """Tickets numbered from `first`, each with one clock that runs, received one after the other
    from `since` on. So many seconds after the receipt the sweep is to look."""

    first: int
    count: int
    kind: str
    target_s: int
    since: datetime
    spread: timedelta
    look_after_s: int = 24 * HOUR

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    def due_at(self, number: int) -> datetime:
        received = self.since + self.spread * ((number - self.first) / self.count)
        return received + timedelta(seconds=self.target_s)


@transaction.atomic
def staff_groups(now: datetime) -> None:
    """Whom the ladders name: a lead and a manager in each group."""
    store_customers(CUSTOMERS)
    for group in AccessGroup.objects.all():
        for role in (GroupRole.LEAD, GroupRole.MANAGER):
            address = f"{group.slug}-{role.value}@house.example"
            name = f"{group.name} {role.value}"
            person = create_person(email=address, name=name, password=None, now=now)
            set_role(person=person, group=group, role=role, now=now)


@transaction.atomic
def promise(lot: Lot) -> None:
    values: dict[str, Any] = {
        "first": lot.first,
        "last": lot.last,
        "count": lot.count,
        "kind": lot.kind,
        "target": timedelta(seconds=lot.target_s),
        "target_s": lot.target_s,
        "since": lot.since,
        "spread": lot.spread,
        "look": timedelta(seconds=lot.look_after_s),
        "customers": CUSTOMERS,
    }
    trust_what_is_written()
    with connection.cursor() as cursor:
        for statement in _RUNNING:
            cursor.execute(statement, values)


def store_running(count: int, now: datetime) -> Lot:
    """None has come to its first rung yet, and none will for some hours."""
    lot = Lot(
        first=FIRST,
        count=count,
        kind="follow_up",
        target_s=48 * HOUR,
        since=now - timedelta(hours=18),
        spread=timedelta(hours=18),
    )
    promise(lot)
    tidy()
    return lot


_NUMBERS = """
    (SELECT n, %(since)s::timestamptz + %(spread)s * ((n - %(first)s)::float / %(count)s)
        AS received
     FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS lot
"""
GROUPS = "(SELECT array_agg(id ORDER BY id) AS ids FROM accounts_accessgroup) AS groups"
# Of each group its agents take turns; one ticket in eight is nobody's.
OWNERS = """
    LEFT JOIN LATERAL (
        SELECT user_id FROM accounts_membership
        WHERE group_id = ids[1 + n %% cardinality(ids)] AND role = 'agent' AND n %% 8 <> 0
        ORDER BY (user_id + n) %% 3 LIMIT 1
    ) AS owner ON true
"""
POLICY = "(SELECT min(id) FROM sla_policyversion)"
_RUNNING = (
    f"""
    INSERT INTO sla_promise (id, policy_id, opened_at, quiet)
    SELECT n, {POLICY}, received, false FROM {_NUMBERS}
    """,
    f"""
    INSERT INTO sla_clock (id, last_error, promise_id, kind, cycle, policy_id, state, started_at,
        target_s, due_at, void_reason, next_action_at)
    SELECT n, '', n, %(kind)s, 1, {POLICY}, 'running', received, %(target_s)s,
        received + %(target)s, '', received + %(look)s FROM {_NUMBERS}
    """,
    f"""
    INSERT INTO sla_clockevent (clock_id, position, kind, at, data, written_at)
    SELECT n, 1, 'started', received, jsonb_build_object('target_s', %(target_s)s), received
    FROM {_NUMBERS}
    """,
    f"""
    INSERT INTO work_ticket (last_error, promise_id, subject, status, outcome, close_reason,
        priority, cycle, group_id, assignee_id, customer_id, contactable, tags, next_due_at,
        created_at, updated_at)
    SELECT '', n, 'The parcel came a week late. Order ' || n, 'new', '', '', 2, 1,
        ids[1 + n %% cardinality(ids)], user_id, bench_id('customer', n %% %(customers)s),
        'letter', '{{}}', received + %(target)s, received, received
    FROM {GROUPS}, {_NUMBERS} {OWNERS}
    """,
    f"""
    INSERT INTO work_timelineentry (ticket_id, at, kind, actor_kind, text, reason, public)
    SELECT n, received, 'opened', 'rule', '', '{{"rule": {{"id": 1, "version": 1}}}}', false
    FROM {_NUMBERS}
    """,
)
