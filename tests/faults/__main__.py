"""`manage.py faults`."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.course import run
from tests.faults.deck import WHOLE
from tests.faults.disk import fill_the_letters_folder


def main(arguments: list[str]) -> int:
    wanted = _read(arguments)
    home = Path(tempfile.mkdtemp(prefix="cxloop-faults-"))
    with histories_beside(wanted.histories) as histories:
        broken = run(home / "home", seconds=wanted.seconds, seed=wanted.seed, deck=WHOLE)
        broken += fill_the_letters_folder(home / "home")
        broken += told_by(histories)
    for what in broken:
        print(f"BROKEN: {what}")
    if broken:
        print(f"Everything is kept in {home}; again by --seed {wanted.seed}.")
        return 1
    shutil.rmtree(home, ignore_errors=True)
    print(f"All promises were kept. Seed {wanted.seed}.")
    return 0


@contextmanager
def histories_beside(number: int) -> Iterator[subprocess.Popen[str]]:
    """Thousands of short histories of a promise, on servers of their own."""
    test = ["-m", "pytest", "-q", "-n", "0", "tests/faults/test_histories.py"]
    process = subprocess.Popen(
        ["nice", sys.executable, *test],
        env=os.environ | {"CXLOOP_TEST_HISTORIES": str(number)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def told_by(histories: subprocess.Popen[str]) -> list[str]:
    said, _ = histories.communicate()
    print(f"\nHistories: {said.strip().splitlines()[-1]}")
    if histories.returncode:
        print(said)
        return ["a history in which a law does not hold"]
    return []


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--histories", type=int, default=2000, help="short ones, beside it")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
