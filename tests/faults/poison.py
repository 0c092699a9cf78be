"""A row in every queue that its sweep cannot handle: it must be put off, seen, and in nobody's way.

Such rows are impossible by foreign keys, so they are put in past them, and taken out again: they
break the very invariants that are counted afterwards. Reminders and silent questions have none: to
their sweeps a ticket that is not there looks like one at which somebody is at work. Nor have
repairs to record: of a ticket that is not there nothing is to be recorded. What walks the history
for all problems has no rows of its own to be put off: a problem that cannot take part in it looks
back instead.
"""

from dataclasses import dataclass

from tests.faults.house import House

NOWHERE = 999_999_999


@dataclass(frozen=True)
class Poison:
    """`seen` counts it once it is put off."""

    queue: str
    put: str
    seen: str
    take: str


ID = "00000000-0000-7000-8000-000000000666"
FEEDBACK = f"""
INSERT INTO intake_feedback SELECT (jsonb_populate_record(one, '{{"id": "{ID}",
"source_id": {NOWHERE}}}')).* FROM intake_feedback one LIMIT 1
"""
TICKET = f"""
INSERT INTO work_ticket SELECT (jsonb_populate_record(one, '{{"promise_id": {NOWHERE},
"status": "waiting", "waiting_until": "2020-01-01T00:00:00Z", "contactable": "none",
"next_due_at": null, "merged_into_id": null, "outcome": "", "closed_at": null}}')).*
FROM work_ticket one LIMIT 1
"""
# Whoever has an address that may be written to, on a ticket that nobody works on.
CUSTOMER = f"""
INSERT INTO intake_customer (id, trusted, external_id, email, name, phone, locale, segment, company,
    do_not_contact, do_not_contact_said, created_at)
VALUES ('{ID}', true, '', 'poison@example.com', '', '', '', '', '', false, '', now())
ON CONFLICT DO NOTHING
"""


def ticket_of(number: int, status: str, received: str = "now()") -> str:
    return f"""
    INSERT INTO sla_promise SELECT (jsonb_populate_record(one, '{{"id": {number}}}')).*
    FROM sla_promise one LIMIT 1;
    INSERT INTO work_ticket SELECT (jsonb_populate_record(one, jsonb_build_object(
        'promise_id', {number}, 'status', '{status}', 'cycle', 1, 'customer_id', '{ID}',
        'contactable', 'letter', 'waiting_until', null, 'next_due_at', null, 'outcome', '',
        'merged_into_id', null, 'closed_at', null, 'unjudged_since', null, 'created_at', {received}
    ))).* FROM work_ticket one LIMIT 1
    """


# It stands in no list: of its root cause nobody knows.
def problem_of(number: int, looks_back_at: str, state: str, fixed_on: str) -> str:
    return f"""
    INSERT INTO problems_problem (id, title, description, root_cause_id, owner_id, state, fixed_on,
        links, gathers, gathers_from, looks_back_at, looked_back_ticket, opened_at, opened_by_id)
    VALUES ({number}, 'poison', '', {NOWHERE}, 1, '{state}', {fixed_on}, '[]', false,
        '2020-01-01T00:00:00Z', {looks_back_at}, 0, now(), 1)
    """


def unmade(**numbers: int) -> str:
    """What one of these put in; the customer is taken by whoever comes last."""
    keys = {"work_ticket": "promise_id"}
    gone = [f"DELETE FROM {name} WHERE {keys.get(name, 'id')} = {n}" for name, n in numbers.items()]
    left = f"SELECT FROM work_ticket WHERE customer_id = '{ID}'"
    return "; ".join(
        [*gone, f"DELETE FROM intake_customer WHERE id = '{ID}' AND NOT EXISTS ({left})"]
    )


