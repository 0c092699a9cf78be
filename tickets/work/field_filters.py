"""Lists of tickets asked for what stands in a field: `field.order_no=A-1001`."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Exists, OuterRef, Q

from tickets.work.fields import DATE, FIELD, NUMBER, Asked, read_asked
from tickets.work.filters import Filter, Values
from tickets.work.models import FieldValue, TicketField

_COLUMN = {NUMBER: "number", DATE: "day"}


def field_filters(said: Iterable[str]) -> dict[str, Filter]:
    """Of the fields that are named; one that is not in use is no filter."""
    slugs = [name.removeprefix(FIELD) for name in said if name.startswith(FIELD)]
    fields = TicketField.objects.current().filter(slug__in=slugs) if slugs else ()
    return {f"{FIELD}{field.slug}": partial(_wanted, field) for field in fields}


def _wanted(field: TicketField, values: Values) -> Q:
    """Raises ValueError, as all filters do."""
    found = Q(pk__in=[])
    for asked in read_asked(field.kind, values, choices=field.choices):
        rows = FieldValue.objects.filter(_holding(field, asked), field=field)
        if asked.op == "empty":
            found |= ~Q(Exists(FieldValue.objects.filter(field=field, ticket=OuterRef("pk"))))
        else:
            found |= Q(pk__in=rows.values("ticket"))
    return found


def _holding(field: TicketField, asked: Asked) -> Q:
    column = _COLUMN.get(field.kind, "folded")
    match asked.op:
        case "is":
            return Q(**{column: asked.value})
        case "begins":
            return Q(folded__startswith=asked.value)
        case "between":
            return Q(**{f"{column}__gte": asked.value, f"{column}__lte": asked.most})
        case "filled" | "empty":
            return Q(**{f"{column}__isnull": False})
        case op:
            return Q(**{f"{column}__{op}": asked.value})
