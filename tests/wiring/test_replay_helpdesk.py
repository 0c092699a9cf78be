import csv
from pathlib import Path

import pytest

from tests.wiring import helpdesk_oracle
from tests.wiring.commanding import command, databases, try_command

pytestmark = pytest.mark.trial

SMALL = Path(__file__).parent / "small_record"
LOG = Path("eventlogs") / "helpdesk_event_log.csv"

Clocks = dict[tuple[str, str, str], dict[str, str]]


class Replayed:
    """What was said, and every clock by case, kind and cycle."""

    def __init__(self, data: Path, folder: Path, *, seconds: float) -> None:
        file = folder / "clocks.csv"
        arguments = ("--data", str(data), "--clocks", str(file))
        self.said = command("replay_helpdesk", *arguments, seconds=seconds)
        with file.open(encoding="utf-8", newline="") as rows:
            read = list(csv.DictReader(rows))
        self.clocks: Clocks = {(row["case"], row["kind"], row["cycle"]): row for row in read}
        assert len(self.clocks) == len(read)


def differences(found: Clocks, wanted: Clocks) -> Clocks:
    keys = found.keys() | wanted.keys()
    return {key: found.get(key, {}) for key in keys if found.get(key) != wanted.get(key)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Nine cases: round the clock the odd ones, in opening hours the even ones."""
    replayed = Replayed(SMALL, tmp_path_factory.mktemp("small"), seconds=120)
    assert not {name for name in databases() if name.endswith("_helpdesk")}
    return replayed


def test_it_agrees_with_who_holds_a_stopwatch(small: Replayed) -> None:
    assert differences(small.clocks, helpdesk_oracle.reckon(SMALL / LOG)) == {}


def test_it_counts_the_hour_that_goes_in_a_night_of_duty(small: Replayed) -> None:
    """Nine hours from Saturday evening: seven of the night, two of Monday morning."""
    acknowledge = small.clocks["Case2", "acknowledge", "1"]
    assert (acknowledge["state"], acknowledge["due_at"]) == ("met", "2010-03-29T07:00:00+00:00")


def test_it_waits_through_the_hour_that_comes_twice(small: Replayed) -> None:
    resolve = small.clocks["Case3", "resolve", "1"]
    assert (resolve["state"], resolve["paused_s"]) == ("met", str((3 * 24 + 1) * 3600))


def test_it_passes_over_holidays_and_half_days(small: Replayed) -> None:
    """An hour on the 23rd, four and a half on Christmas Eve, three and a half on Monday."""
    acknowledge = small.clocks["Case4", "acknowledge", "1"]
    assert acknowledge["due_at"] == acknowledge["met_at"] == "2010-12-27T09:30:00+00:00"


def test_a_second_too_late_is_too_late(small: Replayed) -> None:
    acknowledge = small.clocks["Case3", "acknowledge", "1"]
    assert acknowledge["state"] == "breached"
    assert acknowledge["breached_at"] == "2010-10-30T06:00:00+00:00"
    assert acknowledge["met_at"] == "2010-10-30T06:00:01+00:00"


def test_a_wait_from_the_last_second_ends_in_time(small: Replayed) -> None:
    resolve = small.clocks["Case8", "resolve", "1"]
    assert resolve["state"] == "met"
    assert resolve["due_at"] == resolve["met_at"] == "2011-07-03T09:00:00+00:00"


def test_what_is_taken_up_again_begins_anew(small: Replayed) -> None:
    states = [small.clocks["Case5", kind, "2"]["state"] for kind in ("follow_up", "resolve")]
    assert states == ["met", "met"]
    assert ("Case5", "acknowledge", "2") not in small.clocks


def test_closing_voids_what_runs_and_saves_no_breach(small: Replayed) -> None:
    in_time, late = (small.clocks[case, "follow_up", "1"] for case in ("Case6", "Case7"))
    assert (in_time["state"], late["state"]) == ("void", "breached")
    assert late["breached_at"] < late["voided_at"] == "2011-05-04T07:00:01+00:00"


def test_it_tells_what_it_proves_and_what_not(small: Replayed) -> None:
    assert "this proves arithmetic, not contact" in small.said


def test_it_tells_the_rate_of_each_month_and_the_longest_waits(small: Replayed) -> None:
    lines = [" ".join(line.split()) for line in small.said.splitlines()]
    assert "2010-10 0 of 1 0% 0 of 1 0% 1 of 1 100% 0 0" in lines
    assert "all 2 of 5 40% 3 of 6 50% 4 of 4 100% 1 1" in lines
    assert "Case4 2010-12-28 20:00 2011-01-08 21:00 11.0" in lines


@pytest.fixture
def real_log(real_data: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The cases that ended before May of the first year, over a change of the clocks; with
    --whole-record all 4,580 of them, which takes ten minutes."""
    if request.config.getoption("--whole-record"):
        return real_data
    with (real_data / LOG).open(encoding="utf-8", newline="") as whole:
        head, *rows = csv.reader(whole)
    case, at = head.index("case:concept:name"), head.index("time:timestamp")
    later = {row[case] for row in rows if row[at] > "2010-05-01"}
    (tmp_path / LOG).parent.mkdir()
    with (tmp_path / LOG).open("w", encoding="utf-8", newline="") as part:
        csv.writer(part).writerows([head, *(row for row in rows if row[case] not in later)])
    return tmp_path


@pytest.mark.real_data
def test_no_clock_of_real_cases_differs(real_log: Path, tmp_path: Path) -> None:
    replayed = Replayed(real_log, tmp_path, seconds=3600)
    wanted = helpdesk_oracle.reckon(real_log / LOG)
    assert len({case for case, _, _ in wanted}) > 100
    assert differences(replayed.clocks, wanted) == {}


def test_it_asks_for_the_data_in_one_sentence() -> None:
    asked = try_command("replay_helpdesk", CXLOOP_TEST_DATA="")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.strip() == (
        "CommandError: Name the folder of an event log by --data or CXLOOP_TEST_DATA."
    )
