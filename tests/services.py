"""The real service, started as a newcomer starts it: `manage.py up` in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
# What the tests' own servers and settings are called must not reach a service of its own.
NOT_INHERITED = {
    *("DATABASE_URL", "REDIS_URL", "CXLOOP_BASE_URL", "CXLOOP_SECRET_KEY", "CXLOOP_PORT"),
    *("CXLOOP_LIVE_PORT", "CXLOOP_LIVE_URL", "CXLOOP_MAIL_PORT"),
    *("DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "CXLOOP_KEYLESS"),
}


@dataclass
class Service:
    home: Path
    process: subprocess.Popen[str]

    @property
    def demo(self) -> dict[str, Any]:
        """demo.json: address, keys and people."""
        read: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return read

    @property
    def base_url(self) -> str:
        return str(self.demo["base_url"])

    @property
    def said(self) -> str:
        return (self.home / "said").read_text()

    def is_up(self) -> bool:
        return "(Ctrl-C stops it)" in self.said

    def wait_until_up(self) -> None:
        wait_until(lambda: self.is_up() or self.process.poll() is not None, seconds=300)
        assert self.is_up(), self.said

    def stop(self, number: signal.Signals = signal.SIGTERM, *, within: float = 10) -> int:
        """The exit status, within the ten seconds that are promised."""
        self.process.send_signal(number)
        return self.process.wait(within)


def environment_of(home: Path, **further: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return kept | {"CXLOOP_HOME": str(home)} | further


def start_service(home: Path, *options: str, **environment: str) -> Service:
    """Without waiting. What it says is kept in `said`, newly for every start."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "up", *(options or ("--port", "0"))],
            env=environment_of(home, **environment),
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Service(home, process)


@contextmanager
def service_in(home: Path, *options: str, **environment: str) -> Iterator[Service]:
    service = start_service(home, *options, **environment)
    try:
        service.wait_until_up()
        yield service
    finally:
        if service.process.poll() is None:
            service.stop(within=60)  # the promise has tests of its own


def manage(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=environment_of(home, **environment),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that was started for this folder, by what it was given or where it lives."""
    return [one for one in psutil.process_iter() if one.pid != os.getpid() and _belongs(one, home)]


def _belongs(process: psutil.Process, home: Path) -> bool:
    with suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        named = process.environ().get("CXLOOP_HOME") == str(home)
        return named or home in (Path(process.cwd()), *Path(process.cwd()).parents)
    return False


def wait_until(true: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
