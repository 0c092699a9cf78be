"""The folder of real input: never found by its place, always named."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.core.management import CommandError


def find_folder(named: str | None, files: Iterable[Path], *, what: str) -> Path:
    """By an option or by CXLOOP_TEST_DATA. Raises CommandError where it is not named, or where one
    of the files is missing."""
    named = named or os.environ.get("CXLOOP_TEST_DATA", "").strip()
    if not named:
        sentence = f"Name the folder of {what} by --data or CXLOOP_TEST_DATA."
        raise CommandError(sentence, returncode=2)
    for file in files:
        if not (Path(named) / file).is_file():
            raise CommandError(f"There is no {Path(named) / file}.", returncode=2)
    return Path(named)
