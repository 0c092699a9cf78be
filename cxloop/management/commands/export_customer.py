import os
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandError, CommandParser

from cxloop.disclosing import document
from cxloop.kernel.moment import moment
from cxloop.management.about_people import AboutPeople


class Command(AboutPeople):
    help = "Tells everything we hold on a customer, as one JSON document."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", type=Path, help="a new file, for its owner alone to read")

    def handle(self, *args: Any, **options: Any) -> None:
        pieces = document(self.people(options), now=moment())
        if options["out"] is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        with _new_file(options["out"]) as out:
            out.writelines(pieces)
        self.stderr.write(f"Written to {options['out']}.")


def _new_file(path: Path) -> TextIO:
    """0600 from the first moment on."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be made: {error.strerror}.") from error
    return os.fdopen(number, "w", encoding="utf-8")
