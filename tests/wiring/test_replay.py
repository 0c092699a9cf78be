import csv
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.wiring.commanding import command, databases, try_command

pytestmark = pytest.mark.trial

SMALL = Path(__file__).parent / "small_record"
AS_OF = datetime(2019, 5, 9)
WIDTH = 60

Numbers = dict[str, list[int]]


def read(said: str) -> Numbers:
    """The lines by their names, with the numbers behind them."""
    lines = (line for line in said.splitlines() if line[WIDTH:].strip())
    found = ((line[:WIDTH].strip(), line[WIDTH:].split()) for line in lines)
    return {name: [int(n.replace(",", "")) for n in rest if n[0].isdigit()] for name, rest in found}


@pytest.fixture(scope="module")
def small() -> Numbers:
    """Nine complaints, the last of them made on the chosen day, and six reviews."""
    said = command("replay", "--data", str(SMALL), "--as-of", "2019-05-09")
    assert not {name for name in databases() if name.endswith("_replay")}
    return read(said.partition("Stages")[0])


def test_it_tells_what_was_said_before_the_chosen_day(small: Numbers) -> None:
    assert (small["Feedback"], small["complaints"], small["reviews"]) == ([14], [8], [6])


def test_it_routes_by_issue_before_product(small: Numbers) -> None:
    groups = ("mortgages", "collection", "fraud", "cards", "loans", "legal", "films")
    assert [small[group] for group in groups] == [[2], [1], [1], [1], [1], [1], [2]]
    assert small["Tickets"] == [9]


def test_it_says_why_there_is_no_ticket(small: Numbers) -> None:
    assert small["Praise: Praise, kept for those it praises."] == [2]
    assert small["Neutral, with words: To be read."] == [2]
    assert small["Other products: No group of this house knows the product."] == [1]
    assert small["No ticket"] == [5]


def test_an_answer_in_time_meets_the_clock_and_a_late_one_does_not(small: Numbers) -> None:
    """Met, breached, of which answered late, open, all."""
    assert small["follow_up"] == [4, 2, 1, 1, 7]
    assert small["acknowledge"] == [2, 4, 3, 1, 7]
    assert small["resolve"] == [0, 2, 0, 0, 2]


def test_every_rung_is_raised_once_and_history_in_silence(small: Numbers) -> None:
    """Heard, quiet, passed over, noted late, all."""
    assert small["follow_up, rung 1: 50 %"] == [5, 0, 0, 0, 5]
    assert small["follow_up, rung 3: due"] == [2, 0, 0, 0, 2]
    assert small["follow_up, rung 4: +24 h"] == [1, 0, 0, 0, 1]
    assert small["resolve, rung 1: due"] == [0, 2, 0, 0, 2]


def test_nobody_is_forgotten_but_history(small: Numbers) -> None:
    assert (small["unowned"], small["given to nobody, being history"]) == ([0], [2])


COMPLAINTS, REVIEWS = Path("feedback/cfpb_complaints.csv"), Path("feedback/nsmc_reviews.csv")


@pytest.fixture
def record(real_data: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The latest fifth of both files; with --whole-record all of them."""
    if request.config.getoption("--whole-record"):
        return real_data
    (tmp_path / "feedback").mkdir()
    for name in (COMPLAINTS, REVIEWS):
        with (real_data / name).open(encoding="utf-8-sig", newline="") as whole:
            head, *rows = csv.reader(whole)
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as part:
            csv.writer(part).writerows([head, *rows[-len(rows) // 5 :]])
    return tmp_path


@pytest.mark.real_data
def test_the_record_adds_up(record: Path) -> None:
    """What is expected is counted from the files alone, by nothing of ours."""
    told = read(command("replay", "--data", str(record), seconds=900).partition("Stages")[0])
    complaints = list(_rows(record / COMPLAINTS))
    ratings = Counter(int(row["rating"]) for row in _rows(record / REVIEWS))
    said = [(_day(row["Date received"]), _day(row["Date sent to company"])) for row in complaints]
    unhappy = sum(ratings[n] for n in range(1, 5))
    assert told["Feedback"] == [len(said) + ratings.total()]
    assert len(said) > 900
    assert told["Tickets"] == [len(said) + unhappy]
    assert told["films"] == told["resolve"][1:2] == [unhappy]
    assert sum(told[group][0] for group in _GROUPS) == told["Tickets"][0]
    assert told["Praise: Praise, kept for those it praises."] == [
        sum(map(ratings.get, (7, 8, 9, 10)))
    ]
    assert told["Neutral, with words: To be read."] == [ratings[5] + ratings[6]]
    assert told["follow_up"] == _clocks(said, hours=48)
    assert told["acknowledge"] == _clocks(said, hours=24)
    for rung, hours in (("1: 50 %", 24), ("2: 75 %", 36), ("3: due", 48), ("4: +24 h", 72)):
        raised = _raised(said, hours)
        assert told[f"follow_up, rung {rung}"] == [raised, 0, 0, 0, raised]


_GROUPS = (
    *("accounts", "cards", "collection", "credit-reporting", "films"),
    *("fraud", "legal", "loans", "mortgages"),
)

Said = list[tuple[datetime, datetime]]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y/%m/%d")


def _clocks(said: Said, *, hours: int) -> list[int]:
    """Met, breached, of which answered late, open, all."""
    answered = [(start + timedelta(hours=hours), at) for start, at in said]
    met = sum(at <= due and at <= AS_OF for due, at in answered)
    breached = sum(due < AS_OF and at > due for due, at in answered)
    late = sum(due < at <= AS_OF for due, at in answered)
    return [met, breached, late, len(said) - met - breached, len(said)]


def _raised(said: Said, hours: int) -> int:
    """Passed by whoever was not answered until then; the rung at the due time, only after it."""
    heights = [(start + timedelta(hours=hours), at) for start, at in said]
    last = AS_OF - timedelta(seconds=1 if hours == 48 else 0)
    return sum(height <= last and at > height for height, at in heights)


def test_it_asks_for_the_data_in_one_sentence() -> None:
    asked = try_command("replay", CXLOOP_TEST_DATA="")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.strip() == (
        "CommandError: Name the folder of complaints and reviews by --data or CXLOOP_TEST_DATA."
    )


def test_it_says_which_file_is_missing(tmp_path: Path) -> None:
    asked = try_command("replay", "--data", str(tmp_path))
    assert asked.returncode == 2
    assert "cfpb_complaints.csv" in asked.stderr
