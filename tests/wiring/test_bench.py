import os
import subprocess
import sys

from tests.wiring.commanding import ROOT, command, databases, try_command


def test_it_prints_each_figure_beside_its_floor_and_leaves_nothing_behind() -> None:
    said = command("bench", "--quick", "post", "batch", "import", "triage")
    rows = [line for line in said.splitlines() if "of the floor" in line]
    assert [row.split("  ")[0] for row in rows] == [
        "one feedback a request, with a customer, 2,000 stored",
        "one feedback a request, of nobody known, 2,000 stored",
        "batch of 1,000 over HTTP; floor: COPY of all its rows",
        "batch of 1,000 over HTTP; floor: COPY of the feedback alone",
        "CSV import of 500; floor: COPY of all its rows",
        "CSV import of 500; floor: COPY of the feedback alone",
    ]
    assert all(row.count("/s ") == 2 for row in rows), said
    assert "triage of 1,000" in said
    assert not {name for name in databases() if name.endswith(("_bench", "_little"))}


def test_it_measures_promises_and_leaves_nothing_behind() -> None:
    said = command("bench", "--quick", "sla", seconds=300)
    lines = said.partition("what  ")[2].splitlines()[1:]
    assert [line.split("  ")[0] for line in lines] == [
        "queue of a group's manager, 5 tabs, 2,000 tickets",
        "queue of an admin, 5 tabs, 2,000 tickets",
        "board of a group's manager, 2,000 tickets",
        "board of an admin, 2,000 tickets",
        "explain of 200 events, in opening hours; floor: its events read",
        "idle sweep of 2,000 running clocks; floor: its two statements",
        "idle sweep of 2,000 running clocks; floor: the same of 500",
        "1,000 overdue after a standstill, 2 workers; floor: bare SQL",
        "memory of a worker after that",
        "50 due/s for 6 s, beside 300 posts",
    ]
    assert not {name for name in databases() if name.endswith(("_past", "_clocks", "_fewclocks"))}


def test_it_prints_each_figure_as_soon_as_it_is_found() -> None:
    """What it still prepares is told on the other stream, after the figure that it has."""
    said = subprocess.run(
        [sys.executable, ROOT / "manage.py", "bench", "--quick", "import", "triage"],
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert said.index("CSV import of 500") < said.index("measuring triage")


def test_it_refuses_what_it_cannot_measure() -> None:
    refused = try_command("bench", "happiness")
    assert (refused.returncode, "happiness" in refused.stderr) == (2, True)
