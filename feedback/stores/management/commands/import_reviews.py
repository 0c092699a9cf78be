import getpass
import os
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxloop.kernel.errors import CxloopError
from cxloop.kernel.moment import moment
from feedback.intake.models import Channel, Source
from feedback.stores.actions import Taken, take_reviews
from feedback.stores.exports import encoding_of_export, read_export

BATCH = 2000


class Command(BaseCommand):
    help = (
        "Imports reviews as Google Play or the App Store exports them, CSV or JSON: each once, and "
        "what changed since. It may be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="slug of a source of the channel store")
        parser.add_argument("--live", action="store_true", help="old reviews alarm people too")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            taken = self._import(path, _source(options["source"]), live=options["live"])
        except CxloopError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(", ".join(f"{number} {what}" for what, number in taken.count.items()))

    def _import(self, path: Path, source: Source, *, live: bool) -> Taken:
        """What is wrong with a row is said as soon as it is known, and kept nowhere."""
        taken = Taken()
        with _opened(path) as file:
            reads = read_export(file, ZoneInfo(source.time_zone))
            while batch := list(islice(reads, BATCH)):
                part = take_reviews(batch, source, by=_who(), now=moment(), live=live)
                for refusal in part.refused:
                    self.stderr.write(f"{refusal.place}: {refusal.reason}")
                taken.count.update(part.count)
        return taken


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as file:
        encoding = encoding_of_export(file.read(4))
    return path.open(encoding=encoding, errors="replace", newline="")


def _who() -> str:
    """Whoever is at the machine; some containers know no name."""
    try:
        return f"command line, {getpass.getuser()}"[:120]
    except (KeyError, OSError):
        return f"command line, user {os.getuid()}"


def _source(slug: str) -> Source:
    source = Source.objects.current().filter(slug=slug).first()
    if source is None:
        raise CommandError(f"There is no source {slug!r}.")
    if source.channel != Channel.STORE:
        raise CommandError(f"The source {slug!r} is of the channel {source.channel}, not store.")
    return source
