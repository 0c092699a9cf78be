from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.kernel.moment import moment
from insights.actions.days import count_all_again
from insights.models import CountedDay
from insights.sweeps import count_days


class Command(BaseCommand):
    help = "Counts the days of the report that wait for it; --again counts all of them anew."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="whatever was counted before")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            count_all_again(now=moment())
        counted = 0
        while taken := count_days():
            counted += taken
            waiting = CountedDay.objects.to_count(moment()).count()
            self.stdout.write(f"{counted:,} days counted, {waiting:,} to go")
