"""observe meets an event log night after night, knowing nothing of the morning."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from insights.event_log import LOG, Case, observe, read_cases
from insights.management.commands.score_forecast import Command

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

HEADER = "case:concept:name,time:timestamp,Activity"
ROWS = (
    "B,2026-01-02 09:00:00+01:00,Closed",
    "A,2026-01-01 10:00:00+02:00,Assign seriousness",
    "A,2026-01-03 10:00:00+02:00,Take in charge ticket",
    "A,2026-01-02 10:00:00+02:00,Wait",
    "B,2026-01-01 09:30:00+01:00,Insert ticket",
)


def write_log(folder: Path, rows: tuple[str, ...]) -> Path:
    path = folder / LOG
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([HEADER, *rows]))
    return path


def test_it_reads_cases_by_their_beginning(tmp_path: Path) -> None:
    first, second = read_cases(write_log(tmp_path, ROWS))
    assert (first.began_at, first.answered_at) == (
        datetime(2026, 1, 1, 8, tzinfo=UTC),
        datetime(2026, 1, 3, 8, tzinfo=UTC),
    )
    assert (second.answered_at, second.ended_at) == (None, datetime(2026, 1, 2, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    "answered_h, ended_h, void, broke",
    [
        (48, 48, False, False),
        (48.1, 48.1, False, True),
        (None, 47, True, True),
        (None, 49, False, True),
    ],
)
def test_it_knows_what_was_kept(
    answered_h: float | None, ended_h: float, void: bool, broke: bool
) -> None:
    answered_at = START + answered_h * HOUR if answered_h else None
    case = Case(1, START, answered_at, START + ended_h * HOUR)
    assert (case.is_void, case.broke) == (void, broke)


def answered(number: int, *, day: float, after_h: float) -> Case:
    began_at = START + day * DAY
    return Case(number, began_at, began_at + after_h * HOUR, began_at + after_h * HOUR)


def test_it_sees_each_night_what_runs_and_what_is_before_it() -> None:
    """The first week only teaches the pace: one a day. The ninth day leaves one from the eighth
    behind that has broken by the eleventh, and still stands before the other."""
    week = [answered(number, day=number, after_h=1) for number in range(8)]
    slow, later = answered(8, day=8, after_h=90), answered(9, day=10, after_h=40)
    seen = list(observe([*week, slow, later]))
    assert [(one.case, one.before, one.broke) for one in seen] == [
        (8, 0, True),
        (8, 0, True),
        (9, 1, False),
        (9, 1, False),
    ]
    assert [one.left_days for one in seen] == [1.5, 0.5, 1.5, 0.5]
    assert [round(one.a_day * 7) for one in seen] == [6, 5, 4, 3]


def test_what_was_closed_without_contact_in_time_teaches_nothing() -> None:
    week = [answered(number, day=number, after_h=1) for number in range(8)]
    spam = Case(8, START + 8 * DAY, None, START + 9 * DAY)
    assert list(observe([*week, spam])) == []


def test_the_command_names_the_folder_it_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CXLOOP_TEST_DATA", raising=False)
    for named, said in ((None, "Name the folder"), (str(tmp_path), "There is no ")):
        with pytest.raises(CommandError, match=said):
            call_command(Command(), data=named)


def test_the_command_refuses_a_log_that_tells_too_little(tmp_path: Path) -> None:
    write_log(tmp_path, ROWS)
    with pytest.raises(CommandError, match="Too little"):
        call_command(Command(), data=str(tmp_path))


@pytest.mark.real_data
def test_the_command_prints_both_scores(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(Command(), data=str(real_data))
    said = capsys.readouterr().out
    assert "the forecast                                0.058411" in said
    assert "It beats the base rate even in hindsight" in said
