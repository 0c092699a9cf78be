"""The folder of an installation: who may use it, its secrets, its ports, what was done to it."""

import fcntl
import hashlib
import json
import os
import random
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from cxloop.up.bootstrap import LOCKS, ROOT
from cxloop.up.refusal import Refusal

# How long the last supervisor's guardian may still be ending its processes after a kill -9.
CLEARING_SECONDS = 15.0


def home_path() -> Path:
    """`CXLOOP_HOME`, else `.cxloop` beside manage.py, wherever it is called from."""
    named = os.environ.get("CXLOOP_HOME", "").strip()
    return Path(named).expanduser().absolute() if named else ROOT / ".cxloop"


def private(path: str, flags: int) -> int:
    """For `open`: a file that only its owner may read."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, text: str) -> None:
    """Readable by its owner only, and never half there: written aside, then renamed."""
    half = path.with_name(f".{path.name}.new")
    with open(half, "w", encoding="utf-8", opener=private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def free_port(preferred: int | None = None) -> int:
    """The preferred port where nobody listens on it, else one that is free on loopback.

    Below the range from which systems give ports to outgoing connections: one of those could take
    it before our server does.
    """
    others = random.SystemRandom().sample(range(20_000, 32_000), 100)
    for port in [preferred, *others] if preferred else others:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise Refusal("no free port was found on 127.0.0.1.")


class Home:
    """One installation's folder. `facts` is installation.json, saved by `remember`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.postgres = path / "postgres"
        self.logs = path / "logs"
        self._lock: IO[str] | None = None
        self.facts: dict[str, Any] = {}

    @property
    def _facts_file(self) -> Path:
        return self.path / "installation.json"

    # -- one user at a time

    def take(self, purpose: str) -> bool:
        """Become the one that runs this folder; False where a living process already does."""
        lock = self._open_lock()
        deadline = time.monotonic() + CLEARING_SECONDS
        while not _locked(lock):
            if self.runner() or time.monotonic() > deadline:
                lock.close()
                return False
            time.sleep(0.05)
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()} {purpose}\n")
        lock.flush()
        self._lock = lock
        return True

    def runner(self) -> tuple[int, str] | None:
        """Process id and purpose of whoever runs this folder, while it lives."""
        try:
            number, _, purpose = (self.path / "lock").read_text().strip().partition(" ")
            os.kill(int(number), 0)
        except (OSError, ValueError):
            return None
        return int(number), purpose

    @property
    def lock_descriptor(self) -> int:
        if self._lock is None:
            raise RuntimeError("the folder was not taken")
        return self._lock.fileno()

    def __enter__(self) -> "Home":
        return self

    def __exit__(self, *trouble: object) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """While somebody else runs this folder: they wait for us before they stop its database."""
        with (self.path / "borrowers").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    def wait_for_borrowers(self) -> None:
        with (self.path / "borrowers").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)

    def _open_lock(self) -> IO[str]:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            return (self.path / "lock").open("a+")
        except OSError as error:
            raise Refusal(f"{self.path} cannot be used as a folder ({error.strerror}).") from error

    # -- what is known about it

    def recall(self) -> None:
        """Read installation.json; refuse a folder that holds data without it."""
        try:
            self.facts = json.loads(self._facts_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if self.postgres.exists():
                raise Refusal(
                    f"{self.path} holds a database but no installation.json: put that file back, "
                    "or name another folder by CXLOOP_HOME."
                ) from None
            self.facts = {}
        except (OSError, ValueError) as error:
            raise Refusal(f"{self._facts_file} cannot be read: {error}.") from error

    def remember(self, **facts: Any) -> None:
        self.facts |= facts
        write_private(self._facts_file, json.dumps(self.facts, indent=2, ensure_ascii=False))

    def choose_ports(self) -> None:
        """Passwords once, ports again where somebody else has taken the old ones."""
        for server in ("database", "broker"):
            known = self.facts.get(server, {})
            port = free_port(known.get("port"))
            password = known.get("password") or secrets.token_urlsafe(24)
            self.facts[server] = {"port": port, "password": password}
        self.remember()

    def secret_key(self) -> str:
        file = self.path / "secret_key"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(48))
        return file.read_text().strip()

    def environment(self) -> dict[str, str]:
        """What the service reads to find this installation."""
        database, broker = self.facts["database"], self.facts["broker"]
        address = {"CXLOOP_BASE_URL": self.facts["base_url"]} if "base_url" in self.facts else {}
        return address | {
            "CXLOOP_HOME": str(self.path),
            "CXLOOP_SECRET_KEY": self.secret_key(),
            "DATABASE_URL": f"postgresql://cxloop:{database['password']}"
            f"@127.0.0.1:{database['port']}/cxloop",
            "REDIS_URL": f"redis://:{broker['password']}@127.0.0.1:{broker['port']}/0",
        }


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def migrations_fingerprint() -> str:
    """Changes whenever a migration of ours or a locked package does."""
    digest = hashlib.sha256((LOCKS / "run.txt").read_bytes())
    # Not the hidden folders: .venv alone holds more than all the rest.
    for room in sorted(ROOT.glob("[!.]*/")):
        for file in sorted(room.glob("**/migrations/*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
