"""An installation while it is in use: its servers up, its database at the right version."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Nursery
from cxloop.up.home import Home, migrations_fingerprint, private
from cxloop.up.refusal import Refusal
from cxloop.up.roles import STOP_ORDER
from cxloop.up.servers import start_servers
from cxloop.up.supervisor import ignore_stop, stop_in_order

# The status of `seed` where there are people already.
ALREADY_FURNISHED = 3


@contextmanager
def running(home: Home, settings: Mapping[str, str] | None = None) -> Iterator[Nursery]:
    """A taken home's servers, up on entry, stopped with everything else on exit.

    `settings` are PostgreSQL's, beside our own.
    """
    with home, _nursery_of(home) as nursery:
        home.recall()
        home.choose_ports()
        start_servers(home, nursery, settings or {})
        yield nursery


@contextmanager
def _nursery_of(home: Home) -> Iterator[Nursery]:
    nursery = Nursery(held=home.lock_descriptor)
    try:
        yield nursery
    finally:
        ignore_stop()
        stop_in_order(nursery, STOP_ORDER)
        nursery.close()


def bring_up_to_date(home: Home, environment: dict[str, str]) -> None:
    """Migrate, unless nothing has changed since the last time."""
    fingerprint = migrations_fingerprint()
    if home.facts.get("migrated") != fingerprint:
        status, words = _manage(environment, "migrate", "--no-input", "--verbosity", "0")
        if status:
            raise Refusal(f"the database could not be migrated:\n{words}")
        home.remember(migrated=fingerprint)


def furnish_once(home: Home, environment: dict[str, str], *options: str) -> None:
    """Remember the keys and people of a new installation, which nobody can show again.

    The command says them before they count. So a line that is there belongs to what was done,
    even if we were killed before we could remember it; a later line takes the place of an earlier.
    """
    if "seeded" in home.facts:
        return
    lines = home.path / "seeding"
    with open(lines, "a", encoding="utf-8", opener=private) as file:
        status, words = _manage(environment, "seed", *options, output=file)
    said = lines.read_text(encoding="utf-8").splitlines()
    if not said or status not in {0, ALREADY_FURNISHED}:
        raise Refusal(f"the installation could not be furnished:\n{words}")
    home.remember(seeded=json.loads(said[-1]))
    lines.unlink()


def _manage(
    environment: dict[str, str], *arguments: str, output: IO[str] | None = None
) -> tuple[int, str]:
    """A manage.py command's status and the end of what it says of its troubles."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, "\n".join(done.stderr.strip().splitlines()[-12:])
