"""The tree of what can fail, and what each root cause stands for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction

from accounts.acceptable import acceptable_name, acceptable_slug
from accounts.actions.unique import given_once
from cxloop.kernel.errors import Conflict, Refused
from tickets.recovery.failure import DRIVERS, Known
from tickets.recovery.models import CauseDefault, FailureType
from tickets.work.models import RootCause

DEEPEST = 4

# What a new installation begins with: the name, whether it is about money.
_DEFAULTS = {
    "product": ("Product", None),
    "delivery": ("Delivery", None),
    "service": ("Service", False),
    "billing": ("Billing", True),
    "digital": ("Digital", None),
    "other": ("Other", None),
}


class TypeFacts(TypedDict, total=False):
    above: FailureType | None
    monetary: bool | None
    process: bool | None


class TypeChanges(TypeFacts, total=False):
    name: str


class CauseChanges(TypedDict, total=False):
    type: FailureType | None
    driver: str
    monetary: bool | None
    process: bool | None
    controllable: bool | None


@transaction.atomic
def write_failure_type(
    *, slug: str, name: str, now: datetime, **more: Unpack[TypeFacts]
) -> FailureType:
    """The slug is for good. Raises Refused."""
    made = FailureType(slug=acceptable_slug(slug), name=acceptable_name(name), created_at=now)
    _change(made, cast(TypeChanges, more))
    with given_once("/slug", "There is a type of failure of this slug already."):
        made.save(force_insert=True)
    return made


@transaction.atomic
def change_failure_type(found: FailureType, **changes: Unpack[TypeChanges]) -> None:
    """What was said of repairs before stays as it was. Raises Refused."""
    _change(found, changes)
    found.save(update_fields=list(changes))


def _change(found: FailureType, changes: TypeChanges) -> None:
    if "name" in changes:
        changes["name"] = acceptable_name(changes["name"])
    if above := changes.get("above"):
        _check_place(found, above)
    for name, value in changes.items():
        setattr(found, name, value)


def _check_place(found: FailureType, above: FailureType) -> None:
    """Two who turn the tree round at once would make a circle: its rows are held together."""
    up = dict(FailureType.objects.select_for_update().order_by("pk").values_list("pk", "above"))
    path = list(_upwards(above.pk, up))
    if found.pk in path:
        raise Refused.at("/above", "circle", "A type cannot stand below itself.")
    if len(path) + _height(found.pk, up) > DEEPEST:
        raise Refused.at("/above", "too_deep", f"At most {DEEPEST} types stand below each other.")


def _upwards(number: int | None, up: dict[int, int | None]) -> Iterable[int]:
    while number is not None:
        yield number
        number = up.get(number)


def _height(number: int | None, up: dict[int, int | None]) -> int:
    """How many stand below each other from this one on, itself included."""
    below = [pk for pk, above in up.items() if number is not None and above == number]
    return 1 + max((_height(pk, up) for pk in below), default=0)


def archive_failure_type(found: FailureType, *, now: datetime) -> None:
    """Offered no more; what was said to be of it stays. Raises Conflict where others stand below it
    that are offered."""
    if FailureType.objects.filter(above=found, archived_at=None).exists():
        raise Conflict("Archive what stands below it first.", code="has_below")
    found.archived_at = found.archived_at or now
    found.save(update_fields=["archived_at"])


def restore_failure_type(found: FailureType) -> None:
    if found.above and found.above.archived_at:
        raise Conflict("Bring back what stands above it first.", code="above_archived")
    found.archived_at = None
    found.save(update_fields=["archived_at"])


def let_cause_stand_for(cause: RootCause, **changes: Unpack[CauseChanges]) -> CauseDefault:
    """For repairs of which something is said from now on. Raises Refused."""
    if changes.get("driver", "") not in ("", *DRIVERS):
        raise Refused.at("/driver", "unknown_choice", f"One of: {', '.join(DRIVERS)}.")
    found, _ = CauseDefault.objects.update_or_create(cause=cause, defaults=dict(changes))
    return found


def default_failures(*, now: datetime) -> None:
    """What a new installation begins with; types that exist stay as they are."""
    FailureType.objects.bulk_create(
        [
            FailureType(slug=slug, name=name, monetary=monetary, created_at=now)
            for slug, (name, monetary) in _DEFAULTS.items()
        ],
        ignore_conflicts=True,
    )


def known_types() -> dict[int, Known]:
    """What each type stands for: itself, or else those above it."""
    rows = {row.pk: row for row in FailureType.objects.all()}
    up = {pk: row.above_id for pk, row in rows.items()}
    return {pk: _known([rows[one] for one in _upwards(pk, up)]) for pk in rows}


def _known(path: list[FailureType]) -> Known:
    def first(name: str) -> Any:
        return next((v for row in path if (v := getattr(row, name)) is not None), None)

    return Known(type=path[0].pk, monetary=first("monetary"), process=first("process"))