LOOKING, WATCHED, TELLING, ASKED, PRAISED = (NOWHERE + step for step in (10, 11, 12, 13, 14))
POISONS = (
    Poison(
        "arrivals",
        f"{FEEDBACK}; INSERT INTO intake_arrival (feedback_id, received_at) VALUES ('{ID}', now())",
        f"SELECT count(*) FROM intake_arrival WHERE feedback_id = '{ID}' AND last_error <> ''",
        f"DELETE FROM intake_arrival WHERE feedback_id = '{ID}'; "
        f"DELETE FROM intake_feedback WHERE id = '{ID}'",
    ),
    Poison(
        "waits",
        TICKET,
        f"SELECT count(*) FROM work_ticket WHERE promise_id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM work_ticket WHERE promise_id = {NOWHERE}",
    ),
    Poison(
        "clocks",
        f"""
        INSERT INTO sla_clock SELECT (jsonb_populate_record(one, '{{"id": {NOWHERE}, "cycle": 666,
        "kind": "poison", "state": "paused", "paused_at": "2020-01-01T00:00:00Z", "due_at": null,
        "met_at": null, "breached_at": null, "detected_at": null, "voided_at": null,
        "void_reason": "", "next_action_at": "2020-01-01T00:00:00Z"}}')).*
        FROM sla_clock one LIMIT 1
        """,
        f"SELECT count(*) FROM sla_clock WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM sla_clock WHERE id = {NOWHERE}",
    ),
    Poison(
        "notices",
        f"""
        INSERT INTO escalation_notice (id, escalation_id, user_id, address, gathered, dropped,
            again)
        VALUES ({NOWHERE}, {NOWHERE}, 1, '', false, '', 0)
        """,
        f"SELECT count(*) FROM escalation_notice WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM escalation_notice WHERE id = {NOWHERE}",
    ),
    Poison(
        "letters",
        f"""
        INSERT INTO kernel_letter (id, key, kind, "to", subject, body, reply_to, "references",
            automatic, secret, message_id, state, written_at, leave_at, death_noticed)
        VALUES ({NOWHERE}, 'poison', 'poison', 'a@example.com', 's', 'b', E'a@b.c\\nBcc: d@e.f', '',
            false, false, '<poison@poison>', 'waiting', now() + interval '1 day', now(), false)
        """,
        f"SELECT count(*) FROM kernel_letter WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM kernel_letter WHERE id = {NOWHERE}",
    ),
    Poison(
        "dead letters",
        f"""
        INSERT INTO kernel_letter (id, key, kind, "to", subject, body, reply_to, "references",
            automatic, secret, message_id, state, written_at, leave_at, died_at, death_noticed)
        VALUES ({NOWHERE + 1}, 'reply:{NOWHERE}', 'reply', 'a@example.com', 's', 'b', '', '',
            false, false, '<poison2@poison>', 'dead', now(), now(), now(), false)
        """,
        f"SELECT count(*) FROM kernel_letter WHERE id = {NOWHERE + 1} AND try_after IS NOT NULL",
        f"DELETE FROM kernel_letter WHERE id = {NOWHERE + 1}",
    ),
    Poison(
        "resolutions",
        f"""
        INSERT INTO work_resolution (id, cycle, body, at, by_id, root_cause_id, ticket_id)
        VALUES ({NOWHERE}, 1, '', now(), 1, 1, {NOWHERE + 1});
        INSERT INTO work_unasked (resolution_id, since, ask_at) VALUES ({NOWHERE}, now(), now())
        """,
        f"SELECT count(*) FROM work_unasked WHERE resolution_id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM work_unasked WHERE resolution_id = {NOWHERE}; "
        f"DELETE FROM work_resolution WHERE id = {NOWHERE}",
    ),
    Poison(
        "policy moves",
        f"""
        INSERT INTO work_policymove (id, version_id, confirmed_by_id, confirmed_at, moved, next_at)
        VALUES ({NOWHERE}, {NOWHERE}, 1, now(), 0, '2020-01-01T00:00:00Z')
        """,
        f"SELECT count(*) FROM work_policymove WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM work_policymove WHERE id = {NOWHERE}",
    ),
    Poison(
        "drawings",
        f"""
        INSERT INTO kernel_file (id, name, kind, size, content_id, drawing, kept_at)
        VALUES ({NOWHERE}, 'a.png', 'picture', 9, 'nowhere', 'wanted', now())
        """,
        f"SELECT count(*) FROM kernel_file WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM kernel_file WHERE id = {NOWHERE}",
    ),
    Poison(
        "parts",
        f"""
        INSERT INTO web_part (id, source_key_id, key, body, marks, begun_at, heard_at)
        SELECT '{ID}', coalesce(max(id), 1), 'poison', '{{', '{{}}', '2020-01-01T00:00:00Z',
            '2020-01-01T00:30:00Z' FROM intake_sourcekey
        """,
        f"SELECT count(*) FROM web_part WHERE id = '{ID}' AND last_error <> ''",
        f"DELETE FROM web_part WHERE id = '{ID}'",
    ),
    Poison(
        "mails",
        f"""
        INSERT INTO email_mail (id, source_id, digest, message_id, sender, subject, text, verdict,
            reason, taken_up, received_at, ticket_number)
        VALUES ({NOWHERE}, 1, '', '', '', '', 'Hello?', 'answer', '', false, now(), {NOWHERE})
        """,
        f"SELECT count(*) FROM email_mail WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM email_mail WHERE id = {NOWHERE}",
    ),
    Poison(
        "replies in stores",
        f"""
        INSERT INTO stores_storereply (id, review_id, text, at, is_edit, told_at, told_by, state)
        VALUES ({NOWHERE}, {NOWHERE}, 'Sorry', now(), false, now(), '', 'waiting')
        """,
        f"SELECT count(*) FROM stores_storereply WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM stores_storereply WHERE id = {NOWHERE}",
    ),
    Poison(
        "gestures",
        f"""
        INSERT INTO recovery_gesture (id, recovery_id, kind, currency, explanation, state, by_id,
            at, needs_approval, decision_note, keep_by)
        VALUES ({NOWHERE}, {NOWHERE}, 'call', '', '', 'promised', 1, now(), false, '',
            '2020-01-01T00:00:00Z')
        """,
        f"SELECT count(*) FROM recovery_gesture WHERE id = {NOWHERE} AND last_error <> ''",
        f"DELETE FROM recovery_gesture WHERE id = {NOWHERE}",
    ),
    # Said in a year that Python does not know; what listens for new answers is past it.
    Poison(
        "praise",
        f"""
        {CUSTOMER}; {ticket_of(PRAISED, "open")};
        INSERT INTO recovery_question (id, ticket_id, cycle, resolution_id, asked_at, silent_after,
            state)
        VALUES ({PRAISED}, {PRAISED}, 1, {NOWHERE}, now(), now() + interval '1 day', 'answered');
        INSERT INTO recovery_answer (id, question_id, solved, score, comment, at, channel)
        VALUES (-1, {PRAISED}, true, 5, 'Thank you', '20000-01-01T00:00:00Z', 'page');
        INSERT INTO kudos_unrouted (answer_id, since) VALUES (-1, now())
        """,
        "SELECT count(*) FROM kudos_unrouted WHERE answer_id = -1 AND last_error <> ''",
        "DELETE FROM kudos_unrouted WHERE answer_id = -1;"
        "DELETE FROM recovery_answer WHERE id = -1;"
        + unmade(recovery_question=PRAISED, work_ticket=PRAISED, sla_promise=PRAISED),
    ),
    # Who is to be reminded of a resolution that is not there.
    Poison(
        "questions to remind of",
        f"""
        {CUSTOMER}; {ticket_of(ASKED, "resolved")};
        INSERT INTO recovery_question (id, ticket_id, cycle, resolution_id, asked_at, silent_after,
            remind_at, state)
        VALUES ({ASKED}, {ASKED}, 1, {NOWHERE}, now(), now() + interval '1 day',
            '2020-01-01T00:00:00Z', 'open')
        """,
        f"SELECT count(*) FROM recovery_question WHERE id = {ASKED} AND last_error <> ''",
        unmade(recovery_question=ASKED, work_ticket=ASKED, sla_promise=ASKED),
    ),
    # A ticket of no cause that the rule will have put in only in years.
    Poison(
        "problems",
        f"""
        {CUSTOMER}; {ticket_of(LOOKING, "open", "'2020-01-01T00:00:00Z'::timestamptz")};
        {problem_of(LOOKING, "'2020-01-01T00:00:00Z'", "seen", "NULL")};
        INSERT INTO problems_problemticket (id, problem_id, ticket_id, how, at)
        VALUES ({LOOKING}, {LOOKING}, {LOOKING}, 'rule', '2999-01-01T00:00:00Z')
        """,
        f"SELECT count(*) FROM problems_problem WHERE id = {LOOKING} AND last_error <> ''",
        unmade(
            problems_problemticket=LOOKING,
            problems_problem=LOOKING,
            work_ticket=LOOKING,
            sla_promise=LOOKING,
        ),
    ),
    # Its next period is none.
    Poison(
        "watches",
        f"""
        {problem_of(WATCHED, "NULL", "fixed", "'2020-01-01'")};
        INSERT INTO problems_watch (id, problem_id, begun_at, expected_left, waits_days, had, "of",
            period_days, power, next_at, why_ended)
        VALUES ({WATCHED}, {WATCHED}, '2020-01-01T00:00:00Z', 0.5, 0, 1, 1, 0, 1,
            '2020-01-01T00:00:00Z', '')
        """,
        f"SELECT count(*) FROM problems_watch WHERE id = {WATCHED} AND last_error <> ''",
        unmade(problems_watch=WATCHED, problems_problem=WATCHED),
    ),
    # Confirmed by nobody.
    Poison(
        "people to tell",
        f"""
        {CUSTOMER}; {ticket_of(TELLING, "open")}; {problem_of(TELLING, "NULL", "seen", "NULL")};
        INSERT INTO problems_problemticket (id, problem_id, ticket_id, how, at)
        VALUES ({TELLING}, {TELLING}, {TELLING}, 'rule', now());
        INSERT INTO problems_announcement (id, problem_id, subject_en, body_en, subject_ko, body_ko,
            per_minute, state, drafted_at, drafted_by_id, confirmed_at, confirmed_by_id, next_at)
        VALUES ({TELLING}, {TELLING}, 's', 'b', '', '', 60, 'sending', now(), 1, now(), {NOWHERE},
            '2020-01-01T00:00:00Z');
        INSERT INTO problems_told (id, announcement_id, problem_id, customer_id, ticket_id, state,
            why, at)
        VALUES ({TELLING}, {TELLING}, {TELLING}, '{ID}', {TELLING}, 'waiting', '', now())
        """,
        f"SELECT count(*) FROM problems_told WHERE id = {TELLING} AND last_error <> ''",
        unmade(
            problems_told=TELLING,
            problems_announcement=TELLING,
            problems_problemticket=TELLING,
            problems_problem=TELLING,
            work_ticket=TELLING,
            sla_promise=TELLING,
        ),
    ),
)


def poison_every_queue(house: House) -> None:
    _past_the_keys(house, [poison.put for poison in POISONS])
    try:
        for poison in POISONS:
            house.soon(
                f"the poison among {poison.queue} is put off, and seen",
                lambda poison=poison: house.ask(poison.seen) == 1,
                seconds=150,  # some sweeps come once a minute
            )
    finally:
        _past_the_keys(house, [poison.take for poison in POISONS])


def _past_the_keys(house: House, statements: list[str]) -> None:
    with house.database() as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
