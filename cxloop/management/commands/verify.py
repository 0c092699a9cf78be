from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxloop.kernel.moment import moment
from cxloop.kernel.snapshot import snapshot
from cxloop.verify.checker import examine
from cxloop.verify.shown import show_findings


class Command(BaseCommand):
    help = "Counts what this installation has promised and not kept; writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--instant",
            action="store_true",
            help="only what holds at any instant: where no sweep runs, as in a restored copy",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            findings = examine(moment(), settled=not options["instant"])
        self.stdout.write(show_findings(findings))
        if findings.wrong:
            raise CommandError(f"{len(findings.wrong)} invariants do not hold.")
