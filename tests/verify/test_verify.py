"""manage.py verify, on the servers of the tests."""

from collections.abc import Iterator

import pytest
from django.db import InternalError, connection

from cxloop.aside import database_aside
from cxloop.kernel.snapshot import snapshot
from tests.wiring.commanding import try_command


@pytest.fixture(scope="module")
def empty_house(django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    with django_db_blocker.unblock(), database_aside("verify") as url:
        yield url


def test_it_prints_figures_and_succeeds_where_all_is_well(empty_house: str) -> None:
    told = try_command("verify", "--instant", DATABASE_URL=empty_house)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "rungs passed and missing" in told.stdout
    assert "Every promise is kept." in told.stdout


def test_it_fails_and_says_what_is_broken(empty_house: str) -> None:
    """Nothing has ever been swept there."""
    told = try_command("verify", DATABASE_URL=empty_house)
    assert told.returncode == 1
    assert "sweeps that are late" in told.stdout
    assert "invariants do not hold" in told.stderr


@pytest.mark.django_db(transaction=True)
def test_it_can_write_nothing() -> None:
    with (
        pytest.raises(InternalError, match="read-only"),
        snapshot(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM kernel_letter")
