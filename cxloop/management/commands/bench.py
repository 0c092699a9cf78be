from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.bench.course import NAMES, run_course
from cxloop.bench.figures import as_line, heading
from cxloop.bench.machine import describe_machine
from cxloop.bench.scale import QUICK, Scale


class Command(BaseCommand):
    help = "Measures the service beside the floors under it, in databases of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all")
        parser.add_argument(
            "--steady", type=float, metavar="SECONDS", help="how long; default: 600"
        )
        parser.add_argument("--quick", action="store_true", help="tiny; shows that it runs")

    def handle(self, *args: Any, **options: Any) -> None:
        scale = QUICK if options["quick"] else Scale()
        if options["steady"]:
            scale = replace(scale, steady_seconds=options["steady"])
        self._say(describe_machine())
        self._say(f"\nmedians of {scale.pairs} pairs, product and floor in turn\n\n{heading()}")
        for figure in run_course(options["names"], scale, say=self.stderr.write):
            self._say(as_line(figure))

    def _say(self, text: str) -> None:
        """At once, also into a pipe: what fails later must not lose what was found."""
        self.stdout.write(text)
        self.stdout.flush()
