"""Programs of developers, in one language or the other, each a process of its own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.equipping import environment

IN_PYTHON = """
import asyncio, json, os, sys, time
from datetime import UTC, datetime, timedelta
from cxloop_client import *
url, key, *told = sys.argv[1:]
client = Client(url, key)
def show(**said): print(json.dumps(said, default=str), flush=True)
"""
IN_NODE = """
import { BatchBrokeOff, createClient, Problem, Unanswered } from "cxloop-client";
import { FileStorage, signId } from "cxloop-client/node";
const [url, key, ...told] = process.argv.slice(1);
const show = (said) => console.log(JSON.stringify(said));
const kept = (folder, more = {}) =>
  createClient({ url, key, storage: new FileStorage(folder), background: false, ...more });
const client = createClient({ url, key });
"""


@dataclass(frozen=True)
class Programs:
    """What runs them: the interpreter with its options, the folder, what each begins with."""

    command: tuple[str, ...]
    folder: Path
    prelude: str

    def start(self, code: str, *told: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.command, self.prelude + code, *map(str, told)],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *told: object) -> dict[str, Any]:
        """What its last line shows."""
        return last_shown(self.start(code, *told))


def in_python(python: Path, folder: Path) -> Programs:
    return Programs((str(python), "-I", "-W", "error", "-c"), folder, IN_PYTHON)


def in_node(node: str, app: Path) -> Programs:
    return Programs((node, "--input-type=module", "-e"), app, IN_NODE)


def last_shown(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, complained = process.communicate(timeout=150)
    assert process.returncode == 0, complained
    shown: dict[str, Any] = json.loads(said.splitlines()[-1])
    return shown


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
