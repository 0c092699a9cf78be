from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.aside import database_aside
from cxloop.bench.machine import describe_machine
from cxloop.replay.clocks import reckon, write_clocks
from cxloop.replay.events import LogReplay
from cxloop.replay.folder import find_folder
from cxloop.replay.helpdesk import ZONE, furnish_helpdesk
from cxloop.replay.helpdesk_log import LOG, Happening, read_log
from cxloop.replay.report import tell_report
from cxloop.replay.tables import stages_table

BEFORE_ALL = datetime(2003, 1, 1, tzinfo=UTC)
# What fell due last is found broken by then.
AFTER_ALL = timedelta(days=1)
PREFACE = (
    "{events:,} events of {cases:,} cases, as of {as_of:%Y-%m-%d %H:%M} UTC, promised in turn\n"
    "round the clock and in opening hours in {zone}. `Resolve` counts as the contact\n"
    "and `Take in charge` as the acknowledgement, so this proves arithmetic, not contact.\n\n"
)


class Command(BaseCommand):
    help = "The log of a real helpdesk through clocks and calendars, in a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", help="the folder; also CXLOOP_TEST_DATA")
        parser.add_argument("--clocks", type=Path, help="also write every clock to this CSV file")
        parser.add_argument("--keep", action="store_true", help="keep the database to look at")

    def handle(self, *args: Any, **options: Any) -> None:
        log = read_log(find_folder(options["data"], [LOG], what="an event log"))
        with database_aside("helpdesk", keep=options["keep"]) as url:
            replay = _replayed(log)
            reckoning = reckon(replay)
            self.stdout.write(_preface(replay, log))
            self.stdout.write(f"{tell_report(reckoning)}\n\n{stages_table(replay.stages)}")
            self.stdout.write(f"\n{describe_machine()}")
        if options["clocks"]:
            write_clocks(options["clocks"], reckoning.clocks)
        if options["keep"]:
            self.stdout.write(f"\nThe database is kept: DATABASE_URL={url}")


def _replayed(log: list[Happening]) -> LogReplay:
    desk = furnish_helpdesk(sorted({one.who for one in log}), BEFORE_ALL)
    replay = LogReplay(desk, log[-1].at + AFTER_ALL)
    replay.live_through(log)
    return replay


def _preface(replay: LogReplay, log: list[Happening]) -> str:
    return PREFACE.format(events=len(log), cases=len(replay.tickets), as_of=replay.as_of, zone=ZONE)
