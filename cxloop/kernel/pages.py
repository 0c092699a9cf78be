"""Cursor pages: `{"next", "previous", "results"}`.

A cursor names the last row seen, not a count of rows: rows that come or go meanwhile shift nothing,
and any number of rows may share a value. Rows are ordered by one field and then by primary key,
both in the same direction, so that one index on the two serves both ways. NULL counts as the
greatest value, which is how PostgreSQL sorts it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Unreadable

USUAL_SIZE = 50
LARGEST_SIZE = 200

Row = TypeVar("Row", bound=Model)

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="where the page starts; follow next and previous"),
    OpenApiParameter("page_size", int, description=f"1 to {LARGEST_SIZE}, else {USUAL_SIZE}"),
]


@dataclass(frozen=True)
class Order:
    """By this field, then by primary key, both in one direction."""

    name: str
    descending: bool
    to_python: Callable[[Any], Any]
    nullable: bool

    def reversed(self) -> "Order":
        return replace(self, descending=not self.descending)

    def terms(self) -> list[str]:
        sign = "-" if self.descending else ""
        return [f"{sign}{self.name}", f"{sign}pk"]


@dataclass(frozen=True)
class Cursor:
    """The rows beyond the one with this value and key, in the order or against it."""

    value: Any
    key: Any
    backwards: bool = False

    def written(self) -> str:
        # Whole: Django's encoder keeps milliseconds alone, and the row itself would come again.
        raw = json.dumps([self.value, self.key, int(self.backwards)], default=str)
        return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: Cursor | None = None
    previous: Cursor | None = None


def page_shape(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """How a page of such rows looks, for the API's description."""
    return inline_serializer(
        f"{row.__name__}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )


def shown_as(shape: type[serializers.Serializer[Any]]) -> Callable[[list[Any]], list[Any]]:
    return lambda rows: list(shape(rows, many=True).data)


def answer_page(
    rows: QuerySet[Row],
    request: Request,
    show: Callable[[list[Row]], Sequence[Any]],
    *,
    order: str = "pk",
) -> Response:
    """One page of these rows by `order`, a field's name, with `-` before it for greatest first.
    Raises Unreadable for a cursor that no page of this list gave."""
    chosen = read_order(rows, order)
    cursor = read_cursor(request.query_params.get("cursor"), rows, chosen)
    page = cut_page(rows, chosen, cursor, size=_read_size(request))
    return Response(
        {
            "next": _link(request, page.next),
            "previous": _link(request, page.previous),
            "results": show(page.rows),
        }
    )


def read_order(rows: QuerySet[Any], order: str) -> Order:
    name = order.removeprefix("-")
    column = rows.model._meta.pk if name == "pk" else rows.model._meta.get_field(name)
    return Order(name, order.startswith("-"), column.to_python, column.null)


def cut_page(rows: QuerySet[Row], order: Order, cursor: Cursor | None, *, size: int) -> Page:
    backwards = cursor is not None and cursor.backwards
    way = order.reversed() if backwards else order
    if cursor is not None:
        rows = rows_beyond(rows, order, cursor)
    found = list(rows.order_by(*way.terms())[: size + 1])
    shown, more = found[:size], len(found) > size
    if backwards:
        shown.reverse()
    return _page(shown, order, after=more or backwards, before=more if backwards else bool(cursor))


def rows_beyond(rows: QuerySet[Row], order: Order, cursor: Cursor) -> QuerySet[Row]:
    """In no order: those that come after the cursor, or before it where it looks backwards."""
    return rows.filter(_beyond(order.reversed() if cursor.backwards else order, cursor))


def _page(shown: list[Any], order: Order, *, after: bool, before: bool) -> Page:
    if not shown:
        return Page([])
    return Page(
        shown,
        next=_at(shown[-1], order, backwards=False) if after else None,
        previous=_at(shown[0], order, backwards=True) if before else None,
    )


def _at(row: Model, order: Order, *, backwards: bool) -> Cursor:
    return Cursor(getattr(row, order.name), row.pk, backwards)


def _beyond(way: Order, cursor: Cursor) -> Q:
    """The rows after the cursor's on this way. `bound` says nothing new, but it is what lets
    PostgreSQL start inside an index instead of reading up to the cursor."""
    step = "lt" if way.descending else "gt"
    further_key = Q(**{f"pk__{step}": cursor.key})
    is_null = Q(**{f"{way.name}__isnull": True})
    if cursor.value is None:
        return (is_null & further_key) | ~is_null if way.descending else is_null & further_key
    further = Q(**{f"{way.name}__{step}": cursor.value})
    further |= Q(**{way.name: cursor.value}) & further_key
    if way.nullable and not way.descending:
        return further | is_null
    bound = Q(**{f"{way.name}__{step}e": cursor.value})
    return bound & further


def read_cursor(text: str | None, rows: QuerySet[Any], order: Order) -> Cursor | None:
    """Where the page begins. Raises Unreadable for a cursor that no page of this list gave."""
    if not text:
        return None
    try:
        raw = json.loads(urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}"))
        value, key, backwards = storable(raw)
        value = None if value is None else order.to_python(value)
        if key is None:
            raise ValueError("every row has a key")
        return Cursor(value, rows.model._meta.pk.to_python(key), bool(backwards))
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        raise Unreadable("No page of this list starts there.", code="bad_cursor") from None


def _read_size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(USUAL_SIZE))
    if not (asked.isascii() and asked.isdigit() and int(asked[:9]) > 0):
        raise Unreadable("page_size is a whole number from 1.", code="bad_page_size")
    return min(int(asked[:9]), LARGEST_SIZE)


def _link(request: Request, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor.written())
