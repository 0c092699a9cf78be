"""The service under fault, seen from outside: its processes by role, its database, its broker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from tests.faults.load import Load
from tests.faults.smtp import Receiver
from tests.services import ROOT, Service, environment_of, service_in, wait_until

ROLES = (
    *("web", "live", "mail", "fetch", "worker", "letters", "beat", "watch"),
    *("database", "broker"),
)
# A word of each role's command line.
WORDS = {
    "web": "cxloop.wsgi:application",
    "live": "cxloop.asgi:application",
    "mail": "receive_smtp",
    "fetch": "fetch_mail",
    "worker": "sweeps",
    "letters": "letters",
    "beat": "beat",
    "watch": "watchdog",
    "database": "postgres",
    "broker": "valkey-server",
}
BACK_SECONDS = 120.0


@dataclass
class House:
    service: Service
    post: Receiver
    load: Load
    kills: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    # -- processes

    def main_of(self, role: str) -> psutil.Process | None:
        with suppress(psutil.Error):
            for child in psutil.Process(self.service.process.pid).children():
                with suppress(psutil.Error):
                    if WORDS[role] in (Path(word).name for word in child.cmdline()):
                        return child
        return None

    def one_of(self, role: str) -> psutil.Process | None:
        """The main process of a role or one of its own: they die differently."""
        main = self.main_of(role)
        with suppress(psutil.Error):
            if main is not None:
                return self.load.random.choice([main, *main.children(recursive=True)])
        return main

    def kill(self, role: str) -> None:
        """One process of it, as soon as there is one: it may have fallen with another role."""
        wait_until(lambda: self.one_of(role) is not None, seconds=BACK_SECONDS)
        self._end(role, self.one_of(role), signal.SIGKILL)

    def _end(self, role: str, victim: psutil.Process | None, number: signal.Signals) -> None:
        """Says whom, and what was in flight."""
        if victim is None:
            return
        flight = self.load.what_is_in_flight()
        with suppress(psutil.Error):
            what = " ".join(victim.cmdline())[-60:]
            victim.send_signal(number)
            self.kills[role] += 1
            waiting = ", ".join(f"{n} {name}" for name, n in flight.items()) or "nothing"
            self.say(f"{number.name} {role}, pid {victim.pid} (…{what}); in flight: {waiting}")

    def kill_on_sight(
        self,
        roles: tuple[str, ...],
        seconds: float,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Nothing of them lives for long, for so many seconds or until that is so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            for role in roles:
                if self.main_of(role) is not None:
                    self.kill_main(role)
            time.sleep(0.1)

    def kill_main(self, role: str) -> None:
        self._end(role, self.main_of(role), signal.SIGKILL)

    def stop_main(self, role: str) -> None:
        """Asked to end, as by an operator."""
        self._end(role, self.main_of(role), signal.SIGINT)

    def wait_until_whole(self) -> None:
        """Every role lives and a post is answered."""
        wait_until(self.is_whole, seconds=BACK_SECONDS)

    def is_whole(self) -> bool:
        return all(self.main_of(role) for role in ROLES) and self.is_ready()

    def is_ready(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.service.base_url}/readyz", timeout=5).status_code == 200
        return False

    def readyz(self) -> tuple[int, dict[str, str]]:
        answer = httpx.get(f"{self.service.base_url}/readyz?strict=1", timeout=10)
        return answer.status_code, answer.json()["checks"]

    # -- its servers

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.service.home / "installation.json").read_text())
        return found

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[Any]]:
        facts = self.facts["database"]
        with psycopg.connect(
            host="127.0.0.1",
            port=facts["port"],
            password=facts["password"],
            user="cxloop",
            dbname="cxloop",
            autocommit=True,
            connect_timeout=5,
        ) as connection:
            yield connection

    def ask(self, question: str, *values: Any) -> Any:
        """The first column of the first row."""
        with self.database() as connection:
            row = connection.execute(question, values).fetchone()
        return row[0] if row else None

    def tell_broker(self, command: str) -> None:
        facts = self.facts["broker"]
        said = f"AUTH {facts['password']}\r\n{command}\r\nQUIT\r\n"
        with suppress(OSError), socket.create_connection(("127.0.0.1", facts["port"]), 3) as line:
            line.sendall(said.encode())
            line.recv(1000)

    # -- our own helpers beside it

    @property
    def environment(self) -> dict[str, str]:
        facts = self.facts
        database, broker = facts["database"], facts["broker"]
        return environment_of(
            self.service.home,
            CXLOOP_SECRET_KEY=(self.service.home / "secret_key").read_text().strip(),
            CXLOOP_EMAIL_URL=f"smtp://127.0.0.1:{self.post.port}",
            CXLOOP_BASE_URL=facts["base_url"],
            CXLOOP_BOOTSTRAP="0",
            DJANGO_SETTINGS_MODULE="cxloop.settings",
            DATABASE_URL=f"postgresql://cxloop:{database['password']}"
            f"@127.0.0.1:{database['port']}/cxloop",
            REDIS_URL=f"redis://:{broker['password']}@127.0.0.1:{broker['port']}/0",
        )

    @contextmanager
    def beside(self, *commands: list[str]) -> Iterator[None]:
        """Further processes of the service, for a while."""
        running = [
            subprocess.Popen(
                [sys.executable, *command],
                env=self.environment,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for command in commands
        ]
        try:
            yield
        finally:
            for process in running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def soon(self, what: str, true: Callable[[], bool], *, seconds: float) -> None:
        """Every look costs the database a sign-in, so there are few."""
        began = time.monotonic()
        while not true():
            assert time.monotonic() < began + seconds, f"{what}: not within {seconds:g} s"
            time.sleep(0.5)
        self.say(f"  {what}, after {time.monotonic() - began:.1f} s")


@contextmanager
def house_in(home: Path, seed: int) -> Iterator[House]:
    """`manage.py up` on a folder of its own, with short promises, under load."""
    post = Receiver()
    url = f"smtp://127.0.0.1:{post.port}"
    with service_in(home, "--port", "0", CXLOOP_EMAIL_URL=url) as service:
        load = Load(service.base_url, service.demo, seed)
        house = House(service, post, load)
        _promise_shortly(house)
        _put_a_clock_before_theirs(house)
        load.start()
        try:
            yield house
        finally:
            load.stop()
            post.close()


RUNGS = [
    {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]},
    {"clock": "follow_up", "when": {"percent": 75}, "tell": ["lead"]},
    {"clock": "follow_up", "when": {"after_due_s": 0}, "tell": ["manager"]},
    {"clock": "follow_up", "when": {"after_due_s": 15}, "tell": ["admin"]},
    {"clock": "acknowledge", "when": {"after_due_s": 0}, "tell": ["lead"]},
    {"clock": "resolve", "when": {"after_due_s": 0}, "tell": ["lead"]},
]


def _promise_shortly(house: House) -> None:
    token = house.service.demo["users"]["admin"]["token"]
    with httpx.Client(
        base_url=house.service.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=20
    ) as admin:
        targets = {"acknowledge_s": 20, "follow_up_s": 25, "resolve_s": 40}
        for path, change in (
            ("sla-policies/standard", targets),
            ("ladders/standard", {"rungs": RUNGS}),
        ):
            answer = admin.patch(f"/api/v1/{path}", json=change)
            assert answer.status_code == 200, answer.text


CLOCK = """
CREATE SCHEMA faults;
CREATE TABLE faults.jump (by interval NOT NULL);
INSERT INTO faults.jump VALUES ('0');
CREATE FUNCTION faults.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + by FROM faults.jump';
ALTER DATABASE cxloop SET search_path = faults, pg_catalog, public;
"""
END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = 'cxloop' AND pid <> pg_backend_pid()
"""


def _put_a_clock_before_theirs(house: House) -> None:
    with house.database() as connection:
        connection.execute(CLOCK)
        connection.execute(END_SESSIONS)
    house.wait_until_whole()
