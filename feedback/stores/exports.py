"""Which of the known exports a file is, told by what stands in it, and what it says row by row."""

import codecs
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import IO, Any
from zoneinfo import ZoneInfo

from cxloop.kernel.bodies import pointer_to, read_json
from cxloop.kernel.errors import CxloopError, Refused
from feedback.intake.columns import Dates
from feedback.intake.csv_files import Row, read_rows
from feedback.stores.app_store import (
    columns_of,
    is_app_store_csv,
    is_app_store_json,
    read_app_store_review,
    read_app_store_row,
    responses_in,
    reviews_in,
)
from feedback.stores.play import is_play_csv, is_play_json, read_play_review, read_play_row
from feedback.stores.reading import NoReview, ReadReview

LARGEST_JSON = 64 * 1024 * 1024
Read = ReadReview | NoReview

EXPECTED = (
    "Expected one of: the Play Console's reviews_*.csv (columns Package Name, Review Submit Millis "
    "Since Epoch, Star Rating, …); reviews.list of the Google Play Developer API as JSON "
    '({"reviews": [{"reviewId", "comments"}]}); customerReviews of the App Store Connect API as '
    'JSON ({"data": [{"type": "customerReviews"}]}), or as CSV (columns id, rating, createdDate, '
    "territory, …)."
)


def encoding_of_export(start: bytes) -> str:
    """By how the file begins: Google writes UTF-16, everybody else UTF-8."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if start[:1] == b"\0" else "utf-8-sig"


def read_export(file: IO[str], zone: ZoneInfo) -> Iterator[Read]:
    """`zone` is that of times without offset. Raises Refused, Unreadable or TooLarge for a file
    that is no export; what is wrong with a row is said in its place."""
    start = file.read(64).lstrip()
    file.seek(0)
    if not start:
        raise Refused.at("/file", "empty", f"The file is empty. {EXPECTED}")
    return _of_json(file) if start[0] in "{[" else _of_csv(file, Dates(zone))


def _of_csv(file: IO[str], dates: Dates) -> Iterator[Read]:
    rows = read_rows(file)
    header = [name.strip() for name in next(rows).cells]
    read = _reader_of(header, dates)
    return (_row(row, header, read) for row in rows)


def _reader_of(header: list[str], dates: Dates) -> Callable[[dict[str, str], str], ReadReview]:
    if is_play_csv(header):
        return read_play_row
    if is_app_store_csv(header):
        columns = columns_of(header)
        return lambda row, place: read_app_store_row(row, columns, dates, place)
    names = ", ".join(header)[:300]
    raise Refused.at(
        "/file", "unknown_export", f"No known export has the columns {names}. {EXPECTED}"
    )


def _row(row: Row, header: list[str], read: Callable[[dict[str, str], str], ReadReview]) -> Read:
    place = f"line {row.line}"
    if row.fault:
        return NoReview(place, row.fault)
    return _tried(partial(read, dict(zip(header, row.cells, strict=True))), place)


def _of_json(file: IO[str]) -> Iterator[Read]:
    raw = file.read(LARGEST_JSON + 1).encode("utf-8", "replace")
    value = read_json(raw, largest=LARGEST_JSON)
    pages = value if isinstance(value, list) else [value]
    if pages and all(map(is_play_json, pages)):
        return chain.from_iterable(_of_play(page, place) for page, place in _placed(pages, value))
    if pages and all(map(is_app_store_json, pages)):
        return chain.from_iterable(_of_apple(page, place) for page, place in _placed(pages, value))
    raise Refused.at("/file", "unknown_export", f"This JSON is no known export. {EXPECTED}")


def _placed(pages: list[Any], value: Any) -> list[tuple[Any, tuple[str | int, ...]]]:
    """Pages may be saved one by one, or all of them as a list."""
    return [(page, (number,) if value is pages else ()) for number, page in enumerate(pages)]


def _of_play(page: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Read]:
    for number, one in enumerate(page["reviews"]):
        place = pointer_to(*at, "reviews", number)
        yield _tried(partial(read_play_review, one), place)


def _of_apple(page: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Read]:
    responses = responses_in(page)
    for number, one in enumerate(reviews_in(page)):
        place = pointer_to(*at, "data", number)
        yield _tried(partial(read_app_store_review, one, responses), place)


def _tried(read: Callable[[str], ReadReview], place: str) -> Read:
    try:
        return read(place)
    except CxloopError as error:
        return NoReview(place, error.detail)
