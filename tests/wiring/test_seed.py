import json

import psycopg
import pytest

from tests.wiring.commanding import command, make_migrated_database, try_command


@pytest.mark.trial
def test_without_a_demo_there_is_an_admin_and_nothing_else_and_only_once() -> None:
    url = make_migrated_database("furnished")
    shown = json.loads(command("seed", "--demo", "off", DATABASE_URL=url))
    assert set(shown) == {"users"}
    assert set(shown["users"]) == {"admin"}
    with psycopg.connect(url) as server:
        assert server.execute("SELECT count(*) FROM intake_source").fetchall() == [(0,)]
    again = try_command("seed", DATABASE_URL=url)
    assert (again.returncode, again.stdout) == (3, "")
    assert "has people already" in again.stderr
