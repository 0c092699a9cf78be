"""Each client as it would be published, in an environment that holds nothing else."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from zipfile import Path as ZipPath

from packaging.requirements import Requirement

from tests.services import ROOT

BUILDING = shutil.ignore_patterns("node_modules", "dist", "__pycache__")


def environment() -> dict[str, str]:
    """Nothing of ours may be imported."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def build_wheel(folder: Path) -> Path:
    """By the build system that its pyproject.toml names, in the version that the suite locks."""
    source = shutil.copytree(ROOT / "clients" / "python", folder / "source", ignore=BUILDING)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    run([*pip, "--no-build-isolation", "--wheel-dir", str(folder), str(source)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_python(folder: Path) -> Path:
    """The interpreter of a venv with the wheel and what it declares, as our lock has it: a package
    that the client needs and does not declare is not there."""
    wheel = build_wheel(folder / "built")
    venv = folder / "venv"
    run([sys.executable, "-m", "venv", "--without-pip", str(venv)])
    python = venv / "bin" / "python"
    (packages,) = venv.glob("lib/python*/site-packages")
    for name in declared_by(wheel):
        copy_package(name, packages)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    run([*pip, "--quiet", "--no-index", str(wheel)])
    return python


def declared_by(wheel: Path) -> set[str]:
    """What the wheel needs, and what that needs in turn."""
    (about,) = (path for path in ZipPath(wheel).iterdir() if path.name.endswith(".dist-info"))
    found: set[str] = set()
    waiting = [*(PathDistribution(about).requires or [])]
    while waiting:
        needed = Requirement(waiting.pop())
        if needed.name not in found and _holds_here(needed):
            found.add(needed.name)
            waiting += distribution(needed.name).requires or []
    return found


def _holds_here(needed: Requirement) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": ""})


def copy_package(name: str, packages: Path) -> None:
    package = distribution(name)
    for file in package.files or []:
        if ".." not in file.parts and "__pycache__" not in file.parts:
            place = packages / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(package.locate_file(file)), place)


def make_node_folder(folder: Path) -> Path:
    """A folder of npm with the packed client alone."""
    source = shutil.copytree(ROOT / "clients" / "javascript", folder / "source", ignore=BUILDING)
    quiet = ["--no-audit", "--no-fund", "--loglevel", "error"]
    run(["npm", "ci", "--prefer-offline", *quiet], source)
    run(["npm", "pack", "--pack-destination", str(folder), *quiet], source)
    (packed,) = folder.glob("*.tgz")
    app = folder / "app"
    app.mkdir()
    (app / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
    run(["npm", "install", "--offline", str(packed), *quiet], app)
    return app


def run(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
