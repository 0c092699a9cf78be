import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from feedback.intake.models import Arrival, Feedback, Source
from tests.makers import make_source

pytestmark = pytest.mark.django_db(transaction=True)

MAP = ["score=Stars:stars", "comment=Narrative|Issue", "received_at=Date", "customer.email=Mail"]
HEADER = ["Date", "Stars", "Narrative", "Issue", "Mail"]
ROWS = [
    ["2019/4/6", "1", "They called\nme at night, every night", "Calls", "ann@example.com"],
    ["2019/4/7", "5", "", "No trouble", ""],
    ["2019/4/8", "", "배송이 늦어요", "", "min@example.com"],
]


@pytest.fixture
def source() -> Source:
    return make_source("history", channel="import", time_zone="Asia/Seoul")


def write(path: Path, rows: list[list[str]] = ROWS, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def run(path: Path, *more: str) -> str:
    said = StringIO()
    call_command(
        "import_feedback", str(path), "--source", "history", "--map", *MAP, *more, stdout=said
    )
    return said.getvalue()


def test_each_row_is_heard_at_its_own_time(source: Source, tmp_path: Path) -> None:
    assert "3 read, 3 written, 0 already there, 0 rejected" in run(write(tmp_path / "a.csv"))
    first, second, third = Feedback.objects.order_by("received_at")
    assert first.received_at == datetime(2019, 4, 5, 15, 0, tzinfo=UTC)
    assert first.comment == "They called\nme at night, every night"
    assert (first.score_value, first.worst_class, first.contactable) == (1, "negative", "letter")
    assert (first.quiet, first.imported_at is not None) == (True, True)
    assert second.comment == "No trouble"
    assert (third.score, third.comment) == (None, "배송이 늦어요")
    assert first.customer.trusted
    assert [f.pk.version for f in (first, second, third)] == [7, 7, 7]
    assert Arrival.objects.count() == 3


def test_reading_it_again_doubles_nothing(source: Source, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ROWS * 2)
    assert "6 written" in run(path)
    assert "0 written, 6 already there" in run(path)
    grown = write(tmp_path / "b.csv", [*ROWS * 2, ["2019/5/1", "2", "New", "", ""]])
    assert "1 written, 6 already there" in run(grown)
    assert Feedback.objects.count() == 7


def test_a_row_is_the_same_whatever_its_date_is_taken_to_mean(
    source: Source, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv")
    run(path)
    assert "0 written, 3 already there" in run(path, "--time-zone", "UTC")


def test_what_cannot_be_stored_is_shown_as_such(source: Source, tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [["2019/4/6", "1", "nul \0 here", "", ""]]))
    assert Feedback.objects.get().comment == "nul \ufffd here"


def test_long_stories_are_kept_whole(source: Source, tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [["2019/4/6", "1", "long " * 3000, "", ""]]))
    assert len(Feedback.objects.get().comment) == 14_999


def test_it_goes_on_where_it_was_killed(source: Source, tmp_path: Path) -> None:
    run(write(tmp_path / "half.csv", ROWS[:2]))
    assert "1 written, 2 already there" in run(write(tmp_path / "whole.csv"))


def test_bad_rows_are_kept_aside_with_line_and_reason(source: Source, tmp_path: Path) -> None:
    bad = [
        ["2019/4/6", "9", "nine stars", "", ""],
        ["06.04.2019", "1", "whose calendar", "", ""],
        ["2019/4/6", "1", "", "", "not an address"],
        ["2019/4/6", "", "", "", ""],
        ["2019/4/6", "1", "x", "", "", "one cell more"],
        ["2019/4/6", "four", "y", "", ""],
    ]
    path = write(tmp_path / "a.csv", [ROWS[0], *bad, ROWS[1]])
    assert "8 read, 2 written, 0 already there, 6 rejected" in run(path)
    with (tmp_path / "a.csv.rejects.csv").open(newline="") as file:
        rejects = list(csv.reader(file))
    assert rejects[0][:3] == ["line", "reason", "Date"]
    assert [row[0] for row in rejects[1:]] == ["4", "5", "6", "7", "8", "9"]
    assert "stars goes from 1 to 5" in rejects[1][1]
    assert "date-format" in rejects[2][1]
    assert rejects[5][2:] == bad[4]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_it_finds_the_encoding(source: Source, tmp_path: Path, encoding: str) -> None:
    words = "배송이 너무 늦어서 정말 실망했습니다. 다시는 주문하지 않겠습니다."
    rows = [["2019/4/6", "1", words, "", ""], ["2019/4/7", "2", "환불을 받지 못했습니다", "", ""]]
    run(write(tmp_path / "a.csv", rows, encoding))
    assert Feedback.objects.filter(comment=words).exists()


def test_a_named_date_format_is_believed(source: Source, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["15.08.25", "1", "x", "", ""]])
    run(path, "--date-format", "%y.%m.%d", "--time-zone", "UTC")
    assert Feedback.objects.get().received_at == datetime(2015, 8, 25, tzinfo=UTC)


def test_old_rows_alarm_people_only_when_asked_to(source: Source, tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv"), "--live")
    assert not Feedback.objects.filter(quiet=True).exists()


def test_a_dry_run_shows_and_writes_nothing(source: Source, tmp_path: Path) -> None:
    said = run(write(tmp_path / "a.csv"), "--dry-run")
    shown = json.loads(said.splitlines()[0].partition(": ")[2])
    assert shown["score"] == {"type": "stars", "value": 1}
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["--map", "score=Stars"], "names its type"),
        (["--map", "mood=Stars"], "no part of a feedback"),
        (["--map", "comment=Words"], "no column 'Words'"),
        (["--source", "nowhere"], "no source 'nowhere'"),
        (["--encoding", "klingon"], "klingon"),
        (["--time-zone", "Mars/Olympus"], "Mars/Olympus"),
    ],
)
def test_it_says_what_is_wrong(
    source: Source, tmp_path: Path, said: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(write(tmp_path / "a.csv"), *said)
    assert not Feedback.objects.exists()


def test_an_endless_cell_is_an_error_and_not_a_crash(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + '\n2019/4/6,1,"' + "x" * 17_000_000)
    with pytest.raises(CommandError, match="Line 2"):
        run(path)
