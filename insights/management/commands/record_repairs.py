from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.kernel.moment import moment
from insights.actions.repairs import record_all_again
from insights.sweeps import record_repairs


class Command(BaseCommand):
    help = "Records what became of repairs, for the report; with --again of all of them, anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="those recorded already, too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            record_all_again(now=moment())
        recorded = 0
        while number := record_repairs():
            recorded += number
            self.stdout.write(f"{recorded} tickets recorded")
        self.stdout.write("nothing waits to be recorded")
