"""An installation while it is in use: its servers up, its database at the right version."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Nursery
from cxloop.up.home import Home, migrations_fingerprint
from cxloop.up.refusal import Refusal
from cxloop.up.roles import STOP_ORDER
from cxloop.up.servers import start_servers
from cxloop.up.supervisor import ignore_stop, stop_in_order


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
        manage(environment, "migrate", "--no-input", "--verbosity", "0")
        home.remember(migrated=fingerprint)


def manage(environment: dict[str, str], *arguments: str) -> str:
    """A manage.py command; its output, or its trouble as a refusal."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise Refusal(f"manage.py {arguments[0]} failed:\n{words}")
    return done.stdout
