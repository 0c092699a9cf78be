from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.loop import BY_NAME, run_for_ever, run_sweep


class Command(BaseCommand):
    help = "Runs sweeps without Celery: once, or in a loop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", choices=[*BY_NAME, []], help="default: all")
        parser.add_argument("--once", action="store_true", help="one pass, then stop")
        parser.add_argument(
            "--stand-in", action="store_true", help="also do the work of sweeps that are late"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["names"] or list(BY_NAME)
        if not options["once"]:
            run_for_ever(names, for_late=options["stand_in"])
        for name in names:
            self.stdout.write(f"{name}: {run_sweep(name)}")
