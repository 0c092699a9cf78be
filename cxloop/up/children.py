"""Starting a process so that it cannot outlive us, and ending it with everything it started."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cxloop.up.refusal import Refusal

PR_SET_PDEATHSIG = 1
LARGEST_LOG_BYTES = 10_000_000

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """A command, how it is asked to stop, and the process it is at the moment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    become: Callable[[], None] | None = None
    standard_input: str = ""
    folder: Path | None = None
    started_at: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else None
        if code is not None and code < 0:
            return f"by {signal.Signals(-code).name}"
        return f"with status {code}"

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Refuses, with the end of its log, where the child ends or stays silent before."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_alive() or time.monotonic() > deadline:
                raise Refusal(f"{self.name} did not start; its log ends:\n{self.last_words()}")
            time.sleep(0.03)

    def last_words(self, lines: int = 15) -> str:
        with suppress(OSError):
            text = self.log.read_bytes()[-8000:].decode(errors="replace")
            return "\n".join(text.splitlines()[-lines:])
        return ""


class Nursery:
    """Starts children, each in a session of its own, and tells the guardian about every one.

    The guardian ends them where we are killed; on Linux the kernel signals them besides. It keeps
    `held` open meanwhile, so a lock on it is free only when they are gone.
    """

    def __init__(self, held: int | None = None) -> None:
        self._held = [] if held is None else [held]
        self._guardian = self._start_guardian()
        self.children: list[Child] = []

    def _start_guardian(self) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("guardian.py")
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(script)],
            stdin=subprocess.PIPE,
            # Ours would stay open in it after us, and whoever reads them would wait for their end.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            pass_fds=self._held,
            start_new_session=True,
            cwd="/",
        )

    def start(self, child: Child) -> None:
        """Refuses what cannot be run."""
        keep_log_small(child.log)
        try:
            self._start(child)
        except (OSError, subprocess.SubprocessError) as error:
            raise Refusal(f"{child.name} cannot be started: {error}.") from error
        if child.process and child.process.stdin:
            with suppress(BrokenPipeError), child.process.stdin as pipe:
                pipe.write(child.standard_input.encode())

    def _start(self, child: Child) -> None:
        with _signals_held() as before, child.log.open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.PIPE if child.standard_input else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(child.environment),
                cwd=child.folder,
                start_new_session=True,
                preexec_fn=_before_exec(child, before),
            )
            child.started_at = time.monotonic()
            self._tell(f"+ {child.process.pid} {int(child.stop_signal)}")
            if child not in self.children:
                self.children.append(child)

    def watch_guardian(self) -> None:
        """A guardian that died is replaced, and told again of everyone who lives."""
        if self._guardian.poll() is None:
            return
        with suppress(OSError):
            self._guardian = self._start_guardian()
        for child in self.children:
            if child.process and child.is_alive():
                self._tell(f"+ {child.process.pid} {int(child.stop_signal)}")

    def sweep_up(self, child: Child) -> None:
        """After a child's death: whatever it had started goes too."""
        if child.process:
            _signal_group(child.process.pid, signal.SIGKILL)
            self._tell(f"- {child.process.pid}")

    def stop(self, children: Sequence[Child], patience: float) -> None:
        """Ask all at once, wait `patience` seconds together, then insist."""
        for child in children:
            if child.process and child.is_alive():
                _signal(child.process.pid, child.stop_signal)
        deadline = time.monotonic() + patience
        for child in children:
            if child.process:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                self.sweep_up(child)
                child.process.wait()

    def close(self) -> None:
        """Let the guardian go; it ends whatever is still on its list."""
        if self._guardian.stdin:
            with suppress(BrokenPipeError):
                self._guardian.stdin.close()
        self._guardian.wait()

    def _tell(self, line: str) -> None:
        if self._guardian.stdin:
            with suppress(BrokenPipeError):
                self._guardian.stdin.write(f"{line}\n")
                self._guardian.stdin.flush()


@contextmanager
def _signals_held() -> Iterator[set[signal.Signals]]:
    """No stop may fall between the start of a child and its entry in the list."""
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield {signal.Signals(number) for number in before}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _before_exec(child: Child, mask: set[signal.Signals]) -> Callable[[], None]:
    parent, number, become = os.getpid(), int(child.stop_signal), child.become

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if become:
            become()
        # After `become`: the kernel forgets this wish when a process changes its user.
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def keep_log_small(log: Path) -> None:
    """Copy aside and truncate, not rename: whoever has it open for appending goes on in it."""
    with suppress(OSError):
        if log.stat().st_size > LARGEST_LOG_BYTES:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            os.truncate(log, 0)
