from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.replay.folder import find_folder
from cxloop.replay.record import COMPLAINTS, read_cells
from cxloop.replay.relief import tell_relief


class Command(BaseCommand):
    help = "What companies gave to those who complained (CFPB), with intervals; nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", help="the folder; also CXLOOP_TEST_DATA")

    def handle(self, *args: Any, **options: Any) -> None:
        path = find_folder(options["data"], [COMPLAINTS], what="complaints") / COMPLAINTS
        self.stdout.write(tell_relief(list(read_cells(path)), path))
