from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cxloop.aside import database_aside
from cxloop.bench.machine import describe_machine
from cxloop.replay.account import tell_what_happened
from cxloop.replay.days import Replay
from cxloop.replay.folder import find_folder
from cxloop.replay.house import furnish_house
from cxloop.replay.record import COMPLAINTS, REVIEWS, read_complaints, read_reviews

# The day after the last complaint: everything has been said, and some of it is not yet due.
AS_OF = "2019-05-09"
FILES, WHAT = (COMPLAINTS, REVIEWS), "complaints and reviews"
BEFORE_ALL = datetime(2003, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Real complaints and reviews through rules, clocks and ladders, as of a chosen day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", help="the folder; also CXLOOP_TEST_DATA")
        parser.add_argument("--as-of", default=AS_OF, type=_day, help=f"default: {AS_OF}")
        parser.add_argument("--keep", action="store_true", help="keep the database to look at")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = find_folder(options["data"], FILES, what=WHAT)
        as_of = options["as_of"]
        with database_aside("replay", keep=options["keep"]) as url:
            self.stdout.write(f"As it was at 00:00 UTC on {as_of:%Y-%m-%d}\n\n")
            self.stdout.write(tell_what_happened(_replayed(folder, as_of)))
            self.stdout.write(f"\n{describe_machine()}")
        if options["keep"]:
            self.stdout.write(f"\nThe database is kept: DATABASE_URL={url}")


def _replayed(folder: Path, as_of: datetime) -> Replay:
    house = furnish_house(BEFORE_ALL)
    complaints = read_complaints(folder, house.complaints)
    reviews = read_reviews(folder, house.reviews)
    replay = Replay(house, as_of)
    replay.live_through([one for one in complaints if one.said_at < as_of])
    replay.read_history([one for one in reviews if one.said_at < as_of])
    replay.look_once_more()
    return replay


def _day(said: str) -> datetime:
    return datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=UTC)
