"""A row in every queue that its sweep cannot handle: it must be put off, seen, and in nobody's way.

Such rows are impossible by foreign keys, so they are put in past them, and taken out again: they
break the very invariants that are counted afterwards. Reminders and silent questions have none: to
their sweeps a ticket that is not there looks like one at which somebody is at work. Nor have
repairs to record: of a ticket that is not there nothing is to be recorded.
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
