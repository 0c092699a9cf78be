"""Ladders are written, revised and archived. Every clock that climbs one is looked at anew."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.acceptable import acceptable_name
from accounts.actions.unique import given_once
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Fault, Refused
from cxloop.kernel.nudge import nudge_after_commit
from tickets.escalation.ladder_lock import let_nobody_climb
from tickets.escalation.models import Ladder, LadderChange, LadderVersion
from tickets.escalation.parsing import acceptable_pause, parse_rungs
from tickets.escalation.rungs import PAUSE_S, Rung, stored_rungs


@transaction.atomic
def write_ladder(
    *,
    slug: str,
    name: str,
    group: AccessGroup | None,
    rungs: object,
    now: datetime,
    by: User | None = None,
    pause_s: int = PAUSE_S,
) -> Ladder:
    """For a group, or for all that have none of their own. Raises Refused with pointers, also
    `taken` where the slug is given or the group has a ladder."""
    let_nobody_climb()
    if slug != slugify(slug) or not 0 < len(slug) <= 60:
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    if Ladder.objects.current().filter(group=group).exists():
        raise Refused.at("/group", "taken", "It has a ladder; revise that one, or archive it.")
    ladder = Ladder(
        slug=slug,
        name=acceptable_name(name),
        group=group,
        rungs=_acceptable_rungs(rungs),
        pause_s=acceptable_pause(pause_s),
        created_at=now,
    )
    with given_once("/slug", "There is a ladder of this slug already."):
        ladder.save(force_insert=True)
    _keep_version(ladder, by, now)
    _look_anew(ladder, now)
    return ladder


@transaction.atomic
def revise_ladder(
    ladder: Ladder, changes: dict[str, Any], *, now: datetime, by: User | None = None
) -> Ladder:
    """`changes` may name `name`, `pause_s` and `rungs`. Other rungs or another pause are the next
    version; the same again is none. Rungs that a clock has passed stay raised, those added below
    are not raised aloud."""
    let_nobody_climb()
    ladder = _current(ladder)
    before = (ladder.rungs, ladder.pause_s)
    if "name" in changes:
        ladder.name = acceptable_name(changes["name"])
    if "pause_s" in changes:
        ladder.pause_s = acceptable_pause(changes["pause_s"])
    if "rungs" in changes:
        ladder.rungs = _acceptable_rungs(changes["rungs"])
    if (ladder.rungs, ladder.pause_s) != before:
        ladder.version += 1
        _keep_version(ladder, by, now)
    ladder.save(update_fields=["name", "pause_s", "rungs", "version"])
    if ladder.rungs != before[0]:
        _look_anew(ladder, now)
    return ladder


@transaction.atomic
def archive_ladder(ladder: Ladder, *, now: datetime) -> Ladder:
    """The group climbs the one for all again. Again is no error. Raises Conflict `for_all` for that
    one itself: without it nobody would hear anything."""
    let_nobody_climb()
    ladder = Ladder.objects.select_related("group").get(pk=ladder.pk)
    if ladder.group is None:
        raise Conflict("The ladder for all groups can be revised, not archived.", code="for_all")
    if ladder.archived_at is None:
        ladder.archived_at = now
        ladder.save(update_fields=["archived_at"])
        _look_anew(ladder, now)
    return ladder


def acceptable_ladder(rungs: object) -> tuple[Rung, ...]:
    """Rungs as they would be climbed, checked and not kept. Raises what write_ladder raises."""
    return stored_rungs(_acceptable_rungs(rungs))


def _keep_version(ladder: Ladder, by: User | None, now: datetime) -> None:
    LadderVersion.objects.create(
        ladder=ladder,
        version=ladder.version,
        rungs=ladder.rungs,
        pause_s=ladder.pause_s,
        written_at=now,
        written_by=by,
    )


def _current(ladder: Ladder) -> Ladder:
    latest = Ladder.objects.select_related("group").get(pk=ladder.pk)
    if latest.archived_at is not None:
        raise Conflict("An archived ladder cannot be changed.", code="archived")
    return latest


def _acceptable_rungs(raw: object) -> list[dict[str, Any]]:
    rungs = parse_rungs(raw)
    if faults := _unknown_people(rungs):
        raise Refused(faults)
    return [rung.as_json() for rung in rungs]


def _unknown_people(rungs: tuple[Rung, ...]) -> list[Fault]:
    named = {user for rung in rungs for user in rung.people()}
    known = set(User.objects.active().filter(pk__in=named).values_list("pk", flat=True))
    return [
        Fault(f"/rungs/{place}", "unknown_person", f"Nobody active has the number {user}.")
        for place, rung in enumerate(rungs)
        for user in rung.people()
        if user not in known
    ]


def _look_anew(ladder: Ladder, now: datetime) -> None:
    """Later, and some at a time: as many tickets may be open as like."""
    LadderChange.objects.create(group=ladder.group, changed_at=now)
    nudge_after_commit("changed_ladders")
