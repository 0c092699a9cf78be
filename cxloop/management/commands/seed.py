import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from cxloop.demo import furnish, furnish_demo
from cxloop.kernel.moment import moment


class Command(BaseCommand):
    help = "Furnishes an empty installation once and prints its keys and people as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", choices=["on", "off"], default="on")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("This installation has people already; nothing was changed.")
        shown = furnish_demo(moment()) if options["demo"] == "on" else furnish(moment())
        self.stdout.write(json.dumps(shown))
