import pytest
from django.db import IntegrityError, connection

from cxloop.kernel.prepared import prepared_cursor

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
