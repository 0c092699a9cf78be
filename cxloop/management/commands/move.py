from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cxloop.move import move_installation

STILL_RUNS = (
    "The service still runs here: what it takes from now on is not in the target. To move for "
    "good, stop it, empty the target and move again."
)
NEXT = (
    "Next: start the service with the target as DATABASE_URL and the CXLOOP_SECRET_KEY of this one "
    "({secret}), which signs the links in letters; keep this database until it has run a while."
)


class Command(BaseCommand):
    help = "Copies this installation into an empty PostgreSQL, and checks every row of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        moved = move_installation(options["to"])
        self.stdout.write(
            f"Moved {len(moved.tables)} tables with {moved.rows:,} rows; every row agrees."
        )
        for state, number, due in moved.clocks:
            self.stdout.write(f"  {number:,} clocks {state}, the first due {due}")
        if moved.still_runs:
            self.stdout.write(STILL_RUNS)
        self.stdout.write(NEXT.format(secret=settings.HOME / "secret_key"))
