"""`manage.py test`: pytest, with everything behind `test` given on to it; `faults` and the
screenshots likewise."""

import os
import re
import sys

from cxloop.up.bootstrap import ROOT
from cxloop.up.refusal import Refusal

# Whoever says how many, or wants to talk to one process, is not overruled.
OWN_CHOICE = re.compile(
    r"-n\d*|-nauto|--numprocesses.*|--dist.*|--pdb|--co|--collect-only|--version"
)


def run_suite(arguments: list[str]) -> int:
    """Become pytest; the servers that the tests want are the business of its plugin."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread(arguments), *arguments])


def run_faults(arguments: list[str]) -> int:
    """Become the fault suite, which starts a service of its own."""
    if not (ROOT / "tests" / "faults").is_dir():
        raise Refusal("the faults are not part of this copy; they stand in tests/faults.")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.faults", *arguments])


def run_screens(arguments: list[str]) -> int:
    """Become the photographer, who starts a service of their own."""
    if not (ROOT / "tests" / "screens").is_dir():
        raise Refusal("the screenshots are not part of this copy; they stand in tests/screens.")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.screens", *arguments])


def spread(arguments: list[str]) -> list[str]:
    """Two processes where there are two cores, unless the caller has said how.

    A file stays in one process: what it starts for all its tests is started once, and they follow
    each other. (`loadgroup` would say it better, and does nothing with pytest 9.2.) Files are dealt
    in the order of their plugin, those that wait for processes first, not by their number of tests.
    """
    if (os.cpu_count() or 1) < 2 or any(map(OWN_CHOICE.fullmatch, arguments)):
        return []
    return ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
