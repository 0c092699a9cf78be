from contextlib import closing
from typing import Any

import psycopg
import pytest

from cxloop.aside import url_of
from tests.wiring.commanding import (
    command,
    make_database,
    make_migrated_database,
    try_command,
)

pytestmark = pytest.mark.trial

HERE, THERE, ELSEWHERE = "moving_from", "moving_to", "moving_elsewhere"


def ask(name: str, question: str) -> list[tuple[Any, ...]]:
    with closing(psycopg.connect(url_of(name), autocommit=True)) as server:
        cursor = server.execute(question)
        return cursor.fetchall() if cursor.description else []


def beat(*, ago: str) -> None:
    """When a sweep of the installation last finished."""
    ask(HERE, f"UPDATE kernel_heartbeat SET finished_at = now() - interval '{ago}'")


@pytest.fixture(scope="module")
def here() -> str:
    """An installation with two days of feedback, judged."""
    url = make_migrated_database(HERE)
    command("seed", DATABASE_URL=url)
    command("sweep", "triage", "--once", DATABASE_URL=url)
    beat(ago="1 hour")
    return url


@pytest.fixture(scope="module")
def moved(here: str) -> str:
    """What the command said when it had moved the installation to THERE."""
    return command("move", "--to", make_database(THERE), DATABASE_URL=here)


def refusal(here: str, there: str) -> str:
    refused = try_command("move", "--to", there, DATABASE_URL=here)
    assert refused.returncode == 1
    return refused.stderr.strip()


def test_it_copies_every_row(moved: str) -> None:
    for question in (
        "SELECT id, state, due_at FROM sla_clock ORDER BY id",
        "SELECT * FROM intake_feedback ORDER BY id",
        "SELECT * FROM work_timelineentry ORDER BY id",
        "SELECT id, email, password FROM accounts_user ORDER BY id",
    ):
        assert ask(THERE, question) == ask(HERE, question) != []
    assert "every row agrees" in moved
    assert "clocks running, the first due 20" in moved
    assert "still runs" not in moved


def test_numbers_go_on_where_they_stopped(moved: str) -> None:
    ((last,),) = ask(THERE, "SELECT max(id) FROM sla_promise")
    ((following,),) = ask(THERE, "SELECT nextval('sla_promise_id_seq')")
    assert following == last + 1


def test_history_stays_history(moved: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="is history"):
        ask(THERE, "UPDATE intake_feedback SET comment = 'better'")


def test_it_refuses_a_target_that_holds_rows(here: str, moved: str) -> None:
    assert refusal(here, url_of(THERE)) == (
        "CommandError: The target is not empty: accounts_accessgroup has 2 rows."
    )


def test_it_refuses_a_target_of_somebody_else(here: str) -> None:
    there = make_database(ELSEWHERE)
    ask(ELSEWHERE, "CREATE TABLE recipes (id int)")
    assert refusal(here, there) == (
        "CommandError: The target holds tables of something else: recipes."
    )


def test_it_refuses_to_move_to_itself(here: str) -> None:
    said = refusal(here, f"{here}?application_name=disguised")
    assert said == "CommandError: The target is the database of this installation itself."


def test_it_says_in_one_sentence_that_the_target_is_away(here: str) -> None:
    said = refusal(here, "postgresql://cxloop@127.0.0.1:1/nowhere")
    assert said.startswith("CommandError: The target cannot be reached:")


def test_it_keeps_nothing_where_a_row_did_not_arrive_as_it_left(here: str) -> None:
    there = make_migrated_database(ELSEWHERE)
    ask(ELSEWHERE, _MEDDLER)
    assert "sla_clock did not arrive as it left" in refusal(here, there)
    assert ask(ELSEWHERE, "SELECT count(*) FROM intake_feedback") == [(0,)]


def test_it_warns_where_the_service_still_runs(here: str) -> None:
    beat(ago="1 second")
    said = command("move", "--to", make_migrated_database(ELSEWHERE), DATABASE_URL=here)
    beat(ago="1 hour")
    assert "The service still runs here" in said


_MEDDLER = """
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.cycle := NEW.cycle + 1; RETURN NEW; END $$;
CREATE TRIGGER meddle BEFORE INSERT ON sla_clock FOR EACH ROW EXECUTE FUNCTION meddle();
"""
