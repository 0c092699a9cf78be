"""Outlives a supervisor that was killed, and ends every process group that it had started.

Run as a file of its own, with the standard library alone. Standard input is the lifeline: lines
"+ GROUP SIGNAL" and "- GROUP" while the supervisor lives, end of file when it is gone.
"""

import os
import signal
import sys
import time
from contextlib import suppress

PATIENCE_SECONDS = 5.0


def read_lifeline() -> dict[int, int]:
    groups: dict[int, int] = {}
    for line in sys.stdin:
        sign, group, *rest = line.split()
        if sign == "+":
            groups[int(group)] = int(rest[0])
        else:
            groups.pop(int(group), None)
    return groups


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def send(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end(groups: dict[int, int]) -> None:
    for group, number in groups.items():
        send(group, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(is_alive(group) for group in groups):
        time.sleep(0.05)
    for group in groups:
        send(group, signal.SIGKILL)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(read_lifeline())
