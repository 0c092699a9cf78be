"""CSV as people have it: any encoding, newlines inside cells, rows that are too long. Pure."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from cxloop.kernel.errors import Refused

LARGEST_CELL = 16 * 1024 * 1024
SAMPLE = 512 * 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """`line` is where it begins, as an editor counts; `fault` says why it is no row."""

    line: int
    cells: list[str]
    fault: str = ""


def encoding_of(path: Path) -> str:
    """UTF-8 where all of the file is, otherwise what its first half megabyte looks like."""
    if _is_utf8(path):
        return "utf-8-sig"
    with path.open("rb") as file:
        found = from_bytes(file.read(SAMPLE)).best()
    if found is None:
        raise Refused.at("/file", "unknown_encoding", "Name its encoding with --encoding.")
    return found.encoding


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def read_rows(file: IO[str], *, delimiter: str = ",") -> Iterator[Row]:
    """The header first. Raises Refused for a cell without end."""
    csv.field_size_limit(LARGEST_CELL)
    # NUL is the one character of a decoded file that PostgreSQL cannot store.
    reader = csv.reader((line.replace("\0", "\ufffd") for line in file), delimiter=delimiter)
    width, line = 0, 1
    try:
        for cells in reader:
            width = width or len(cells)
            if cells:
                yield Row(line, cells + [""] * (width - len(cells)), _fault(cells, width))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused.at("/file", "not_csv", f"Line {line}: {error}.") from error


def _fault(cells: list[str], width: int) -> str:
    return f"{len(cells)} cells under {width} columns" if len(cells) > width else ""
