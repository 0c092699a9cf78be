"""Tables as CSV, for spreadsheets: streamed, and nothing in them is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

# A spreadsheet takes what begins so for something to be reckoned.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Without it Excel reads Korean as Latin letters.
_MARK = "\ufeff"


class _Line:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_sheet(
    name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield _MARK
    yield writer.writerow([harmless(cell) for cell in head])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """Numbers stay numbers; a text that would be a formula stays a text."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
