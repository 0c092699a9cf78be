"""Every other manage.py command: on the running installation, or on its database alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import execute_from_command_line

from cxloop.up.home import Home, home_path
from cxloop.up.installation import bring_up_to_date, running
from cxloop.up.refusal import Refusal

READS_NO_DATABASE = frozenset(
    (
        *("check", "makemigrations", "collectstatic", "findstatic", "diffsettings", "spectacular"),
        *("makemessages", "compilemessages", "help", "--help", "-h", "version", "--version"),
    )
)


def run_command(argv: list[str]) -> None:
    """Raises SystemExit as Django's commands do."""
    name = (argv[1:2] or ["help"])[0]
    if os.environ.get("DATABASE_URL"):
        execute_from_command_line(argv)
    elif name in READS_NO_DATABASE or "--help" in argv:
        os.environ.setdefault("CXLOOP_KEYLESS", "1")
        execute_from_command_line(argv)
    else:
        with _installation(Home(home_path()), f"manage.py {name}"):
            execute_from_command_line(argv)


@contextmanager
def _installation(home: Home, purpose: str) -> Iterator[None]:
    """Borrow the servers of whoever runs the folder; where nobody does, run them meanwhile."""
    if home.take(purpose):
        with running(home):
            _point_at(home)
            bring_up_to_date(home, dict(os.environ))
            yield
            home.wait_for_borrowers()
        return
    with home.borrowed():
        home.recall()
        if "migrated" not in home.facts:
            raise Refusal(f"{home.path} is still being set up; try again in a minute.")
        _point_at(home)
        yield


def _point_at(home: Home) -> None:
    for name, value in home.environment().items():
        os.environ.setdefault(name, value)
