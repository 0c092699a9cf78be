"""Where manage.py goes once the packages are there."""

from cxloop.up.commands import run_command
from cxloop.up.suite import run_faults, run_screens, run_suite
from cxloop.up.up import run_up


def open_door(argv: list[str]) -> int | str | None:
    """The exit status. What Django does not know is taken before it reads the arguments."""
    match argv[1:2]:
        case ["up"]:
            return run_up(argv[2:])
        case ["test"]:
            return run_suite(argv[2:])
        case ["faults"]:
            return run_faults(argv[2:])
        case ["screenshots"]:
            return run_screens(argv[2:])
        case _:
            run_command(argv)
            return 0
