"""Watches the children: one that dies is started again, later and later if it keeps dying."""

import signal
import time
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from cxloop.up.children import Child, Nursery, keep_log_small
from cxloop.up.refusal import Refusal
from cxloop.up.words import say

LOOK_SECONDS = 0.2
LOG_LOOK_SECONDS = 60.0
# A child that lived this long has recovered: its next death is the first one again.
RECOVERED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 30.0

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal, wherever it finds us."""


def listen_for_stop() -> None:
    def ask(number: int, frame: FrameType | None) -> NoReturn:
        ignore_stop()
        raise StopAsked

    for number in STOP_SIGNALS:
        signal.signal(number, ask)


def ignore_stop() -> None:
    """Once we are stopping, a second Ctrl-C must not leave something behind."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Supervisor:
    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._deaths: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._logs_due = time.monotonic() + LOG_LOOK_SECONDS

    def watch(self) -> NoReturn:
        """Until StopAsked."""
        while True:
            self._nursery.watch_guardian()
            for child in self._nursery.children:
                self._look_after(child)
            self._look_at_logs()
            time.sleep(LOOK_SECONDS)

    def _look_after(self, child: Child) -> None:
        if child.is_alive():
            return
        if child.name not in self._due:
            self._nursery.sweep_up(child)
            self._put_off(child, f"ended {child.how_it_ended()}")
        if time.monotonic() >= self._due[child.name]:
            self._start_again(child)

    def _start_again(self, child: Child) -> None:
        try:
            self._nursery.start(child)
        except Refusal as refusal:
            self._put_off(child, f"is not started ({refusal})")
        else:
            del self._due[child.name]
            say(f"cxloop: {child.name} is started again")

    def _put_off(self, child: Child, trouble: str) -> None:
        now = time.monotonic()
        recovered = now - child.started_at > RECOVERED_SECONDS and child.name not in self._due
        deaths = 0 if recovered else self._deaths.get(child.name, 0)
        wait = min(LONGEST_WAIT_SECONDS, 0.25 * 2 ** min(deaths, 10))
        self._deaths[child.name] = deaths + 1
        self._due[child.name] = now + wait
        say(f"cxloop: {child.name} {trouble}; starting it again in {wait:g} s (see {child.log})")

    def _look_at_logs(self) -> None:
        if time.monotonic() >= self._logs_due:
            self._logs_due = time.monotonic() + LOG_LOOK_SECONDS
            for child in self._nursery.children:
                keep_log_small(child.log)


def stop_in_order(nursery: Nursery, order: Sequence[tuple[Sequence[str], float]]) -> None:
    """Stop group after group, by name and with its seconds; within a group all at once."""
    for names, seconds in order:
        nursery.stop([child for child in nursery.children if child.name in names], seconds)
