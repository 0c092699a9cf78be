"""One verb said to many tickets: foreseen, confirmed, and for a moment to be undone."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from rest_framework.exceptions import ValidationError

from accounts.models import User
from cxloop.kernel.away import is_away
from cxloop.kernel.errors import Conflict, CxloopError, Refused
from cxloop.kernel.problems import as_known
from tickets.work.foreseeing import SAID_TO_MANY, Becomes
from tickets.work.many_facts import Look, look_at
from tickets.work.models import BulkAct, BulkItem
from tickets.work.verbs import VERBS, say

logger = logging.getLogger(__name__)

MOST = 1000
Say = Callable[..., int]


def plan_bulk(
    verb: str, said: Mapping[str, Any], tickets: Sequence[int], *, by: User, now: datetime
) -> BulkAct:
    """Nothing is done yet. Raises Refused for what the verb does not understand, and whatever the
    first of the tickets says to it, of those that would change, or where none would, of all."""
    if verb not in SAID_TO_MANY:
        known = ", ".join(SAID_TO_MANY)
        raise Refused.at("/verb", "unknown_verb", f"Said to many can be {known}.")
    _check_number(tickets)
    VERBS[verb].body(data=said).is_valid(raise_exception=True)
    act = BulkAct(by=by, verb=verb, said=_by_number(said, by), created_at=now)
    _try(act, tickets)
    with transaction.atomic():
        act.save()
        BulkItem.objects.bulk_create(BulkItem(act=act, ticket_id=number) for number in tickets)
    return act


def _check_number(tickets: Sequence[int]) -> None:
    if not tickets:
        raise Refused.at("/tickets", "required", "Choose at least one ticket.")
    if len(tickets) > MOST:
        raise Refused.at("/tickets", "too_many", f"At most {MOST:,} tickets at once.")


def _by_number(said: Mapping[str, Any], by: User) -> dict[str, Any]:
    """Who "me" is stays who it was."""
    return {name: by.pk if value == "me" else value for name, value in said.items()}


def _try(act: BulkAct, tickets: Iterable[int]) -> None:
    """Says it to the first ticket that would change, and takes it back: what no ticket would take
    is refused before anything is confirmed. One that refuses is no reason to refuse all."""
    found = look_at(act, tickets).tickets
    kinds = {one.becomes: number for number, one in reversed(found.items())}
    first = kinds.get(Becomes.CHANGED, kinds.get(Becomes.REFUSED))
    if first is not None:
        with transaction.atomic():
            say(act.verb, by=act.by, ref=f"T-{first}", raw=act.said, to_many=True)
            transaction.set_rollback(True)


def look_ahead(act: BulkAct) -> Look:
    """What would become of those of its tickets that wait, as they stand now."""
    waiting = act.items.filter(state=BulkItem.State.WAITING)
    return look_at(act, list(waiting.values_list("ticket", flat=True)))


def foresee(act: BulkAct) -> dict[str, int]:
    """How many of its tickets would become what."""
    return counted(look_ahead(act))


def counted(look: Look) -> dict[str, int]:
    found = Counter(one.becomes for one in look.tickets.values())
    return {kind.value: found[kind] for kind in Becomes}


@transaction.atomic
def confirm_bulk(act: BulkAct, *, now: datetime) -> BulkAct:
    """It begins when the moment for undoing it is over. The same again changes nothing."""
    held = _held(act)
    if held.undone_at:
        raise Conflict("It was undone.", code="undone")
    if held.starts_at is None:
        held.starts_at = now + settings.UNDO
        held.save(update_fields=["starts_at"])
    return held


@transaction.atomic
def undo_bulk(act: BulkAct, *, now: datetime) -> BulkAct:
    """It does not happen. Raises Conflict `too_late` once it has begun."""
    held = _held(act)
    if held.undone_at:
        return held
    if held.starts_at is None or held.starts_at <= now:
        raise Conflict("It has begun already.", code="begun")
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    return held


def _held(act: BulkAct) -> BulkAct:
    return BulkAct.objects.select_for_update(no_key=True).get(pk=act.pk)


def do_bulk(acts: list[BulkAct], now: datetime, *, say: Say = say) -> None:
    """The next ticket of each, in the transaction of the caller: what is done is marked as done
    with it, so it may stop anywhere. `say` may be that of a later room."""
    for act in acts:
        waiting = act.items.filter(state=BulkItem.State.WAITING).order_by("ticket")[:2]
        found = list(waiting)
        if found and not _is_so(act, found[0]):
            _do(act, found[0], say)
        if len(found) < 2:
            act.ended_at = now
            act.save(update_fields=["ended_at"])


def _is_so(act: BulkAct, item: BulkItem) -> bool:
    """Nothing need be said to it: the ticket that others are merged into, say."""
    found = look_at(act, [item.ticket_id]).tickets
    so = [one.becomes for one in found.values()] == [Becomes.SAME]
    if so:
        item.state = BulkItem.State.DONE
        item.save(update_fields=["state"])
    return so


def _do(act: BulkAct, item: BulkItem, say: Say) -> None:
    item.state, item.why = BulkItem.State.DONE, ""
    try:
        with transaction.atomic():
            say(act.verb, by=act.by, ref=f"T-{item.ticket_id}", raw=act.said, to_many=True)
    except (CxloopError, ValidationError) as error:
        known = as_known(error)
        item.state, item.why = BulkItem.State.REFUSED, _why(known)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("could not %s T-%s", act.verb, item.ticket_id)
        item.state, item.why = BulkItem.State.REFUSED, "error"
    item.save(update_fields=["state", "why"])


def _why(known: CxloopError | None) -> str:
    """The code, by which the desk knows words for it."""
    if isinstance(known, Refused):
        return known.faults[0].code[:300]
    return known.code[:300] if known else "error"
