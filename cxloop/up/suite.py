"""`manage.py test`: pytest, with everything behind `test` given on to it."""

import os
import sys

from cxloop.up.bootstrap import ROOT

OWN_CHOICE = ("-n", "--numprocesses", "--dist", "--pdb", "--collect-only", "--co", "-h", "--help")


def run_suite(arguments: list[str]) -> int:
    """Become pytest; the servers that the tests want are the business of its plugin."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *_spread(arguments), *arguments])


def _spread(arguments: list[str]) -> list[str]:
    """Two processes where there are two cores, unless the caller has said how."""
    if (os.cpu_count() or 1) < 2 or any(said.startswith(OWN_CHOICE) for said in arguments):
        return []
    return ["-n", "2", "--dist", "loadgroup"]
