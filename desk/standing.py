"""The fields of this house beside tickets: what they are called, and what stands in them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

from tickets.work.fields import Value, shown
from tickets.work.models import FieldValue, Ticket, TicketField


@dataclass(frozen=True)
class Cell:
    """One field of one ticket, in words; blank where nothing stands in it."""

    field: TicketField
    value: FieldValue | None

    @property
    def label(self) -> str:
        return label_of(self.field)

    @property
    def words(self) -> str:
        return said_of_value(self.value.value) if self.value else ""


@dataclass(frozen=True)
class Standing:
    """`fields` are those in use, in their order; `values` by ticket and field."""

    fields: Sequence[TicketField]
    values: dict[int, dict[int, FieldValue]]

    @property
    def columns(self) -> list[TicketField]:
        return [field for field in self.fields if field.in_queue]

    def on(self, number: int, fields: Sequence[TicketField] | None = None) -> list[Cell]:
        held = self.values.get(number, {})
        wanted = self.fields if fields is None else fields
        return [Cell(field, held.get(field.pk)) for field in wanted]

    def in_columns(self) -> dict[int, list[Cell]]:
        """By ticket, for those on which anything stands."""
        return {number: self.on(number, self.columns) for number in self.values}


def standing_on(tickets: Sequence[Ticket]) -> Standing:
    """In one statement, however many tickets and fields."""
    fields: dict[int, TicketField] = {}
    values: dict[int, dict[int, FieldValue]] = defaultdict(dict)
    # A list of none would be no question at all, and the fields are wanted even so.
    numbers = [ticket.pk for ticket in tickets] or [0]
    for field, value in TicketField.objects.with_values_of(numbers):
        fields.setdefault(field.pk, field)
        if value is not None:
            values[value.ticket_id][field.pk] = value
    for number in numbers:
        values[number]  # a row without any has its cells too
    return Standing(list(fields.values()), dict(values))


def label_of(field: TicketField) -> str:
    return field.label(get_language() or "en")


def label_in(named: dict[str, str]) -> str:
    """Of a field as history names it."""
    language = "ko" if (get_language() or "en").startswith("ko") else "en"
    return str(named.get(language) or named.get("slug"))


def said_of_value(value: Value) -> str:
    """A number in groups of three; a date as lists are asked for it."""
    if isinstance(value, Decimal):
        return str(number_format(shown(value), use_l10n=True, force_grouping=True))
    return value.isoformat() if isinstance(value, date) else value
