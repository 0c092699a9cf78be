"""What PostgreSQL refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast
from tests.makers import NOW, make_ticket
from tests.problems.making import make_fixed, make_problem, put
from tickets.problems.actions.announce import draft_announcement, send_announcement
from tickets.problems.announcing import seen_as
from tickets.problems.models import WatchPoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(cast: Cast) -> None:
    problem = make_problem(cast)
    put(problem, make_ticket(cast.group), make_ticket(cast.group), by=cast.agent)
    watch = make_fixed(problem, on=NOW, by=cast.lead, now=NOW)
    facts = {"start": NOW, "end": NOW.replace(day=21), "judged_at": NOW}
    WatchPoint.objects.create(watch=watch, had=1, of=9, expected=1, most=3, signal=False, **facts)
    said = {"subject_en": "Fixed", "body_en": "It is fixed."}
    made = draft_announcement(problem, said, by=cast.lead, now=NOW)
    send_announcement(made, by=cast.lead, now=NOW, seen=seen_as(made))


LIES = {
    "a state that there is not": "UPDATE problems_problem SET state = 'gone', fixed_on = NULL",
    "fixed at no time": "UPDATE problems_problem SET fixed_on = NULL",
    "a time, and not fixed": "UPDATE problems_problem SET state = 'seen'",
    "history that is changed": "UPDATE problems_problementry SET text = 'no'",
    "history that is gone": "DELETE FROM problems_problementry",
    "a ticket twice": (
        "INSERT INTO problems_problemticket (problem_id, ticket_id, how, at)"
        " SELECT problem_id, ticket_id, 'rule', now() FROM problems_problemticket"
    ),
    "put in by nobody": "UPDATE problems_problemticket SET by_id = NULL",
    "taken out by a rule, though a person put it in": (
        "UPDATE problems_problemticket SET out_at = at"
    ),
    "taken out at no time": "UPDATE problems_problemticket SET out_by_id = by_id",
    "two watches of one fix": (
        "INSERT INTO problems_watch (attempts, last_error, problem_id, begun_at, expected_left,"
        " next_at, why_ended) SELECT 0, '', problem_id, begun_at, 0.5, now(), ''"
        " FROM problems_watch"
    ),
    "more left than there was": "UPDATE problems_watch SET expected_left = 1.5",
    "half a claim": "UPDATE problems_watch SET had = 1",
    "a watch that ends for no reason": "UPDATE problems_watch SET ended_at = now()",
    "a period judged twice": (
        'INSERT INTO problems_watchpoint (watch_id, start, "end", had, "of", expected, most,'
        ' signal, judged_at) SELECT watch_id, start, "end", had, "of", expected, most, signal,'
        " judged_at FROM problems_watchpoint"
    ),
    "above the limit and no signal": "UPDATE problems_watchpoint SET had = 4",
    "within the limit and a signal": "UPDATE problems_watchpoint SET signal = true",
    "told by no letter": "UPDATE problems_told SET state = 'written'",
    "left out for no reason": "UPDATE problems_told SET state = 'left_out'",
    "told twice by one announcement": (
        "INSERT INTO problems_told (attempts, last_error, announcement_id, problem_id,"
        " customer_id, ticket_id, state, why, at) SELECT 0, '', announcement_id, problem_id,"
        " customer_id, ticket_id, state, why, at FROM problems_told"
    ),
    "sent by nobody": "UPDATE problems_announcement SET confirmed_by_id = NULL",
    "sent and still going on": "UPDATE problems_announcement SET state = 'sent'",
    "faster than any pace": "UPDATE problems_announcement SET per_minute = 601",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_state_that_lies(stored: None, lie: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LIES[lie])


def test_nobody_is_told_twice_of_one_problem(cast: Cast, stored: None) -> None:
    """By two announcements either."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO problems_announcement (attempts, last_error, problem_id, subject_en,"
            " body_en, subject_ko, body_ko, per_minute, state, drafted_at, drafted_by_id)"
            " SELECT 0, '', problem_id, '', '', '', '', 60, 'draft', now(), drafted_by_id"
            " FROM problems_announcement"
        )
        cursor.execute(
            "INSERT INTO problems_told (attempts, last_error, announcement_id, problem_id,"
            " customer_id, ticket_id, state, why, at) SELECT 0, '', (SELECT max(id) FROM"
            " problems_announcement), problem_id, customer_id, ticket_id, state, why, at"
            " FROM problems_told LIMIT 1"
        )
        cursor.execute(
            'INSERT INTO kernel_letter (key, kind, "to", subject, body, message_id, state,'
            ' automatic, secret, death_noticed, reply_to, "references", written_at, leave_at)'
            " SELECT n::text, '', 'a@b.example', '', '', n::text, 'waiting', true, false, false,"
            " '', '', now(), now() FROM generate_series(1, 2) n"
        )
    refused = pytest.raises(IntegrityError, match="told_once_a_problem")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE problems_told SET state = 'written', letter_id = (SELECT min(id) FROM"
            " kernel_letter) + id - (SELECT min(id) FROM problems_told AS t WHERE t.customer_id ="
            " problems_told.customer_id) WHERE customer_id = (SELECT customer_id FROM"
            " problems_told GROUP BY customer_id HAVING count(*) = 2)"
        )
