"""Somebody fills in a field of a ticket, corrects it, or empties it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Fault, Refused
from tickets.work.actions.moves import check_move
from tickets.work.actor import Actor
from tickets.work.fields import TEXT, Misfit, Value, read_value, shown
from tickets.work.models import FieldValue, Ticket, TicketField, value_row
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

COLUMNS = ("text", "folded", "number", "day", "set_at")


def set_fields(ticket: Ticket, said: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """`said` is by slug; null or blank empties. What stands there already changes nothing. Raises
    Refused with every value that does not fit."""
    check_move(ticket, "fields")
    known = {field.slug: field for field in TicketField.objects.current()}
    held = FieldValue.objects.filter(ticket=ticket).select_related("field")
    before = {row.field.slug: row.value for row in held}
    wanted = _read(said, known)
    changed = {slug: value for slug, value in wanted.items() if value != before.get(slug)}
    if not changed:
        return
    _write(ticket, {known[slug]: value for slug, value in changed.items()}, now)
    ticket.updated_at = now
    ticket.save(update_fields=["updated_at"])
    told = [
        {**known[slug].named(), "before": _told(before.get(slug)), "after": _told(value)}
        for slug, value in changed.items()
    ]
    write_entry(ticket, "fields_set", by, now=now, reason={"fields": told})
    add_words(ticket, " ".join(str(v) for s, v in changed.items() if v and known[s].kind == TEXT))


def _told(value: Value | None) -> str | None:
    return None if value is None else shown(value)


def _read(said: Mapping[str, Any], known: Mapping[str, TicketField]) -> dict[str, Value | None]:
    wanted: dict[str, Value | None] = {}
    faults = []
    for slug, raw in said.items():
        if slug not in known:
            faults.append(Fault(f"/values/{slug}", "unknown_field", "There is no such field."))
            continue
        field = known[slug]
        try:
            wanted[slug] = read_value(field.kind, storable(raw), choices=field.choices)
        except Misfit as misfit:
            faults.append(Fault(f"/values/{slug}", misfit.code, misfit.detail))
    if faults:
        raise Refused(faults)
    return wanted


def _write(ticket: Ticket, wanted: Mapping[TicketField, Value | None], now: datetime) -> None:
    emptied = [field for field, value in wanted.items() if value is None]
    if emptied:
        FieldValue.objects.filter(ticket=ticket, field__in=emptied).delete()
    FieldValue.objects.bulk_create(
        [
            value_row(ticket, field, value, now)
            for field, value in wanted.items()
            if value is not None
        ],
        update_conflicts=True,
        unique_fields=["ticket", "field"],
        update_fields=COLUMNS,
    )
