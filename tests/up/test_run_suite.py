"""What `manage.py test` gives on to pytest."""

import os

import pytest

from cxloop.up.suite import spread

TWO = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.parametrize(
    "said", [[], ["-k", "resolve"], ["tests/sla"], ["--color=no"], ["--durations", "9"]]
)
def test_it_spreads_over_two_cores(said: list[str]) -> None:
    assert spread(said) == TWO


@pytest.mark.parametrize(
    "said", [["-n", "4"], ["-n0"], ["-nauto"], ["--dist=load"], ["--pdb"], ["--co", "-q"]]
)
def test_it_overrules_nobody(said: list[str]) -> None:
    assert spread(said) == []


def test_one_core_runs_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert spread([]) == []
