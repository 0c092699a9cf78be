"""The record: two files as they were published, row by row, by the code that imports any file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from feedback.intake.actions.import_rows import RowIds, entry_of_row
from feedback.intake.columns import Dates, Target, body_of, parse_map
from feedback.intake.csv_files import encoding_of, read_rows
from feedback.intake.models import Source
from feedback.intake.writing import Entry

COMPLAINTS = Path("feedback") / "cfpb_complaints.csv"
REVIEWS = Path("feedback") / "nsmc_reviews.csv"

NEVER = datetime.max.replace(tzinfo=UTC)
# Nobody's address was published; the bureau passes answers on by the number of the complaint.
ANSWER_TO = "Answer to"
_COMPLAINT = parse_map(
    (
        "received_at=Date received",
        "comment=Consumer complaint narrative|Issue",
        "customer.id=Complaint ID",
        f"customer.email={ANSWER_TO}",
        "customer.company=Company",
        "context.product=Product",
        "context.issue=Issue",
        "context.state=State",
    )
)
_REVIEW = parse_map(
    ("received_at=date", "score=rating:rating10", "comment=review", "context.film=movie_id")
)


@dataclass(frozen=True)
class Said:
    """One row: when it was said, and when the record says that a person answered."""

    cells: dict[str, str]
    targets: list[Target]
    dates: Dates
    said_at: datetime
    answered_at: datetime

    def entry(self, ids: RowIds, *, live: bool, now: datetime) -> Entry:
        body = body_of(self.cells, self.targets, self.dates)
        return entry_of_row(body, list(self.cells.values()), ids, live=live, now=now)


def read_complaints(folder: Path, source: Source) -> Iterator[Said]:
    """The bureau sent each to its company, and told the customer so: that is the person's act."""
    dates = Dates(ZoneInfo(source.time_zone))
    for cells in read_cells(folder / COMPLAINTS):
        cells[ANSWER_TO] = f"{cells['Complaint ID']}@bureau.example"
        said_at = dates.read(cells["Date received"])
        sent_at = dates.read(cells["Date sent to company"])
        yield Said(cells, _COMPLAINT, dates, said_at, sent_at)


def read_reviews(folder: Path, source: Source) -> Iterator[Said]:
    dates = Dates(ZoneInfo(source.time_zone), "%y.%m.%d")
    for cells in read_cells(folder / REVIEWS):
        yield Said(cells, _REVIEW, dates, dates.read(cells["date"]), NEVER)


def read_cells(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding=encoding_of(path), newline="") as file:
        rows = read_rows(file)
        header = next(rows).cells
        for row in rows:
            yield dict(zip(header, row.cells, strict=True))
