"""Builds `.venv` beside manage.py from a locked list, with the standard library alone.

The folder carries a stamp: which locks it satisfies. A stamp older than the packages' folder is
not believed, so a hand-made `pip install` is noticed without reading 120 versions at every start.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

from cxloop.up.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
LOCKS = Path(__file__).resolve().parent / "lock"
VENV = ROOT / ".venv"
STAMP = "cxloop-lock"
OURS = "built by manage.py"
# Carried across exec, so that nobody starts itself for ever: first look into an existing .venv,
# then build it once, then give up.
INSIDE = "CXLOOP_INSIDE"
LOOKED, BUILT = "looked", "built"

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)( ;)?", re.MULTILINE)


def enter(lock: str) -> None:
    """Return once the packages of `lock` ("run" or "test") are there; else go on in `.venv`."""
    steps = os.environ.pop(INSIDE, "")
    if os.environ.get("CXLOOP_BOOTSTRAP") == "0" or _is_equipped(lock):
        return
    if steps == BUILT:
        raise Refusal(f"{VENV} does not hold the locked packages; remove it and start again.")
    if not steps and Path(sys.prefix) != VENV:
        _carry_on_inside(LOOKED)
    with _alone():
        _build(lock)
    _carry_on_inside(BUILT)
    raise Refusal(f"{VENV} cannot be used; remove it and start again.")


def _carry_on_inside(step: str) -> None:
    """Become the interpreter of `.venv`; returns only where there is none that can be run."""
    python = str(VENV / "bin" / "python")
    with suppress(OSError):
        os.execve(python, [python, *sys.orig_argv[1:]], {**os.environ, INSIDE: step})


def _is_equipped(lock: str) -> bool:
    """Whether this very interpreter has the packages."""
    here = Path(sys.prefix)
    if _is_stamped(here, lock):
        return True
    if not _has_packages(lock):
        return False
    if here == VENV:
        with suppress(OSError):  # it may belong to somebody who lets us only read
            _stamp(here, lock)
    return True


def _has_packages(lock: str) -> bool:
    return all(_has(name, version, optional) for name, version, optional in _pins(lock))


def _pins(lock: str) -> list[tuple[str, str, bool]]:
    """Name, version, and whether the line is for some machines only."""
    return [(name, v, bool(only)) for name, v, only in PINNED.findall(_lock_file(lock).read_text())]


def _has(name: str, version: str, optional: bool) -> bool:
    try:
        return metadata.version(name) == version
    except metadata.PackageNotFoundError:
        return optional


def _lock_file(lock: str) -> Path:
    return LOCKS / f"{lock}.txt"


def _fingerprint(lock: str) -> str:
    return f"{lock} {hashlib.sha256(_lock_file(lock).read_bytes()).hexdigest()}"


def _is_stamped(venv: Path, lock: str) -> bool:
    try:
        stamp = venv / STAMP
        packages = next(venv.glob("lib/python*/site-packages"))
        fresh = stamp.stat().st_mtime_ns >= packages.stat().st_mtime_ns
        runs = (venv / "bin" / "python").exists()  # a link that dangles once its Python is gone
        return runs and fresh and _fingerprint(lock) in _lines_of_stamp(venv)
    except (OSError, StopIteration):
        return False


def _lines_of_stamp(venv: Path) -> list[str]:
    try:
        return (venv / STAMP).read_text().splitlines()
    except OSError:
        return []


def _stamp(venv: Path, lock: str) -> None:
    """The test lock is the run lock and more, so what satisfies it satisfies both."""
    lines = [_fingerprint(name) for name in (["run", "test"] if lock == "test" else ["run"])]
    if venv != VENV or OURS in _lines_of_stamp(venv):
        lines.append(OURS)
    half = venv / f"{STAMP}.new"
    half.write_text("".join(f"{line}\n" for line in lines))
    half.replace(venv / STAMP)


@contextmanager
def _alone() -> Iterator[None]:
    """One builder at a time; the kernel frees the lock of one that was killed."""
    try:
        with (ROOT / ".venv.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        raise Refusal(
            f"{ROOT} cannot be written to, so the packages cannot be put there."
        ) from error


def _build(lock: str) -> None:
    if _is_stamped(VENV, lock):
        return  # somebody else built it while we waited
    _refuse_where_it_cannot_work()
    if Path(sys.prefix) == VENV and _has_packages("run") and importlib.util.find_spec("pip"):
        # In place: a running `up` lives in this folder, and what it uses does not change.
        _install(VENV, lock)
        return
    fresh = ROOT / ".venv.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(fresh)], "no virtual environment could be made")
    _install(fresh, lock)
    _rename_inside_scripts(fresh)
    _take_the_place(fresh)


def _refuse_where_it_cannot_work() -> None:
    system, machine = platform.system(), platform.machine().lower()
    if system == "Linux" and machine in {"x86_64", "amd64", "aarch64", "arm64"}:
        if platform.libc_ver()[0] != "glibc":
            raise Refusal("this Linux has no glibc, which the packaged servers need.")
    elif (system, machine) != ("Darwin", "arm64"):
        raise Refusal(
            f"{system} on {machine} is not supported; "
            "Linux (x86-64 or arm64, glibc) and macOS (arm64) are."
        )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Refusal(
            "this Python lacks its venv module; install it first "
            "(on Debian and Ubuntu: apt install python3-venv)."
        )


def _install(venv: Path, lock: str) -> None:
    print("cxloop: putting the locked packages into .venv (once, about half a minute)", flush=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    rules = ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
    _run([*pip, *rules, "-r", str(_lock_file(lock))], "the locked packages could not be installed")
    _stamp(venv, lock)


def _run(command: list[str], trouble: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Refusal(f"{trouble}:\n{said}")


def _rename_inside_scripts(fresh: Path) -> None:
    """A venv writes its own path into its scripts; it was built under another name."""
    for script in (fresh / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        text = script.read_bytes()
        if os.fsencode(fresh) in text:
            script.write_bytes(text.replace(os.fsencode(fresh), os.fsencode(VENV)))


def _take_the_place(fresh: Path) -> None:
    """Rename it to `.venv`. One that we did not build is somebody's own: moved aside and kept."""
    if VENV.exists():
        ours = OURS in _lines_of_stamp(VENV)
        aside = ROOT / (".venv.old" if ours else f".venv.kept-{os.getpid()}")
        shutil.rmtree(aside, ignore_errors=True)
        VENV.rename(aside)
        if ours:
            shutil.rmtree(aside, ignore_errors=True)
        else:
            print(f"cxloop: your own .venv lacked the locked packages; it is now {aside.name}")
    fresh.rename(VENV)
