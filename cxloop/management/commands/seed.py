import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from cxloop.demo import furnish, furnish_demo
from cxloop.kernel.moment import moment
from cxloop.up.installation import ALREADY_FURNISHED


class Command(BaseCommand):
    help = "Furnishes an empty installation once and prints its keys and people as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", choices=["on", "off"], default="on")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            trouble = "This installation has people already; nothing was changed."
            raise CommandError(trouble, returncode=ALREADY_FURNISHED)
        shown = furnish_demo(moment()) if options["demo"] == "on" else furnish(moment())
        # Before the commit: keys that count and that nobody has heard would be lost for ever.
        self.stdout.write(json.dumps(shown))
        self.stdout.flush()
