"""Fields of tickets: made, changed, put in order, archived and brought back by admins."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.acceptable import acceptable_name
from accounts.actions.changes import note_change, note_differences
from accounts.actions.unique import given_once
from accounts.models import Change, User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Conflict, Refused
from tickets.rules.wording import fold
from tickets.work.fields import CHOICE, EMPTY, KINDS, MOST_FIELDS
from tickets.work.finding import FILTERS_IN_WORDS
from tickets.work.models import TicketField

FIELD = Change.About.FIELD
LONGEST_LABEL, LONGEST_CHOICE, MOST_CHOICES, LONGEST_PATH = 60, 60, 100, 190
CHANGEABLE = ("label_en", "label_ko", "choices", "path", "in_queue")
# What the search box understands already, beside the filters of every list.
RESERVED = {
    *FILTERS_IN_WORDS,
    *("is", "owner", "before", "after", "due", "field", "ordering", "tab", "new"),
}

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FIELDS = 0xF1E1D5


def held_fields() -> None:
    """Until the transaction ends nobody else makes or changes a field: two at once would take the
    same place, and the second be refused for nothing that it did. Always before any field's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIELDS])


def _hold(field: TicketField) -> None:
    """As it is now: whoever held it until now may have changed it."""
    held_fields()
    field.refresh_from_db()


@transaction.atomic
def make_field(said: Mapping[str, Any], *, by: User | None, now: datetime) -> TicketField:
    """`said` names slug, kind and whatever of CHANGEABLE there is to say. Raises Refused, with
    `too_many` where twenty are in use."""
    kind = said["kind"]
    if kind not in KINDS:
        raise Refused.at("/kind", "unknown_choice", f"One of: {', '.join(KINDS)}.")
    field = TicketField(slug=_slug(said["slug"]), kind=kind, created_at=now)
    _say(field, {name: said[name] for name in CHANGEABLE if name in said})
    held_fields()
    field.place = _next_place()
    with given_once("/slug", "There is a field of this slug already."):
        field.save(force_insert=True)
    note_change(FIELD, field.slug, "created", by=by, now=now, kind=kind, **_facts(field))
    return field


@transaction.atomic
def change_field(
    field: TicketField, said: Mapping[str, Any], *, by: User | None, now: datetime
) -> None:
    """What stands in it on tickets stays as it is, a choice that is offered no more too. Raises
    Refused, and Conflict `archived`."""
    _hold(field)
    if field.archived_at:
        raise Conflict("An archived field cannot be changed.", code="archived")
    before = _facts(field)
    _say(field, said)
    field.save(update_fields=CHANGEABLE)
    note_differences(FIELD, field.slug, before, _facts(field), by=by, now=now)


@transaction.atomic
def move_field(field: TicketField, *, to: int, by: User | None, now: datetime) -> None:
    """To this place from 1 on, as people count; beyond the last is the last."""
    held_fields()
    rows = list(TicketField.objects.current())
    before = [row.slug for row in rows]
    if field.slug not in before:
        raise Conflict("An archived field has no place.", code="archived")
    after = [slug for slug in before if slug != field.slug]
    after.insert(max(to, 1) - 1, field.slug)
    if after == before:
        return
    for row in rows:
        row.place = after.index(row.slug) + 1
    TicketField.objects.bulk_update(rows, ["place"])
    places = {"place": [before.index(field.slug) + 1, after.index(field.slug) + 1]}
    note_change(FIELD, field.slug, "changed", by=by, now=now, fields=places)


@transaction.atomic
def archive_field(field: TicketField, *, by: User | None, now: datetime) -> None:
    """Shown, asked and filled no more. What stands in it stays, should it be brought back."""
    _hold(field)
    if field.archived_at is None:
        field.archived_at, field.place = now, None
        field.save(update_fields=["archived_at", "place"])
        note_change(FIELD, field.slug, "archived", by=by, now=now)


@transaction.atomic
def restore_field(field: TicketField, *, by: User | None, now: datetime) -> None:
    """Behind the others. Raises Refused `too_many` where twenty are in use."""
    _hold(field)
    if field.archived_at is not None:
        field.archived_at, field.place = None, _next_place()
        field.save(update_fields=["archived_at", "place"])
        note_change(FIELD, field.slug, "restored", by=by, now=now)


def _next_place() -> int:
    """The last one, or one that was left."""
    taken = list(TicketField.objects.current().values_list("place", flat=True))
    if len(taken) >= MOST_FIELDS:
        raise Refused.at("/slug", "too_many", f"At most {MOST_FIELDS} fields are in use.")
    last = max((place for place in taken if place), default=0)
    free = [place for place in range(1, MOST_FIELDS + 1) if place not in taken]
    return next((place for place in free if place > last), free[0])


def _say(field: TicketField, said: Mapping[str, Any]) -> None:
    """Each as it is kept. Raises Refused."""
    for name in ("label_en", "label_ko"):
        if name in said:
            setattr(field, name, _label(said[name], f"/{name}"))
    if not (field.label_en or field.label_ko):
        raise Refused.at("/label_en", "required", "A name in one of the languages is wanted.")
    if "choices" in said or field.kind == CHOICE:
        field.choices = _choices(field.kind, said.get("choices", field.choices))
    if "path" in said:
        field.path = _path(said["path"])
    if "in_queue" in said:
        field.in_queue = bool(said["in_queue"])


def _facts(field: TicketField) -> dict[str, Any]:
    return {name: getattr(field, name) for name in CHANGEABLE}


def _slug(said: str) -> str:
    if not _SLUG.fullmatch(said):
        detail = "2 to 40 of a-z, 0-9 and underscore, a letter first."
        raise Refused.at("/slug", "malformed", detail)
    if said in RESERVED:
        raise Refused.at("/slug", "taken", "The search box understands this word already.")
    return said


def _label(said: str, pointer: str) -> str:
    text = str(said or "")
    return acceptable_name(text, pointer=pointer, longest=LONGEST_LABEL) if text.strip() else ""


def _choices(kind: str, said: Sequence[str]) -> list[str]:
    kept = [" ".join(str(storable(one)).split()) for one in said]
    kept = list({fold(one): one for one in kept if one}.values())
    if kind != CHOICE:
        if kept:
            raise Refused.at("/choices", "unknown_key", "Only a choice has choices.")
        return []
    if not 1 <= len(kept) <= MOST_CHOICES:
        raise Refused.at("/choices", "empty" if not kept else "too_many", f"1 to {MOST_CHOICES}.")
    for place, one in enumerate(kept):
        if len(one) > LONGEST_CHOICE:
            raise Refused.at(f"/choices/{place}", "too_long", f"At most {LONGEST_CHOICE}.")
        if "," in one or "*" in one or fold(one) == EMPTY:
            detail = "No comma and no star, and not the word none: lists are asked by these."
            raise Refused.at(f"/choices/{place}", "malformed", detail)
    return kept


def _path(said: str) -> str:
    path = str(storable(said or "")).strip().removeprefix("context.")
    if len(path) > LONGEST_PATH:
        raise Refused.at("/path", "too_long", f"At most {LONGEST_PATH} characters.")
    return path
