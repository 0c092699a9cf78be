"""What the context of a feedback says of a ticket's fields: read when it becomes a ticket, and when
it joins one. As many statements for many tickets as for one.

What a field cannot hold is left out and named in the history: a shop that sends nonsense must not
stop its customers from being heard.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cxloop.kernel.copying import copy_rows
from feedback.intake.models import Feedback
from tickets.rules.facts import reach
from tickets.work.fields import TEXT, Misfit, Value, read_value, shown
from tickets.work.models import FieldValue, Ticket, TicketField, value_row

LONGEST_SHOWN = 80

Heard = tuple[Ticket, Sequence[Feedback]]


@dataclass
class Filled:
    """Of one ticket: what was filled in, and what did not fit, as history names it; and the texts
    of it, by which a search finds the ticket too."""

    rows: list[FieldValue] = field(default_factory=list)
    filled: list[dict[str, Any]] = field(default_factory=list)
    unfit: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def opening(self) -> dict[str, Any]:
        """Where everything comes from the feedback, only what is missing needs saying."""
        return {"unfit": self.unfit} if self.unfit else {}

    def joining(self) -> dict[str, Any]:
        return {**({"filled": self.filled} if self.filled else {}), **self.opening()}


def fill_new(heard: Sequence[Heard], now: datetime) -> dict[int, Filled]:
    """Of tickets that are just being opened, by number."""
    return _fill(heard, (), now)


def fill_empty(heard: Sequence[Heard], now: datetime) -> dict[int, Filled]:
    """Of tickets that are locked: only what is still empty; somebody may have put it right."""
    return _fill(heard, [ticket.pk for ticket, _ in heard], now)


def carry_values(ticket: Ticket, into: Ticket, now: datetime) -> list[str]:
    """What the other ticket lacks; the texts of it."""
    held = FieldValue.objects.filter(ticket=into).values("field")
    rows = FieldValue.objects.filter(ticket=ticket).exclude(field__in=held).select_related("field")
    carried = [value_row(into, row.field, row.value, now) for row in rows]
    copy_rows(carried)
    return [row.text for row in carried if row.text and row.kind == TEXT]


def _fill(heard: Sequence[Heard], old: Sequence[int], now: datetime) -> dict[int, Filled]:
    """`old` are those that something may stand on already."""
    fields = list(TicketField.objects.filled_from_context()) if heard else []
    if not fields:
        return {}
    values = FieldValue.objects.filter(ticket__in=old).values_list("ticket", "field")
    held, found = set(values) if old else set(), {}
    for ticket, said in heard:
        lacking = [one for one in fields if (ticket.pk, one.pk) not in held]
        found[ticket.pk] = _read(ticket, said, lacking, now)
    copy_rows([row for filled in found.values() for row in filled.rows])
    return found


def _read(
    ticket: Ticket, said: Sequence[Feedback], fields: Iterable[TicketField], now: datetime
) -> Filled:
    found = Filled()
    for one in fields:
        value, misfits = first_that_fits(one, said)
        if value is None:
            found.unfit += misfits[:1]
            continue
        found.filled.append({**one.named(), "value": shown(value)})
        found.words += [str(value)] if one.kind == TEXT else []
        found.rows.append(value_row(ticket, one, value, now))
    return found


def first_that_fits(
    field: TicketField, said: Iterable[Feedback]
) -> tuple[Value | None, list[dict[str, Any]]]:
    """In the order of their receipt; and what did not fit before it."""
    misfits = []
    for feedback in said:
        raw = reach(feedback.context, field.path)
        try:
            value = read_value(field.kind, raw, choices=field.choices, zone=_zone(field, feedback))
        except Misfit as misfit:
            misfits.append({**field.named(), "value": short(raw), "code": misfit.code})
            continue
        if value is not None:
            return value, misfits
    return None, misfits


def _zone(field: TicketField, feedback: Feedback) -> ZoneInfo:
    return ZoneInfo(feedback.source.time_zone if field.kind == "date" else "UTC")


def short(raw: Any) -> str:
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
