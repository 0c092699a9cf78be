"""What raw SQL tries in vain."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.escalation.climbing import sweep
from tickets.escalation.models import Escalation, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def raised(ticket) -> Escalation:
    sweep(24)
    return Escalation.objects.get()


def refused_by(sql: str) -> str:
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    return str(error.value.__cause__.diag.constraint_name)


def again(table: str, **changes: str) -> str:
    """The one row of the table once more, with changes."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    names = [column.name for column in found if column.name != "id"]
    values = [changes.get(name, name) for name in names]
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}"


def test_a_rung_is_raised_once_a_clock_and_cycle():
    assert refused_by(again("escalation_escalation")) == "one_escalation_a_rung"
    with connection.cursor() as cursor:
        cursor.execute(again("escalation_escalation", rung="rung + 1"))
        cursor.execute("DELETE FROM escalation_escalation WHERE rung = 2")


def test_no_rung_is_raised_early():
    early = "UPDATE escalation_escalation SET raised_at = due_at - interval '1 microsecond'"
    assert refused_by(early) == "not_raised_early"


@pytest.mark.parametrize("column", ["acknowledged_at = now()", "acknowledged_by_id = {user}"])
def test_nobody_acknowledges_without_a_time_nor_a_time_without_somebody(column, cast):
    sql = f"UPDATE escalation_escalation SET {column.format(user=cast.agent.pk)}"
    assert refused_by(sql) == "acknowledged_by_somebody"


def test_nobody_pauses_a_climb_for_more_than_a_day(cast):
    noted = f"acknowledged_at = raised_at, acknowledged_by_id = {cast.agent.pk}"
    too_long = "paused_until = raised_at + interval '86401 s'"
    sql = "UPDATE escalation_escalation SET"
    assert refused_by(f"{sql} {noted}, {too_long}") == "pauses_a_day_at_most"
    assert refused_by(f"{sql} paused_until = raised_at") == "pauses_a_day_at_most"
    ladder = "UPDATE escalation_ladder SET pause_s = 86401"
    assert refused_by(ladder) == "ladder_pauses_a_day_at_most"


def test_a_rung_is_skipped_for_a_known_reason():
    sql = "UPDATE escalation_escalation SET skipped = 'lazy'"
    assert refused_by(sql) == "known_reason_to_skip"


def test_a_person_is_told_of_an_escalation_once():
    assert Notice.objects.count() == 1
    assert refused_by(again("escalation_notice")) == "one_notice_a_person"


def test_a_notice_goes_to_a_person_or_to_an_address():
    both = "UPDATE escalation_notice SET address = 'a@b.example'"
    neither = "UPDATE escalation_notice SET user_id = NULL"
    assert [refused_by(sql) for sql in (both, neither)] == ["somebody_is_told"] * 2


def test_a_group_has_one_ladder_and_all_others_share_one():
    assert refused_by(again("escalation_ladder", slug="'other'")) == "one_ladder_a_group"
