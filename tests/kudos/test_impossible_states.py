"""What PostgreSQL refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast
from tests.kudos.making import find, happy_answer, member, praise, source_of
from tests.makers import NOW
from tickets.kudos.models import Kudos, Unrouted

pytestmark = pytest.mark.django_db

COLUMNS = "feedback_id, answer_id, person_id, group_id, why, by_id, at, found_at, quiet"


def _again(where: str) -> str:
    return f"INSERT INTO kudos_kudos ({COLUMNS}) SELECT {COLUMNS} FROM kudos_kudos WHERE {where}"


LIES = {
    "for nothing that was said": (
        "INSERT INTO kudos_kudos (group_id, why, at, found_at, quiet)"
        " SELECT group_id, 'group', at, at, false FROM kudos_kudos LIMIT 1"
    ),
    "for two sayings": (
        "INSERT INTO kudos_kudos (feedback_id, answer_id, person_id, group_id, why, at, found_at,"
        " quiet) SELECT f.feedback_id, a.answer_id, f.person_id, f.group_id, 'named', now(), now(),"
        " false FROM kudos_kudos f, kudos_kudos a WHERE f.why = 'named' AND a.why = 'reached'"
    ),
    "a person twice by one feedback": _again("why = 'named'"),
    "a person twice by one answer": _again("why = 'reached'"),
    "a group twice by one feedback": _again("why = 'group'"),
    "for no reason": "UPDATE kudos_kudos SET why = 'guessed' WHERE why = 'named'",
    "a group, though somebody is named": "UPDATE kudos_kudos SET why = 'group' WHERE why = 'named'",
    "passed on by nobody": "UPDATE kudos_kudos SET why = 'hand' WHERE why = 'named'",
    "found by somebody": "UPDATE kudos_kudos SET by_id = (SELECT max(id) FROM accounts_user)",
    "oneself": (
        "UPDATE kudos_kudos SET why = 'hand', by_id = person_id WHERE person_id IS NOT NULL"
    ),
    "taken away by nobody": "UPDATE kudos_kudos SET withdrawn_at = now()",
    "taken away at no time": "UPDATE kudos_kudos SET withdrawn_by_id = person_id",
    "a group has seen it": "UPDATE kudos_kudos SET seen_at = now()",
    "somebody else": (
        "UPDATE kudos_kudos SET person_id = u.id FROM accounts_user u"
        " WHERE why = 'named' AND u.id <> person_id"
    ),
    "another time": "UPDATE kudos_kudos SET at = now()",
    "news no more": "UPDATE kudos_kudos SET quiet = true",
    "news, though nobody passed it on": "UPDATE kudos_kudos SET quiet = false WHERE quiet",
    "deleted": "DELETE FROM kudos_kudos",
    "waits for nothing that was said": "UPDATE kudos_unrouted SET feedback_id = NULL",
    "waits twice": (
        "INSERT INTO kudos_unrouted (feedback_id, since, attempts, last_error)"
        " SELECT feedback_id, since, 0, '' FROM kudos_unrouted"
    ),
    "listened along two ways": "INSERT INTO kudos_listened (id, answer) VALUES (2, 0)",
    "listened to somebody at no time": (
        "UPDATE kudos_listened SET judged = gen_random_uuid(), judged_at = NULL"
    ),
}


@pytest.fixture
def stored(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    source = source_of(cast.group)
    praise(source, "Thank you Eva")
    praise(source, "Thank you Eva, long ago", quiet=True)
    waits = praise(source, "Thank you all")
    said = happy_answer(cast)
    find(said.at)
    assert set(Kudos.objects.values_list("why", flat=True)) == {"named", "reached", "group"}
    Unrouted.objects.create(feedback=waits, since=NOW)


@pytest.mark.parametrize("lie", LIES)
def test_a_state_that_lies(stored: None, lie: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LIES[lie])


def test_it_may_be_taken_away_and_read(stored: None, cast: Cast) -> None:
    rows = Kudos.objects.filter(why="named")
    assert rows.update(seen_at=NOW, withdrawn_at=NOW, withdrawn_by=cast.lead) == 2
