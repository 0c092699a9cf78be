"""Each invariant, broken by SQL that passes by every trigger and foreign key, is counted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction

from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Heartbeat, Letter
from cxloop.loop import SWEEPS
from cxloop.verify.checker import Findings, examine
from cxloop.verify.invariants import AT_ANY_INSTANT, ONCE_SETTLED
from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.escalation.climbing import make_default_ladder, sweep
from tests.makers import (
    NOW,
    make_feedback,
    make_policy,
    make_root_cause,
    make_source,
    make_source_key,
    make_ticket,
)
from tickets.recovery.actions.ask import ask_customers
from tickets.recovery.actions.budgets import write_budget
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.limits import default_limits
from tickets.sla.models import Clock
from tickets.sla.policies import revise_policy, write_calendar
from tickets.work.actions.move import close_ticket, resolve_ticket, wait
from tickets.work.actions.move_policy import confirm_move, go_on
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actor import acting
from tickets.work.models import PolicyMove, Ticket, Triage, Unasked

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=1)
AT = NOW + 50 * HOURS


@pytest.fixture(autouse=True)
def house(cast: Cast) -> None:
    """One ticket that nobody answered, one answered by letter, one that waits, one resolved and
    asked about, one that is new; every sweep has just run."""
    make_default_ladder()
    for sweep_ in SWEEPS:
        Heartbeat.objects.create(
            name=sweep_.name, finished_at=AT, seconds=0, handled=0, late_after=sweep_.late_after
        )
    by = acting(cast.agent)
    _, answered, waiting, resolved = (
        make_ticket(cast.group, policy=make_policy(acknowledge_s=None)) for _ in range(4)
    )
    log_contact(waiting, channel="phone", reached=True, body="", by=by, now=NOW + HOURS)
    wait(waiting, until=NOW + 90 * HOURS, by=by, now=NOW + 2 * HOURS)
    spend(answered, cast)
    cause = make_root_cause()
    resolve_ticket(resolved, root_cause=cause, body="Sent.", by=by, now=NOW + HOURS)
    ask_customers(list(Unasked.objects.all()), NOW + 2 * HOURS)
    sweep(25)
    reply(answered, body="We are on it.", by=by, now=NOW + 30 * HOURS)
    sweep(50)
    said_lately = make_feedback(nps=1, received_at=AT - HOURS, judged=True)
    make_ticket(cast.group, feedback=said_lately, policy=make_policy(acknowledge_s=None))
    sweep(50)
    for feedback in Feedback.objects.all():
        Triage.objects.create(feedback=feedback, decision="none", reason="x", at=AT)
    Letter.objects.update(state="sent", sent_at=AT)


def spend(ticket: Ticket, cast: Cast) -> None:
    """Of a budget of the house and of one of the group."""
    default_limits(now=NOW)
    amount = Decimal(100)
    for group in (None, cast.group):
        write_budget(group=group, currency="EUR", amount=amount, by=cast.admin, now=NOW)
    promised = {"kind": "voucher", "amount": Decimal(20), "currency": "EUR", "explanation": ""}
    for _ in range(2):
        add_gesture(ticket, by=acting(cast.agent), now=NOW + HOURS, **promised)


def said(findings: Findings) -> dict[str, int]:
    return {figure.name: figure.wrong for figure in findings.wrong}


def broken_by(*statements: str, at: datetime = AT) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, statement
        cursor.execute("SET LOCAL session_replication_role = origin")
    return said(examine(at))


def test_it_finds_nothing_wrong_where_nothing_is() -> None:
    findings = examine(AT)
    assert said(findings) == {}
    looked_at = {figure.name: figure.looked_at for figure in findings.instant}
    vacuous = {name for name, count in looked_at.items() if not count}
    # Nobody posted by key, no rule judged; whoever else is connected is not ours to say.
    assert vacuous <= {
        "answers given by key whose feedback is not stored",
        "feedback that was given a ticket and is on none",
        "sessions idle in a transaction for over 10 s",
    }


def test_it_finds_nothing_wrong_with_a_decision_that_is_owed(cast: Cast) -> None:
    """Which outlives the ticket, and is not its deadline."""
    ticket = make_ticket(cast.group, policy=make_policy(approve_s=60), received_at=AT)
    feedback = ticket.feedback_links.get().feedback
    Triage.objects.create(feedback=feedback, decision="none", reason="x", at=AT)
    dear = {"kind": "voucher", "amount": Decimal(99), "currency": "EUR", "explanation": ""}
    add_gesture(ticket, by=acting(cast.agent), now=AT, **dear)
    assert said(examine(AT)) == {}
    close_ticket(ticket, outcome="not_actionable", reason="x", by=acting(cast.agent), now=AT)
    assert said(examine(AT)) == {}


FOLLOW_UP = "clock_id IN (SELECT id FROM sla_clock WHERE kind = 'follow_up' AND state = 'breached')"
ONE_FEEDBACK = "(SELECT feedback_id FROM work_triage ORDER BY feedback_id LIMIT 1)"
IDLE = "sessions idle in a transaction for over 10 s"
READING = "clocks that differ from the fold of their events"
BREAKS = {
    "escalations that seem to want somebody, or not, and are wrong": [
        "UPDATE escalation_escalation SET over = NOT over WHERE id = (SELECT min(id) "
        "FROM escalation_escalation WHERE acknowledged_at IS NULL AND skipped = '')"
    ],
    "feedback without exactly one triage, or one wait for it": [
        f"DELETE FROM work_triage WHERE feedback_id = {ONE_FEEDBACK}"
    ],
    "feedback that was given a ticket and is on none": [
        "UPDATE work_triage SET decision = 'joined', rule_id = 1 "
        f"WHERE feedback_id = {ONE_FEEDBACK}",
        f"DELETE FROM work_ticketfeedback WHERE feedback_id = {ONE_FEEDBACK}",
    ],
    "clocks met by a contact that was struck": [
        "UPDATE work_contact SET struck_at = now() WHERE channel = 'phone'"
    ],
    "escalations of promises that had ended before": [
        "UPDATE escalation_escalation SET raised_at = due_at, "
        "clock_id = (SELECT id FROM sla_clock WHERE state = 'met' ORDER BY id LIMIT 1) "
        "WHERE rung = 2"
    ],
    "escalations at the due time of tickets answered in time": [
        "UPDATE escalation_escalation SET clock_id = "
        "(SELECT id FROM sla_clock WHERE state = 'met' ORDER BY id LIMIT 1) WHERE rung = 3"
    ],
    "rungs raised twice": [
        "UPDATE escalation_escalation SET what = jsonb_set(what, '{when}', '{\"percent\": 75}') "
        "WHERE rung = 1"
    ],
    "breaches told twice": [
        "INSERT INTO work_timelineentry "
        "(ticket_id, at, kind, actor_kind, text, reason, public) SELECT "
        "ticket_id, at, kind, actor_kind, text, reason, public "
        "FROM work_timelineentry WHERE kind = 'breached'"
    ],
    "rungs passed and missing, reckoned in SQL": [
        "DELETE FROM escalation_notice",
        "DELETE FROM escalation_escalation WHERE rung = 3 AND clock_id IN "
        "(SELECT id FROM sla_clock WHERE kind = 'follow_up')",
    ],
    "clocks with a passed rung missing, by their hours": [
        "DELETE FROM escalation_notice",
        "DELETE FROM escalation_escalation WHERE rung = 1",
    ],
    "tickets that show another deadline than their clocks": [
        "UPDATE work_ticket SET next_due_at = next_due_at + interval '1 hour' "
        "WHERE promise_id = (SELECT max(promise_id) FROM work_ticket WHERE next_due_at IS NOT NULL)"
    ],
    "deadlines that are not receipt and target, in SQL": [
        "UPDATE sla_clock SET target_s = target_s + 1 WHERE state = 'breached'"
    ],
    "months of a budget that spent another sum than their gestures took": [
        "UPDATE recovery_budgetmonth SET spent = spent - 0.01 "
        "WHERE id = (SELECT min(id) FROM recovery_budgetmonth)"
    ],
    READING: ["UPDATE sla_clock SET detected_at = now() WHERE state = 'breached'"],
}


def test_it_counts_what_is_broken(subtests: pytest.Subtests) -> None:
    for name, statements in BREAKS.items():
        with subtests.test(name), put_right_after():
            assert broken_by(*statements)[name] == 1


@contextmanager
def put_right_after() -> Iterator[None]:
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


def test_it_counts_a_ticket_without_a_promise() -> None:
    found = broken_by("UPDATE sla_clock SET kind = 'acknowledge' WHERE state = 'breached'")
    assert found["tickets of reachable customers without a promise"] == 1


def test_it_counts_an_answer_whose_feedback_is_gone() -> None:
    key = make_source_key(make_source("shop"))
    assert key
    found = broken_by(
        "INSERT INTO intake_idempotencykey "
        "(source_key_id, endpoint, key, body_digest, feedback_id, created_at) "
        "SELECT id, 'feedback', 'k', '', gen_random_uuid(), now() FROM intake_sourcekey"
    )
    assert found["answers given by key whose feedback is not stored"] == 1


@pytest.mark.parametrize(
    "history",
    [
        "DELETE FROM sla_clockevent WHERE " + FOLLOW_UP,
        "UPDATE sla_clockevent SET kind = 'paused' WHERE position = 1 AND " + FOLLOW_UP,
        "UPDATE sla_clockevent SET data = '{}' WHERE position = 1 AND " + FOLLOW_UP,
        "UPDATE sla_clockevent SET at = at + interval '1 s' WHERE position = 1 AND " + FOLLOW_UP,
    ],
)
def test_it_counts_a_clock_whose_history_says_something_else(history: str) -> None:
    assert broken_by(history)[READING] == 1


LATE = {
    "clocks that nobody has looked at": "UPDATE sla_clock SET next_action_at = '{}' "
    "WHERE state = 'paused'",
    "letters that have not left": "UPDATE kernel_letter SET state = 'sending', leave_at = '{}' "
    "WHERE kind = 'reply'",
    "clocks met by a letter that is dead or bounced": "UPDATE kernel_letter SET state = 'dead', "
    "died_at = '{}' WHERE kind = 'reply' AND body LIKE 'We are on it.%'",
    "waits that have not ended": "UPDATE work_ticket SET waiting_until = '{}' "
    "WHERE status = 'waiting'",
    "customers who were not reminded": "UPDATE work_wait SET next_at = '{}'",
    "news that nobody was written": "INSERT INTO work_news (user_id, ticket_id, entry_id, "
    "event, at, tell_at) SELECT (SELECT max(id) FROM accounts_user), ticket_id, id, 'moved', at, "
    "'{}' FROM work_timelineentry LIMIT 1 ON CONFLICT (entry_id, user_id) DO UPDATE "
    "SET tell_at = excluded.tell_at, seen_at = NULL, told_at = NULL",
    "silent customers whose ticket is open": "UPDATE recovery_question SET silent_after = '{}'",
    "questions whose letter is dead": "UPDATE kernel_letter SET state = 'dead', died_at = '{}' "
    "WHERE kind = 'question'",
    "feedback that nobody has judged": "INSERT INTO intake_arrival (feedback_id, received_at) "
    "SELECT feedback_id, '{}' FROM work_triage LIMIT 1",
    "sweeps that are late": "UPDATE kernel_heartbeat SET finished_at = '{}' WHERE name = 'triage'",
}


@pytest.mark.parametrize(
    "name", [name for name in LATE if name != "feedback that nobody has judged"]
)
def test_it_gives_a_sweep_its_time_and_no_more(name: str) -> None:
    early, late = AT - timedelta(seconds=20), AT - timedelta(hours=1)
    assert name not in broken_by(LATE[name].format(early))
    assert broken_by(LATE[name].format(late))[name] >= 1


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("colleagues who were not told", "UPDATE escalation_notice SET letter_id = NULL"),
        (
            "feedback that nobody has judged",
            "INSERT INTO intake_arrival (feedback_id, received_at) "
            "SELECT feedback_id, now() FROM work_triage LIMIT 1",
        ),
        (
            "customers who were not asked",
            "INSERT INTO work_unasked (resolution_id, since, ask_at) "
            f"SELECT id, '{NOW}', '{NOW}' FROM work_resolution",
        ),
        (
            "promises that were to be moved",
            "INSERT INTO work_policymove "
            "(version_id, confirmed_by_id, confirmed_at, moved, next_at) "
            f"SELECT (SELECT max(id) FROM sla_policyversion), max(id), '{NOW}', 0, '{NOW}' "
            "FROM accounts_user",
        ),
        (
            "praise that nobody was told of",
            "INSERT INTO kudos_unrouted (feedback_id, since) "
            f"SELECT id, '{NOW}' FROM intake_feedback LIMIT 1",
        ),
        (
            "problems that have not looked back",
            "INSERT INTO problems_problem (title, description, root_cause_id, owner_id, state,"
            " links, gathers, gathers_from, looks_back_at, looked_back_ticket, opened_at,"
            f" opened_by_id) VALUES ('', '', 1, 1, 'seen', '[]', true, '{NOW}', '{NOW}', 0,"
            f" '{NOW}', 1)",
        ),
        (
            "fixes that nobody has looked at",
            "INSERT INTO problems_watch (problem_id, begun_at, expected_left, next_at, why_ended)"
            f" VALUES (1, '{NOW}', 0.5, '{NOW}', '')",
        ),
        (
            "announcements that do not go on",
            "INSERT INTO problems_announcement (problem_id, subject_en, body_en, subject_ko,"
            " body_ko, per_minute, state, drafted_at, drafted_by_id, confirmed_at,"
            f" confirmed_by_id, next_at) VALUES (1, '', '', '', '', 60, 'sending', '{NOW}', 1,"
            f" '{NOW}', 1, '{NOW}')",
        ),
        (
            "customers' answers that no ticket has",
            "INSERT INTO email_mail (source_id, digest, message_id, sender, subject, text, "
            "verdict, reason, taken_up, received_at, ticket_number) "
            f"VALUES (1, '', '', '', '', '', 'answer', '', false, '{NOW}', 1)",
        ),
        (
            "replies in a store that no ticket has",
            "INSERT INTO stores_storereply "
            "(review_id, text, at, is_edit, told_at, told_by, state) "
            f"VALUES (1, '', '{NOW}', false, '{NOW}', '', 'waiting')",
        ),
        (
            "mails that nobody has read",
            "INSERT INTO email_mail (source_id, digest, raw, message_id, sender, subject, text, "
            "verdict, reason, taken_up, received_at) "
            f"VALUES (1, '', 'x', '', '', '', '', 'unread', '', false, '{NOW}')",
        ),
        (
            "answers that nobody has heard",
            "INSERT INTO web_part (id, source_key_id, key, body, marks, begun_at, heard_at) "
            f"VALUES (gen_random_uuid(), 1, 'x', '', '{{}}', '2020-01-01Z', '{NOW}')",
        ),
    ],
)
def test_it_waits_for_what_a_sweep_takes_up(name: str, row: str) -> None:
    assert broken_by(row, at=AT + timedelta(hours=1))[name] >= 1
    put_off = {"colleagues": "escalation_notice", "feedback": "intake_arrival"}
    table = put_off.get(name.split()[0])
    if table:
        assert name not in broken_by(f"UPDATE {table} SET last_error = 'broken', try_after = now()")


@pytest.mark.parametrize(
    "why", [f"tell_at = '{AT + timedelta(hours=12)}'", "dropped = 'met'"], ids=["asleep", "met"]
)
def test_it_waits_for_no_notice_that_sleeps_or_was_dropped(why: str) -> None:
    told_of = f"UPDATE escalation_notice SET letter_id = NULL, {why}"
    assert "colleagues who were not told" not in broken_by(told_of, at=AT + timedelta(hours=1))


def test_it_reads_a_promise_that_was_moved_by_the_hours_it_runs_in(cast: Cast) -> None:
    weekly = {"mon": ["09:00-17:00"]}
    write_calendar(slug="mondays", name="Mondays", zone="UTC", weekly=weekly, by=None, now=AT)
    changes = {"calendar": "mondays", "follow_up_s": 16 * 3600}
    running = Clock.objects.filter(state="running").latest("pk")
    newest = revise_policy(running.policy.policy, changes, by=None, now=AT)
    confirm_move(newest.policy, version=newest.version, by=cast.admin, now=AT)
    go_on(list(PolicyMove.objects.all()), AT)
    sweep(50)
    PolicyMove.objects.update(finished_at=AT)
    assert Clock.objects.filter(moved_to=newest).exists()
    assert said(examine(AT)) == {}


@pytest.mark.trial
def test_it_counts_a_session_that_stays_in_its_transaction() -> None:
    wanted = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**wanted) as session:
        session.execute("SELECT 1")
        assert IDLE not in said(examine(AT))
        time.sleep(10.1)
        assert said(examine(AT))[IDLE] >= 1


def test_it_tells_what_died_and_what_an_error_has_put_off(cast: Cast) -> None:
    bury_letter(Letter.objects.filter(kind="question").get(), "550", now=AT)
    broken_by(
        "UPDATE sla_clock SET last_error = 'broken', try_after = now() WHERE kind = 'resolve'"
    )
    seen = examine(AT).seen
    assert seen["letters that died"] == 1
    assert seen["clocks put off by an error"] == 5


def test_it_looks_at_no_sweep_in_a_copy_where_none_runs() -> None:
    later = examine(AT + timedelta(days=9), settled=False)
    assert (later.settled, set(said(later))) == ([], set())


def test_every_invariant_is_broken_here() -> None:
    here = {*BREAKS, *LATE, *OTHERWISE}
    assert {one.name for one in (*AT_ANY_INSTANT, *ONCE_SETTLED)} <= here


OTHERWISE = {
    "praise that nobody was told of",
    "problems that have not looked back",
    "fixes that nobody has looked at",
    "announcements that do not go on",
    "mails that nobody has read",
    "replies in a store that no ticket has",
    "answers that nobody has heard",
    "promises that were to be moved",
    "answers given by key whose feedback is not stored",
    "tickets of reachable customers without a promise",
    IDLE,
    "colleagues who were not told",
    "customers who were not asked",
    "customers' answers that no ticket has",
}
