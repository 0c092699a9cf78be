"""The one door to a ticket: strangers find nothing, readers may not write."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.errors import Forbidden, NotHere
from cxloop.kernel.moment import moment
from tickets.work.models import Handover, Ticket

_REF = re.compile(r"T-([0-9]{1,18})")


def number_of(ref: str) -> int:
    """The number in `T-1042`. Raises NotHere for anything else: no such ticket exists."""
    found = _REF.fullmatch(ref)
    if found is None:
        raise NotHere()
    return int(found[1])


def get_ticket_for(user: User, ref: str) -> Ticket:
    ticket = (
        Ticket.objects.visible_to(user)
        .select_related("group", "assignee", "customer", "promise__policy")
        .filter(pk=number_of(ref))
        .first()
    )
    if ticket is None:
        raise NotHere()
    return ticket


def get_ticket_to_say(user: User, ref: str, door: str) -> Ticket:
    """The ticket, not locked, for whoever may write by that door. Raises NotHere and Forbidden as
    the door itself would."""
    ticket = get_ticket_for(user, ref)
    (_may_note if door == "note" else _may_work)(user, ticket.pk)
    return ticket


def _may_work(user: User, number: int) -> None:
    if not Ticket.objects.workable_by(user).filter(pk=number).exists():
        raise Forbidden("You may read this ticket, not work it.")


def _may_note(user: User, number: int) -> None:
    if not Ticket.objects.notable_by(user).filter(pk=number).exists():
        raise Forbidden("You may read this ticket, not write on it.")


def hold_as_it_is(ticket: Ticket) -> None:
    """Until the transaction ends nobody says anything on it, or erases its customer; others may
    hold it too. For what is kept beside it and must not outlive it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM work_ticket WHERE promise_id = %s FOR SHARE", [ticket.pk])


@contextmanager
def working_on(user: User, ref: str) -> Iterator[tuple[Ticket, datetime]]:
    """The ticket, locked until the block ends, and the moment of the act."""
    with transaction.atomic():
        number = get_ticket_for(user, ref).pk
        ticket = locked(number)
        _may_work(user, number)
        yield ticket, moment()


@contextmanager
def noting_on(user: User, ref: str) -> Iterator[tuple[Ticket, datetime]]:
    """As `working_on`, for what a second group may say to whom it is shared for that."""
    with transaction.atomic():
        number = get_ticket_for(user, ref).pk
        ticket = locked(number)
        _may_note(user, number)
        yield ticket, moment()


@contextmanager
def looking_at(user: User, ref: str) -> Iterator[tuple[Ticket, datetime]]:
    """As `working_on`, for what a reader may say too."""
    with transaction.atomic():
        yield locked(get_ticket_for(user, ref).pk), moment()


@contextmanager
def having_given(user: User, ref: str) -> Iterator[tuple[Ticket, datetime]]:
    """The ticket, locked, for who handed it over once, whether they see it now or not."""
    with transaction.atomic():
        number = number_of(ref)
        if not Handover.objects.filter(ticket=number, by=user).exists():
            raise NotHere()
        yield locked(number), moment()


DOORS = {"work": working_on, "note": noting_on, "read": looking_at}


def locked(number: int) -> Ticket:
    """Tickets are locked before their clocks, everywhere, so that nobody waits in a circle."""
    return all_locked([number])[number]


def all_locked(numbers: Iterable[int]) -> dict[int, Ticket]:
    """In one order, so that nobody waits in a circle here either."""
    rows = Ticket.objects.filter(pk__in=set(numbers)).order_by("pk")
    return _as_they_are(rows.select_for_update(no_key=True))


def _as_they_are(rows: QuerySet[Ticket]) -> dict[int, Ticket]:
    """Locked by one statement and read by the next. In one, PostgreSQL would look again at a ticket
    that it had to wait for, but not at what it is joined to: one that was handed over meanwhile was
    not found, and one given to somebody else was nobody's."""
    held = list(rows.values_list("pk", flat=True))
    found = Ticket.objects.filter(pk__in=held).order_by("pk")
    whole = found.select_related("group", "assignee", "customer", "promise__policy__calendar")
    return {ticket.pk: ticket for ticket in whole}


def kept_as_they_are(numbers: Iterable[int]) -> set[int]:
    """Those of these tickets at which nobody is at work; nobody changes them until the transaction
    ends. For who writes down what stands on them: it may be about to be erased."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [sorted(set(numbers))])
        return {number for (number,) in cursor.fetchall()}


_KEPT = """
SELECT promise_id FROM work_ticket WHERE promise_id = ANY(%s) ORDER BY promise_id
FOR SHARE SKIP LOCKED
"""


def locked_if_free(number: int) -> Ticket | None:
    """For a sweep that already holds what an act on the ticket waits for: it must not wait too."""
    rows = Ticket.objects.filter(pk=number)
    return _as_they_are(rows.select_for_update(no_key=True, skip_locked=True)).get(number)
