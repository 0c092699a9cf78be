"""Customers are joined or parted a moment after it was said; until then it can be undone."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from cxloop.kernel.errors import Conflict, CxloopError, Refused
from feedback.intake.models import Customer
from tickets.work.customers import join, part
from tickets.work.models import Joining


def hold_joining(
    what: str, claim: Customer, person: Customer, *, by: User, now: datetime
) -> Joining:
    """The customers must be locked, and be such as can be joined or parted. Raises Conflict
    `joining_held` while a colleague's word on this claim waits."""
    if Joining.objects.open().filter(claim=claim).exists():
        raise Conflict("Somebody has just said who this claim is.", code="joining_held")
    starts_at = now + settings.UNDO
    return Joining.objects.create(
        what=what, claim=claim, person=person, by=by, created_at=now, starts_at=starts_at
    )


@transaction.atomic
def undo_joining(joining: Joining, *, now: datetime) -> Joining:
    """It does not happen. Raises Conflict `begun` once it has."""
    held = Joining.objects.select_for_update(no_key=True).get(pk=joining.pk)
    if held.undone_at:
        return held
    if held.ended_at or held.starts_at <= now:
        raise Conflict("It has begun already.", code="begun")
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    return held


def do_joinings(joinings: list[Joining], now: datetime) -> None:
    """By whoever said it, if it is still theirs to say; what refuses is kept with its code."""
    for joining in joinings:
        try:
            with transaction.atomic():
                _do(joining)
        except CxloopError as error:
            faults = error.faults if isinstance(error, Refused) else []
            joining.refused_as = (faults[0].code if faults else error.code)[:60]
        joining.ended_at = now
        joining.save(update_fields=["ended_at", "refused_as"])


def _do(joining: Joining) -> None:
    if joining.what == Joining.What.JOIN:
        join(joining.by, joining.claim_id, to=joining.person_id)
    else:
        part(joining.by, joining.claim_id)
