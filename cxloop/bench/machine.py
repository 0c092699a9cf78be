"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from django.db import connection

_SHOWN = ["server_version", "fsync", "synchronous_commit", "shared_buffers"]
_PACKAGES = ("django", "psycopg", "gunicorn", "celery")


def describe_machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return "\n".join(
        (
            f"machine     {os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, "
            f"{platform.system()} {platform.release().partition('-')[0]}, load {busy:.1f} before",
            f"software    Python {platform.python_version()}, {packages}",
            f"PostgreSQL  {_postgres()}",
        )
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _postgres() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [_SHOWN]
        )
        return ", ".join(f"{name} {value}" for name, value in cursor.fetchall())
