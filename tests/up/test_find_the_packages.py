"""`.venv` is built from the lock, by the standard library, once; never where it is forbidden."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services import ROOT, wait_until

pytestmark = pytest.mark.trial

# What manage.py does, with a package of our own in the place of what Django would import.
START = """
from cxloop.up import bootstrap
from cxloop.up.refusal import Refusal
try:
    bootstrap.enter("run")
    import tiny_package
    print("inside", tiny_package.VALUE)
except Refusal as refusal:
    print("refused:", refusal)
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose lock holds one small package, which lies beside it."""
    clone = tmp_path / "a clone, ü"
    ours = clone / "cxloop" / "up"
    (ours / "lock").mkdir(parents=True)
    for name in ("__init__.py", "bootstrap.py", "refusal.py"):
        shutil.copy(ROOT / "cxloop" / "up" / name, ours)
    lock_package(clone, "1.0")
    return clone


def lock_package(clone: Path, version: str) -> None:
    wheel = clone.parent / f"tiny_package-{version}-py3-none-any.whl"
    about = f"tiny_package-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny_package.py", f"VALUE = {version!r}")
        file.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny-package\nVersion: {version}\n"
        )
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = clone / "cxloop" / "up" / "lock"
    (lock / "run.txt").write_text(f"tiny-package=={version} \\\n    --hash=sha256:{digest}\n")
    (lock / "test.txt").write_text((lock / "run.txt").read_text())


def command(clone: Path, before: str = "", **environment: str) -> tuple[list[str], dict[str, str]]:
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": clone.parent.as_uri()}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return [python, "-c", before + START], kept | offline | environment


def start(clone: Path, before: str = "", **environment: str) -> str:
    line, surroundings = command(clone, before, **environment)
    done = subprocess.run(
        line, cwd=clone, env=surroundings, capture_output=True, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1]


def test_it_builds_once_for_a_lock_and_goes_on_inside(clone: Path) -> None:
    assert start(clone) == "inside 1.0"
    built = (clone / ".venv" / "cxloop-lock").stat().st_mtime_ns
    assert start(clone) == "inside 1.0"
    assert (clone / ".venv" / "cxloop-lock").stat().st_mtime_ns == built
    lock_package(clone, "2.0")
    assert start(clone) == "inside 2.0"


def test_it_recovers_from_a_kill_in_the_middle(clone: Path) -> None:
    line, surroundings = command(clone)
    killed = subprocess.Popen(line, cwd=clone, env=surroundings, start_new_session=True)
    wait_until((clone / ".venv.new" / "bin" / "python").is_symlink, seconds=60)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert start(clone) == "inside 1.0"
    assert not (clone / ".venv.new").exists()


def test_it_keeps_a_venv_that_somebody_else_made(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "theirs").write_text("")
    assert start(clone) == "inside 1.0"
    assert [path.name for path in clone.glob(".venv.kept-*/theirs")] == ["theirs"]


def test_it_says_what_could_not_be_installed(clone: Path) -> None:
    next(clone.parent.glob("*.whl")).unlink()
    assert "tiny-package" in start(clone)
    assert not (clone / ".venv").exists()


def test_it_gives_up_after_having_looked_and_built(clone: Path) -> None:
    assert start(clone, CXLOOP_INSIDE="built").startswith("refused:")


def test_it_never_builds_where_that_is_forbidden(clone: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        start(clone, CXLOOP_BOOTSTRAP="0")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        ("import platform; platform.system = lambda: 'Windows'", "is not supported"),
        ("import platform; platform.machine = lambda: 'riscv64'", "is not supported"),
        (
            "import platform; platform.system = lambda: 'Linux';"
            "platform.libc_ver = lambda: ('', '')",
            "no glibc",
        ),
        ("import sys; sys.modules['ensurepip'] = None", "lacks its venv module"),
    ],
)
def test_it_says_what_this_machine_lacks(clone: Path, machine: str, sentence: str) -> None:
    said = start(clone, before=machine)
    assert said.startswith("refused:")
    assert sentence in said
    assert not (clone / ".venv").exists()
