"""Every role dies under load, the broker is emptied, sessions are ended; nothing is lost.

The whole deck, for ten minutes, is `manage.py faults`.
"""

from pathlib import Path

from tests.faults.course import run
from tests.faults.deck import SHORT

SEED = 20_261_125


def test_a_short_round_breaks_no_promise(tmp_path: Path) -> None:
    assert run(tmp_path / "home", seconds=1, seed=SEED, deck=SHORT) == []
