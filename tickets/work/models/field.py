from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, F, FilteredRelation, Q

from cxloop.kernel.copying import new_row
from tickets.rules.wording import fold
from tickets.work.fields import (
    CHOICE,
    DATE,
    DECIMALS,
    DIGITS,
    KINDS,
    LONGEST_TEXT,
    MOST_FIELDS,
    NUMBER,
    WORDED,
    Value,
    shown,
)
from tickets.work.models.ticket import Ticket


class TicketFieldQuerySet(models.QuerySet["TicketField"]):
    def current(self) -> Self:
        return self.filter(archived_at=None).order_by("place")

    def filled_from_context(self) -> Self:
        return self.current().exclude(path="")

    def with_values_of(self, tickets: list[int]) -> list[tuple["TicketField", "FieldValue | None"]]:
        """The current fields with what stands in them on these tickets, in one statement; a field
        that stands on none comes once, alone."""
        on = Q(values__ticket__in=tickets)
        rows = self.current().annotate(held=FilteredRelation("values", condition=on))
        names = ("ticket_id", "text", "number", "day")
        read: Any = rows.annotate(**{f"held_{name}": F(f"held__{name}") for name in names})
        return [(row, _held(row)) for row in read]


def _held(row: Any) -> "FieldValue | None":
    if row.held_ticket_id is None:
        return None
    held = {name: getattr(row, f"held_{name}") for name in ("ticket_id", "text", "number", "day")}
    return FieldValue(field=row, kind=row.kind, **held)


class TicketField(models.Model):
    """What this house knows of a ticket beside what every house does: an order's number, say.

    `path` leads to where the context of a feedback says it. A field in use has a place of its own
    among as many as there may be, so there cannot be one too many. Slug and kind are for good: what
    stands in it, and who looks for it, go by them.
    """

    slug = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    label_en = models.CharField(max_length=60, default="", blank=True)
    label_ko = models.CharField(max_length=60, default="", blank=True)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    path = models.CharField(max_length=190, default="", blank=True)
    in_queue = models.BooleanField(default=False, help_text="a column of the queue")
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = TicketFieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="known_kind_of_field"),
            models.CheckConstraint(
                condition=~Q(label_en="", label_ko=""), name="field_has_a_label"
            ),
            models.CheckConstraint(
                condition=Q(
                    archived_at=None, place__isnull=False, place__gte=1, place__lte=MOST_FIELDS
                )
                | Q(archived_at__isnull=False, place=None),
                name="field_in_use_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(kind=CHOICE, choices__len__gte=1) | (~Q(kind=CHOICE) & Q(choices=[])),
                name="choice_alone_has_choices",
            ),
            models.UniqueConstraint(
                fields=["place"], name="one_field_a_place", deferrable=Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def label(self, language: str) -> str:
        """In this language; where nobody wrote it, in the other one."""
        both = (self.label_ko, self.label_en)
        return (both[0] or both[1]) if language.startswith("ko") else (both[1] or both[0])

    def named(self) -> dict[str, str]:
        """As history names it: what it was called then."""
        return {"slug": self.slug, "en": self.label("en"), "ko": self.label("ko")}


class FieldValue(models.Model):
    """What stands in a field of a ticket, in the column of its kind. `folded` is the text as it is
    sought: without regard to case, and compared byte by byte, so that its beginning is found by
    the same index."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="field_values", db_index=False
    )
    field = models.ForeignKey(
        TicketField, on_delete=models.PROTECT, related_name="values", db_index=False
    )
    kind = models.CharField(max_length=10)
    # Null as the other columns are in which nothing stands: the indexes leave those rows out.
    text = models.CharField(max_length=LONGEST_TEXT, null=True)  # noqa: DJ001
    folded = models.TextField(null=True, db_collation="C")  # noqa: DJ001
    number = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    day = models.DateField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "field"], name="one_value_a_field"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=WORDED,
                    text__isnull=False,
                    folded__isnull=False,
                    number=None,
                    day=None,
                )
                | Q(kind=NUMBER, text=None, folded=None, number__isnull=False, day=None)
                | Q(kind=DATE, text=None, folded=None, number=None, day__isnull=False),
                name="value_is_of_its_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["field", "folded", "ticket"],
                name="field_text",
                condition=Q(folded__isnull=False),
            ),
            models.Index(
                fields=["field", "number", "ticket"],
                name="field_number",
                condition=Q(number__isnull=False),
            ),
            models.Index(
                fields=["field", "day", "ticket"],
                name="field_day",
                condition=Q(day__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.ticket_id}"

    @property
    def value(self) -> Value:
        found = next(one for one in (self.text, self.number, self.day) if one is not None)
        return found

    @property
    def shown(self) -> str:
        return shown(self.value)


def value_row(ticket: Ticket, field: TicketField, value: Value, at: datetime) -> FieldValue:
    """Not yet written."""
    columns: dict[str, Any] = {"text": None, "folded": None, "number": None, "day": None}
    match value:
        case Decimal():
            columns["number"] = value
        case date():
            columns["day"] = value
        case _:
            columns |= {"text": value, "folded": fold(value)}
    return new_row(
        FieldValue, ticket_id=ticket.pk, field_id=field.pk, kind=field.kind, set_at=at, **columns
    )
