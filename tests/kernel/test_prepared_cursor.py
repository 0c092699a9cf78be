import pytest
from django.db import IntegrityError, connection
from django.test import Client

from cxloop.kernel.prepared import planned_once, prepared_cursor
from tests.makers import make_person
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = "SELECT %s::int + 1"


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_what_comes_again_is_planned_once() -> None:
    connection.close()
    for number in range(8):
        with prepared_cursor() as cursor:
            cursor.execute(COUNT, [number])
            assert cursor.fetchone() == (number + 1,)
    assert prepared() == ["SELECT $1::int + 1"]


def test_nothing_is_prepared_where_connections_are_pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    for number in range(8):
        with prepared_cursor() as cursor:
            cursor.execute(COUNT, [number])
    assert prepared() == []
    connection.close()


def test_errors_are_as_from_any_cursor() -> None:
    with pytest.raises(IntegrityError), prepared_cursor() as cursor:
        cursor.execute("INSERT INTO work_rootcause (slug) VALUES (%s)", ["x"])


def test_django_goes_on_with_its_own() -> None:
    connection.close()
    for number in range(8):
        with prepared_cursor(), connection.cursor() as cursor:
            cursor.execute(COUNT, [number])
    assert prepared() == []


def test_a_page_that_is_looked_at_all_day_is_planned_once() -> None:
    connection.close()
    for number in range(8):
        with planned_once(), prepared_cursor() as cursor:
            cursor.execute(COUNT, [number])
            assert RootCause.objects.filter(pk=number).first() is None
    RootCause.objects.filter(slug="").first()
    kept = prepared()
    assert [statement for statement in kept if "work_rootcause" in statement and "$1" in statement]
    assert not [statement for statement in kept if "slug" in statement.partition("WHERE")[2]]


def test_words_searched_for_are_planned_each_time(client: Client) -> None:
    client.force_login(make_person(organisation_role="admin"))
    connection.close()
    for _ in range(8):
        assert client.get("/queue?tab=groups&q=refund").status_code == 200
    assert not [statement for statement in prepared() if "work_ticket" in statement]
    for _ in range(8):
        assert client.get("/queue?tab=groups").status_code == 200
    assert [statement for statement in prepared() if "work_ticket" in statement]
