"""Playbooks are written, revised and switched on; on a ticket one is followed, or left, and why."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.acceptable import acceptable_name, acceptable_slug
from accounts.actions.unique import given_once
from accounts.models import User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Conflict, Fault, Refused
from tickets.recovery.actions.repair import repair_of
from tickets.recovery.models import (
    FailureType,
    Playbook,
    PlaybookUse,
    PlaybookVersion,
    Recovery,
)
from tickets.recovery.offering import Offered, offered_on
from tickets.recovery.playbooks import LONGEST_NOTE, faults_in_case, read_steps
from tickets.recovery.usual_playbooks import USUAL_PLAYBOOKS
from tickets.work.actor import Actor
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry

MOST_PLAYBOOKS = 50
LONGEST_NOTE_OF_BOOK = 2000
LONGEST_SOURCE = 300


class Content(TypedDict, total=False):
    """`types` are slugs of types of failure; what is left out, or None, fits everything."""

    types: Sequence[str]
    severity_from: int | None
    value_from: Decimal | None
    again: bool | None
    monetary: bool | None
    steps: Any
    note: str
    source: str


CONTENT = tuple(Content.__annotations__)


@transaction.atomic
def write_playbook(
    *,
    slug: str,
    name: str,
    by: User | None,
    now: datetime,
    is_on: bool = True,
    **content: Unpack[Content],
) -> PlaybookVersion:
    """The slug is for good. Raises Refused, and Conflict `enough_playbooks`."""
    if Playbook.objects.filter(archived_at=None).count() >= MOST_PLAYBOOKS:
        raise Conflict(f"There are {MOST_PLAYBOOKS} playbooks already.", code="enough_playbooks")
    book = Playbook(slug=acceptable_slug(slug), name=acceptable_name(name), created_at=now)
    book.is_on = is_on
    with given_once("/slug", "There is a playbook of this slug already."):
        book.save(force_insert=True)
    version = PlaybookVersion(playbook=book, version=1, written_at=now, written_by=by)
    return _write(version, {"steps": [], **content})


@transaction.atomic
def revise_playbook(
    book: Playbook, *, by: User | None, now: datetime, **content: Unpack[Content]
) -> PlaybookVersion:
    """The next version; what is left out stays. Repairs keep the version they went by."""
    book = Playbook.objects.select_for_update(no_key=True).get(pk=book.pk)
    last = book.versions.latest("version")
    kept = {name: getattr(last, name) for name in CONTENT}
    version = PlaybookVersion(playbook=book, version=last.version + 1)
    version.written_at, version.written_by = now, by
    if {**kept, **content} == kept:
        return last
    return _write(version, {**kept, **content})


def _write(version: PlaybookVersion, content: dict[str, Any]) -> PlaybookVersion:
    steps, faults = read_steps(content["steps"])
    faults += faults_in_case(content.get("severity_from"), content.get("value_from"))
    faults += _unknown_types(content.get("types", ())) + _too_long(content)
    if faults:
        raise Refused(faults)
    for name, value in {**content, "steps": steps}.items():
        setattr(version, name, storable(value) if isinstance(value, str) else value)
    version.types = list(content.get("types", ()))
    version.save(force_insert=True)
    return version


def _unknown_types(slugs: Sequence[str]) -> list[Fault]:
    known = set(FailureType.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    detail = "There is no such type of failure."
    return [
        Fault(f"/types/{place}", "unknown_failure_type", detail)
        for place, slug in enumerate(slugs)
        if slug not in known
    ]


def _too_long(content: dict[str, Any]) -> list[Fault]:
    longest = {"note": LONGEST_NOTE_OF_BOOK, "source": LONGEST_SOURCE}
    return [
        Fault(f"/{name}", "too_long", f"At most {most:,} characters.")
        for name, most in longest.items()
        if len(content.get(name, "")) > most
    ]


def change_playbook(book: Playbook, *, name: str | None = None, is_on: bool | None = None) -> None:
    """What it is called, and whether it is offered."""
    if name is not None:
        book.name = acceptable_name(name)
    if is_on is not None:
        book.is_on = is_on
    book.save(update_fields=["name", "is_on"])


def archive_playbook(book: Playbook, *, now: datetime) -> None:
    """Offered no more; repairs that went by it stay."""
    book.archived_at = book.archived_at or now
    book.save(update_fields=["archived_at"])


def restore_playbook(book: Playbook) -> None:
    book.archived_at = None
    book.save(update_fields=["archived_at"])


def leave_playbook(ticket: Ticket, *, why: str, by: Actor, now: datetime) -> PlaybookUse:
    """Somebody knows better, and says why. The ticket must be locked. Raises Refused, Conflict
    `illegal_move` on a closed ticket and `no_playbook` where none is offered."""
    if ticket.status == CLOSED:
        raise Conflict(f"{ticket.ref} is closed; reopen it first.", code="illegal_move")
    why = " ".join(str(storable(why)).split())
    if not why:
        raise Refused.at("/why", "blank", "Say why the playbook does not fit.")
    if len(why) > LONGEST_NOTE:
        raise Refused.at("/why", "too_long", f"At most {LONGEST_NOTE} characters.")
    recovery = repair_of(ticket, now=now)
    offered = offered_on(ticket, recovery)
    if offered is None or offered.is_over:
        raise Conflict("No playbook is offered here.", code="no_playbook")
    said = {"playbook": offered.version.playbook.name, "version": offered.version.version}
    write_entry(ticket, "playbook_left", by, now=now, reason={**said, "reason": why})
    return _note_use(recovery, offered, why=why, by=by, now=now)


def note_playbook(ticket: Ticket, recovery: Recovery, *, by: Actor, now: datetime) -> None:
    """The repair is claimed to be done: by the playbook that fits it, or not. Claimed again after
    that was taken back, what holds is what was offered and done by then."""
    PlaybookUse.objects.filter(recovery=recovery, why_left="").delete()
    offered = offered_on(ticket, recovery)
    if offered and not (offered.use and offered.use.why_left):
        _note_use(recovery, offered, why="", by=by, now=now)


def _note_use(
    recovery: Recovery, offered: Offered, *, why: str, by: Actor, now: datetime
) -> PlaybookUse:
    found = {
        "version": offered.version,
        "followed": offered.is_followed and not why,
        "why_left": why,
        "by": by.user,
        "at": now,
    }
    return PlaybookUse.objects.update_or_create(recovery=recovery, defaults=found)[0]


def default_playbooks(*, now: datetime) -> None:
    """What a new installation begins with; the types of failure must be there."""
    for usual in USUAL_PLAYBOOKS:
        if not Playbook.objects.filter(slug=usual["slug"]).exists():
            write_playbook(**usual, by=None, now=now)
