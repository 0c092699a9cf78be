import csv
import gc
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cxloop.kernel.errors import CxloopError
from cxloop.kernel.moment import moment
from feedback.intake.actions.import_rows import RowIds, entry_of_row, import_entries
from feedback.intake.columns import Dates, Target, body_of, parse_map
from feedback.intake.csv_files import Row, encoding_of, read_rows
from feedback.intake.models import Source
from feedback.intake.writing import Entry

BATCH = 4000
SHOWN = 5


class Command(BaseCommand):
    help = "Imports feedback from a CSV file, each row once. It may be stopped and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="slug of an import source")
        parser.add_argument("--map", nargs="+", required=True, metavar="PART=COLUMN|COLUMN")
        parser.add_argument("--encoding", help="default: found out")
        parser.add_argument("--delimiter", default=",")
        parser.add_argument("--date-format", default="", help="as in strptime, e.g. %%d.%%m.%%Y")
        parser.add_argument("--time-zone", help="of times without offset; default: the source's")
        parser.add_argument("--rejects", type=Path, help="default: FILE.rejects.csv")
        parser.add_argument("--live", action="store_true", help="old rows alarm people too")
        parser.add_argument("--dry-run", action="store_true", help="show what rows would become")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = Reading(options, moment())
            self._preview(reading) if options["dry_run"] else self._import(reading)
        except CxloopError as error:
            raise CommandError(error.detail) from error

    def _preview(self, reading: "Reading") -> None:
        with reading.open() as file:
            for row in islice(reading.rows(file), SHOWN):
                self.stdout.write(f"line {row.line}: {reading.preview(row)}")
        self.stdout.write("Nothing was written.")

    def _import(self, reading: "Reading") -> None:
        try:
            with reading.open() as file, reading.progress() as bar, _collecting_rarely():
                for batch in reading.batches(file):
                    reading.count_written(import_entries(batch, reading.source, now=reading.now))
                    bar.update(min(file.buffer.tell(), bar.total) - bar.n)  # type: ignore[attr-defined]
        finally:
            reading.finish()
        self.stdout.write(", ".join(f"{number} {what}" for what, number in reading.count.items()))
        if reading.count["rejected"]:
            self.stdout.write(f"The rejected rows and their reasons: {reading.rejects}")


class Reading:
    """One pass over the file: what it is, how its columns map, what was refused."""

    def __init__(self, options: dict[str, Any], now: datetime) -> None:
        self.path: Path = options["file"]
        if not self.path.is_file():
            raise CommandError(f"There is no file {self.path}.")
        self.now, self.live, self.delimiter = now, options["live"], options["delimiter"]
        self.source = _source(options["source"])
        self.targets = parse_map(options["map"])
        zone = options["time_zone"] or self.source.time_zone
        self.dates = Dates(_zone(zone), options["date_format"])
        self.encoding = options["encoding"] or encoding_of(self.path)
        self.rejects = options["rejects"] or self.path.with_name(f"{self.path.name}.rejects.csv")
        self.count = Counter(dict.fromkeys(("read", "written", "already there", "rejected"), 0))
        self.ids = RowIds(self.source)
        self.header: list[str] = []
        self._rejected: list[list[str]] = []

    def open(self) -> IO[str]:
        try:
            return self.path.open(encoding=self.encoding, errors="replace", newline="")
        except LookupError:
            raise CommandError(f"No encoding is called {self.encoding!r}.") from None

    def progress(self) -> "tqdm[Any]":
        size = self.path.stat().st_size
        return tqdm(total=size, unit="B", unit_scale=True, disable=not sys.stderr.isatty())

    def rows(self, file: IO[str]) -> Iterator[Row]:
        rows = read_rows(file, delimiter=self.delimiter)
        header = next(rows, None)
        if header is None:
            raise CommandError(f"{self.path} is empty.")
        self.header = header.cells
        _check_columns(self.targets, self.header)
        return rows

    def batches(self, file: IO[str]) -> Iterator[list[Entry]]:
        rows = self.rows(file)
        while batch := list(islice(rows, BATCH)):
            self.count["read"] += len(batch)
            yield [entry for row in batch if (entry := self._entry(row))]

    def count_written(self, written: int) -> None:
        self.count["written"] += written
        accepted = self.count["read"] - self.count["rejected"]
        self.count["already there"] = accepted - self.count["written"]

    def preview(self, row: Row) -> str:
        try:
            body = self._body(row)
            entry_of_row(body, row.cells, self.ids, live=self.live, now=self.now)
        except CxloopError as error:
            return f"rejected: {error.detail}"
        return json.dumps(body, ensure_ascii=False, default=str)

    def finish(self) -> None:
        """The rejected rows as they came, with line and reason, ready to be mended and read."""
        if not self._rejected:
            self.rejects.unlink(missing_ok=True)
            return
        with self.rejects.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["line", "reason", *self.header], *self._rejected])

    def _body(self, row: Row) -> dict[str, Any]:
        if row.fault:
            raise CxloopError(row.fault)
        return body_of(dict(zip(self.header, row.cells, strict=True)), self.targets, self.dates)

    def _entry(self, row: Row) -> Entry | None:
        try:
            return entry_of_row(self._body(row), row.cells, self.ids, live=self.live, now=self.now)
        except CxloopError as error:
            self.count["rejected"] += 1
            self._rejected.append([str(row.line), error.detail, *row.cells])
            return None


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Rows point to nothing that points back: looking through each batch for such garbage, again
    and again, took a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _source(slug: str) -> Source:
    source = Source.objects.current().filter(slug=slug).first()
    if source is None:
        known = ", ".join(Source.objects.current().values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no source {slug!r}; there are: {known}.")
    return source


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(f"No time zone is called {name!r}.") from None


def _check_columns(targets: list[Target], header: list[str]) -> None:
    missing = sorted({c for target in targets for c in target.columns} - set(header))
    if missing:
        raise CommandError(
            f"The file has no column {', '.join(map(repr, missing))}; it has: {', '.join(header)}."
        )
