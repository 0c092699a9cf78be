"""One verb said to many tickets: foreseen, confirmed, and for a moment to be undone."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from rest_framework.exceptions import ValidationError

from accounts.models import AccessGroup, User
from cxloop.kernel.away import is_away
from cxloop.kernel.errors import Conflict, CxloopError, Refused
from cxloop.kernel.problems import as_known
from tickets.work.foreseeing import SAID_TO_MANY, Becomes, Facts, becomes
from tickets.work.models import BulkAct, BulkItem, Ticket
from tickets.work.verbs import VERBS, say

logger = logging.getLogger(__name__)

MOST = 1000


def plan_bulk(
    verb: str, said: Mapping[str, Any], tickets: Sequence[int], *, by: User, now: datetime
) -> BulkAct:
    """Nothing is done yet. Raises Refused for what the verb does not understand, and whatever the
    first of the tickets that would change says to it."""
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
    is refused before anything is confirmed."""
    first = next((f.number for f in _facts(tickets, act.by) if _becomes(act, f) == "changed"), None)
    if first is not None:
        with transaction.atomic():
            say(act.verb, by=act.by, ref=f"T-{first}", raw=act.said)
            transaction.set_rollback(True)


def foresee(act: BulkAct) -> dict[str, int]:
    """How many of its tickets would become what, as they stand now."""
    numbers = act.items.filter(state=BulkItem.State.WAITING).values_list("ticket", flat=True)
    found = Counter(_becomes(act, facts) for facts in _facts(list(numbers), act.by))
    return {kind.value: found[kind] for kind in Becomes}


def _becomes(act: BulkAct, facts: Facts) -> Becomes:
    return becomes(act.verb, act.said, facts)


def _facts(numbers: Iterable[int], person: User) -> Iterator[Facts]:
    workable = set(AccessGroup.objects.workable_by(person).values_list("pk", flat=True))
    rows = Ticket.objects.filter(pk__in=list(numbers)).select_related("group").order_by("pk")
    for ticket in rows:
        yield Facts(
            number=ticket.pk,
            status=ticket.status,
            priority=ticket.priority_word,
            group=ticket.group.slug,
            assignee=ticket.assignee_id,
            tags=frozenset(ticket.tags),
            workable=ticket.group_id in workable,
        )


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


def do_bulk(acts: list[BulkAct], now: datetime) -> None:
    """The next ticket of each, in the transaction of the caller: what is done is marked as done
    with it, so it may stop anywhere."""
    for act in acts:
        waiting = act.items.filter(state=BulkItem.State.WAITING).order_by("ticket")[:2]
        found = list(waiting)
        if found and not _is_so(act, found[0]):
            _do(act, found[0])
        if len(found) < 2:
            act.ended_at = now
            act.save(update_fields=["ended_at"])


def _is_so(act: BulkAct, item: BulkItem) -> bool:
    """Nothing need be said to it: the ticket that others are merged into, say."""
    so = [_becomes(act, facts) for facts in _facts([item.ticket_id], act.by)] == [Becomes.SAME]
    if so:
        item.state = BulkItem.State.DONE
        item.save(update_fields=["state"])
    return so


def _do(act: BulkAct, item: BulkItem) -> None:
    item.state, item.why = BulkItem.State.DONE, ""
    try:
        with transaction.atomic():
            say(act.verb, by=act.by, ref=f"T-{item.ticket_id}", raw=act.said)
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
