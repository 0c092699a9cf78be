import os
import subprocess
import sys

import pytest

from tests.wiring.commanding import ROOT, databases, try_command

pytestmark = pytest.mark.trial

PURPOSES = ("bench", "little", "past", "clocks", "fewclocks")


@pytest.fixture(scope="module")
def said() -> str:
    """Everything that is measured, but quickly; what is still prepared is told on the other stream,
    which stands here between the lines."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "bench", "--quick", *MEASURED],
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=300,
    ).stdout


MEASURED = ("post", "batch", "import", "triage", "sla")


def figures(said: str) -> list[str]:
    """What was measured, line by line."""
    lines = said.partition("what  ")[2].splitlines()[1:]
    return [line.split("  ")[0] for line in lines if not line.endswith(" ...")]


def test_it_prints_each_figure_beside_its_floor(said: str) -> None:
    assert figures(said) == [
        "one feedback a request, with a customer, 2,000 stored",
        "one feedback a request, of nobody known, 2,000 stored",
        "batch of 1,000 over HTTP; floor: COPY of all its rows",
        "batch of 1,000 over HTTP; floor: COPY of the feedback alone",
        "CSV import of 500; floor: COPY of all its rows",
        "CSV import of 500; floor: COPY of the feedback alone",
        "triage of 1,000, 50 rules, one in five a ticket, one process",
        "queue of a group's manager, 5 tabs, 2,000 tickets",
        "queue of an admin, 5 tabs, 2,000 tickets",
        "board of a group's manager, 2,000 tickets",
        "board of an admin, 2,000 tickets",
        "explain of 200 events, in opening hours; floor: its events read",
        "explain of 200 events, in opening hours, over REST",
        "idle sweep of 2,000 running clocks; floor: its two statements",
        "idle sweep of 2,000 running clocks; floor: the same of 500",
        "1,000 overdue after a standstill, 2 workers; floor: bare SQL",
        "memory of a worker after that",
        "50 due/s for 6 s, beside 300 posts",
    ]
    shares = [line for line in said.splitlines() if "of the floor" in line]
    assert len(shares) == 6
    assert all(row.count("/s ") == 2 for row in shares), said


def test_it_prints_each_figure_as_soon_as_it_is_found(said: str) -> None:
    assert said.index("CSV import of 500") < said.index("measuring triage")


def test_it_leaves_nothing_behind(said: str) -> None:
    assert not {name for name in databases() if name.rpartition("_")[2] in PURPOSES}


def test_it_refuses_what_it_cannot_measure() -> None:
    refused = try_command("bench", "happiness")
    assert (refused.returncode, "happiness" in refused.stderr) == (2, True)
