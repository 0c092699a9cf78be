"""The supervisor starts a child that ended again, later and later while it keeps ending."""

import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxloop.up.children import Child, Nursery
from cxloop.up.supervisor import StopAsked, Supervisor, ignore_stop, listen_for_stop


def watch_for(nursery: Nursery, seconds: float) -> None:
    """As `up` does, until it is asked to stop."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    listen_for_stop()
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGHUP))
    timer.start()
    try:
        with pytest.raises(StopAsked):
            Supervisor(nursery).watch()
    finally:
        ignore_stop()
        timer.join()
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def child_of(folder: Path, *command: str) -> Child:
    return Child("sleeper", list(command), {"PATH": os.defpath}, folder / "sleeper.log")


def waits(said: str) -> list[float]:
    return [float(wait) for wait in re.findall(r"again in (\S+) s", said)]


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.stop(nursery.children, 1.0)
    nursery.stop(nursery.children, 1.0)
    nursery.close()


def test_it_waits_longer_from_death_to_death(
    nursery: Nursery, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nursery.start(child_of(tmp_path, "false"))
    watch_for(nursery, 2.5)
    assert waits(capfd.readouterr().out)[:3] == [0.25, 0.5, 1.0]


def test_it_goes_on_trying_where_the_program_is_gone(
    nursery: Nursery, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    nursery.start(child_of(tmp_path, str(program)))
    program.unlink()
    watch_for(nursery, 2.0)
    said = capfd.readouterr().out
    assert "sleeper is not started (sleeper cannot be started" in said
    assert waits(said)[:2] == [0.25, 0.5]
