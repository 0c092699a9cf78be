"""What a root user becomes to run PostgreSQL."""

import ctypes
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cxloop.up.refusal import Refusal

CLONE_NEWUSER = 0x10000000
# Programs and data of a server that runs as nobody, who may not enter the folders of others.
PUBLIC_FOLDER = Path("/var/lib/cxloop")

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Disguise:
    """`become` runs in the child before exec. `owner` is set where files need another owner."""

    become: Callable[[], None] | None = None
    owner: pwd.struct_passwd | None = None

    def programs(self, folder: Path) -> Path:
        """Where the disguised user finds the programs of `folder`: a copy where it must be."""
        if self.owner is None or _may_enter(folder):
            return folder
        return _public_copy(folder)

    def data(self, folder: Path) -> Path:
        """Where the disguised user may keep the data: `folder`, or where it then points to."""
        if self.owner is not None and not folder.is_symlink():
            folder.symlink_to(PUBLIC_FOLDER / secrets.token_hex(8) / folder.name)
        return folder.resolve()

    def prepare(self, folder: Path) -> None:
        """Make the folder that is to hold data, where initdb may not make it itself."""
        if self.owner is not None:
            folder.mkdir(parents=True, mode=0o700)
            PUBLIC_FOLDER.chmod(0o755)
            self.hand_over(folder.parent)
            self.hand_over(folder)

    def hand_over(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)


def find_disguise(program: Path, folder: Path) -> Disguise:
    """One in which the program can be run and the folder entered, or its substitutes can."""
    if os.geteuid() != 0:
        return Disguise()
    if sys.platform == "linux" and _can_run(program, folder):
        return Disguise(become=_enter_namespace)
    return _nobody()


def _someone() -> pwd.struct_passwd:
    """initdb asks for the name of its user, so the namespace shows one that has a name."""
    return next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)


def _enter_namespace() -> None:
    who = _someone()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{who.pw_uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{who.pw_gid} 0 1")


def _can_run(program: Path, folder: Path) -> bool:
    """Whether the kernel allows the namespace, and in it the way to both.

    There root is the owner of its own files, but no longer above those of others: a checkout in
    somebody's private home is out of reach.
    """
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1" && exec "$0" --version', str(program), str(folder)],
            preexec_fn=_enter_namespace,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _nobody() -> Disguise:
    try:
        who = pwd.getpwnam("nobody")
    except KeyError:
        raise Refusal("there is no user `nobody` for PostgreSQL to run as.") from None

    def become() -> None:
        os.setgroups([])
        os.setgid(who.pw_gid)
        os.setuid(who.pw_uid)

    return Disguise(become=become, owner=who)


def _may_enter(folder: Path) -> bool:
    """Whether everybody on the machine may."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _public_copy(folder: Path) -> Path:
    """Copy the programs with their libraries, once for each of their versions."""
    install, package = folder.parent, folder.parent.parent
    age = (folder / "postgres").stat().st_mtime_ns
    key = hashlib.sha256(f"{folder} {age}".encode()).hexdigest()[:16]
    target = PUBLIC_FOLDER / "programs" / key
    if not target.exists():
        fresh = target.with_name(f"{key}.{os.getpid()}.new")
        shutil.copytree(install, fresh / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        fresh.rename(target)
    return target / package.name / install.name / "bin"


def _open_to_all(folder: Path) -> None:
    for path in (PUBLIC_FOLDER, folder.parent, folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
