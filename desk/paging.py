"""Lists that go on over pages, by the last row seen and never by a number of rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from cxloop.kernel.pages import Cursor, cut_page, read_cursor, read_order

# More than a screen is high, and drawn within a tenth of a second.
A_PAGE = 30


@dataclass(frozen=True)
class Paged:
    """`next` and `previous` are the query strings of the pages beside this one."""

    rows: list[Any]
    next: str
    previous: str


def page_of(rows: QuerySet[Any], request: HttpRequest, *, order: str, size: int = A_PAGE) -> Paged:
    by = read_order(rows, order)
    page = cut_page(rows, by, read_cursor(request.GET.get("cursor"), rows, by), size=size)
    return Paged(page.rows, _link(request, page.next), _link(request, page.previous))


def _link(request: HttpRequest, cursor: Cursor | None) -> str:
    return with_query(request.GET, cursor=cursor.written()) if cursor else ""


def with_query(said: QueryDict, **changed: str) -> str:
    """The same view with something else; what is blank is left out."""
    query = said.copy()
    for name, value in changed.items():
        query[name] = value
    for name in [name for name in query if not query[name]]:
        del query[name]
    return f"?{query.urlencode()}" if query else "?"
