"""The log of a helpdesk, event by event, as it was published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cxloop.replay.record import read_cells
from feedback.intake.actions.import_rows import RowIds, entry_of_row
from feedback.intake.columns import Dates, body_of, parse_map
from feedback.intake.writing import Entry

LOG = Path("eventlogs") / "helpdesk_event_log.csv"

# No name of a customer was published, so each case has one of its own.
_CUSTOMER, _ADDRESS = "Customer", "Address"
_FIRST_EVENT = parse_map(
    (
        "received_at=time:timestamp",
        "comment=case:concept:name",
        f"customer.id={_CUSTOMER}",
        f"customer.email={_ADDRESS}",
        "context.case=case:concept:name",
        "context.activity=concept:name",
    )
)


@dataclass(frozen=True)
class Happening:
    cells: dict[str, str]
    at: datetime

    @property
    def case(self) -> str:
        return self.cells["case:concept:name"]

    @property
    def activity(self) -> str:
        return self.cells["concept:name"]

    @property
    def who(self) -> str:
        return self.cells["org:resource"]

    def entry(self, ids: RowIds) -> Entry:
        """What the customer said, where this began the case."""
        customer = self.case.lower()
        cells = {**self.cells, _CUSTOMER: customer, _ADDRESS: f"{customer}@helpdesk.example"}
        body = body_of(cells, _FIRST_EVENT, Dates(ZoneInfo(ids.source.time_zone)))
        return entry_of_row(body, list(cells.values()), ids, live=True, now=self.at)


def read_log(folder: Path) -> list[Happening]:
    """In the order of time; within a second, in that of the file."""
    return sorted(_happenings(folder / LOG), key=lambda one: one.at)


def _happenings(path: Path) -> Iterator[Happening]:
    for cells in read_cells(path):
        yield Happening(cells, datetime.fromisoformat(cells["time:timestamp"]).astimezone(UTC))
