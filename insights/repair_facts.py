"""What the rooms before this one keep of some tickets, gathered in as many statements for many as
for one."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from feedback.intake.models import Contactable, Customer, Feedback
from feedback.intake.scores import NEGATIVE, UNSCORED
from insights.measures.rows import LONG, MERGED, SPAM
from insights.repair_kept import (
    Asked,
    Facts,
    Failure,
    Gave,
    Heard,
    Known,
    Owed,
    Resolved,
    Scored,
    Spoke,
    Told,
    Used,
)
from tickets.recovery.models import Gesture, PlaybookUse, Question, Recovery
from tickets.sla.models import ClockEvent, Kind
from tickets.work.models import Contact, Resolution, Ticket, TicketFeedback, TimelineEntry
from tickets.work.tries import WAS_TRIED

# What of the history tells of cycles, what was left in them, their ends, and what reached nobody.
TURNS = (
    *("acknowledged", "letter_failed"),
    *("reopened", "not_spam", "closed", "merged", "playbook_left"),
)

Row = TypeVar("Row")


def facts_of(tickets: Collection[int]) -> list[Facts]:
    parts: dict[str, dict[int, Any]] = {
        name: _by_ticket(read(tickets)) for name, read in _READERS.items()
    }
    rows = list(_tickets(tickets))
    failures, scores = _of_people({row["person"] for row in rows if row["person"]})
    return [
        Facts(
            **row,
            **{name: found[row["ticket"]] for name, found in parts.items()},
            failures=[one for one in failures[row["person"]] if one.ticket != row["ticket"]],
            scores=scores[row["person"]],
        )
        for row in rows
    ]


def _by_ticket(rows: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for ticket, row in rows:
        found[ticket].append(row)
    return found


_COLUMNS: dict[str, Any] = {
    "ticket": F("pk"),
    "cycle": F("cycle"),
    "group": F("group"),
    "agent": F("assignee"),
    "person": Coalesce("customer__joined_to", "customer"),
    "value": Coalesce("customer__joined_to__value", "customer__value"),
    "erased_at": F("customer__erased_at"),
    "contactable": F("contactable"),
    "is_quiet": F("quiet"),
    "outcome": F("outcome"),
    "created_at": F("created_at"),
    "closed_at": F("closed_at"),
}


def tickets_before(tickets: Collection[int]) -> set[int]:
    """Other tickets of the same people, opened in the ninety days before one of these."""
    of_whom, when = _COLUMNS["person"], _COLUMNS["created_at"]
    named: dict[UUID, list[datetime]] = defaultdict(list)
    known = Ticket.objects.filter(pk__in=tickets).exclude(customer=None)
    for person, at in known.values_list(of_whom, when):
        named[person].append(at)
    if not named:
        return set()
    people = Customer.objects.filter(Q(pk__in=named) | Q(joined_to__in=named))
    theirs = Ticket.objects.filter(customer__in=people.values("pk"))
    return {
        number
        for number, person, at in theirs.values_list("pk", of_whom, when)
        if any(after - LONG <= at < after for after in named[person])
    }


def _tickets(tickets: Collection[int]) -> Iterator[dict[str, Any]]:
    rows = Ticket.objects.filter(pk__in=tickets).order_by("pk")
    for found in rows.values_list(*_COLUMNS.values()):
        row = dict(zip(_COLUMNS, found, strict=True))
        row["is_erased"] = row.pop("erased_at") is not None
        row["has_a_way"] = row.pop("contactable") != Contactable.NONE
        yield row


def _heard(tickets: Collection[int]) -> Any:
    rows = TicketFeedback.objects.filter(ticket__in=tickets).order_by("received_at", "pk")
    said = ("source", "score_type", "score_value", "score_class", "worst_class")
    names = ("ticket", "received_at", *(f"feedback__{name}" for name in said))
    return ((ticket, Heard(*found)) for ticket, *found in rows.values_list(*names))


def _told(tickets: Collection[int]) -> Any:
    rows = TimelineEntry.objects.filter(ticket__in=tickets, kind__in=TURNS).order_by("pk")
    names = ("ticket", "at", "kind", "actor_kind", "reason")
    return ((ticket, Told(*found)) for ticket, *found in rows.values_list(*names))


def _owed(tickets: Collection[int]) -> Any:
    """In order of their cycles, each with the moment at which it was begun here: its receipt may be
    long before."""
    rows = ClockEvent.objects.filter(
        clock__promise__in=tickets, clock__kind=Kind.FOLLOW_UP, position=1
    ).order_by("clock__cycle")
    of_clock = ("started_at", "due_at", "state", "met_at", "voided_at")
    names = ("clock__promise", "written_at", *(f"clock__{name}" for name in of_clock))
    return ((ticket, Owed(*found)) for ticket, *found in rows.values_list(*names))


def _spoke(tickets: Collection[int]) -> Any:
    """A letter that we called back is none, as in the history of attempts."""
    rows = Contact.objects.filter(WAS_TRIED, ticket__in=tickets).order_by("at", "pk")
    names = ("ticket", "cycle", "at", "reached", "struck_at")
    return ((ticket, Spoke(*found)) for ticket, *found in rows.values_list(*names))


def _resolved(tickets: Collection[int]) -> Any:
    rows = Resolution.objects.filter(ticket__in=tickets)
    names = ("ticket", "cycle", "at", "root_cause")
    return ((ticket, Resolved(*found)) for ticket, *found in rows.values_list(*names))


def _known(tickets: Collection[int]) -> Any:
    rows = Recovery.objects.filter(ticket__in=tickets).order_by("cycle")
    failure = ("type__slug", "driver", "severity", "monetary", "process", "controllable", "number")
    scores = ("score_type_before", "score_before", "score_after")
    names = ("ticket", "cycle", "root_cause", *scores, *failure)
    return ((ticket, Known(*found)) for ticket, *found in rows.values_list(*names))


def _gave(tickets: Collection[int]) -> Any:
    rows = Gesture.objects.filter(recovery__ticket__in=tickets).order_by("at", "pk")
    names = ("recovery__ticket", "recovery__cycle", "kind", "state", "amount", "currency")
    return ((ticket, Gave(*found)) for ticket, *found in rows.values_list(*names))


def _asked(tickets: Collection[int]) -> Any:
    rows = Question.objects.filter(ticket__in=tickets)
    said = ("at", "solved", "score", "fair", "easy", "respect", "heard_by")
    names = ("ticket", "cycle", "asked_at", "state", *(f"answer__{name}" for name in said))
    return ((ticket, Asked(*found)) for ticket, *found in rows.values_list(*names))


def _used(tickets: Collection[int]) -> Any:
    rows = PlaybookUse.objects.filter(recovery__ticket__in=tickets)
    names = ("recovery__ticket", "recovery__cycle", "version__playbook__slug", "version__version")
    return ((ticket, Used(*found)) for ticket, *found in rows.values_list(*names, "followed"))


# What is read of a ticket, by what it is called in Facts.
_READERS: dict[str, Callable[[Collection[int]], Any]] = {
    "heard": _heard,
    "told": _told,
    "owed": _owed,
    "spoke": _spoke,
    "resolved": _resolved,
    "known": _known,
    "gave": _gave,
    "asked": _asked,
    "used": _used,
}


def _of_people(
    people: Collection[UUID],
) -> tuple[dict[UUID | None, list[Failure]], dict[UUID | None, list[Scored]]]:
    """What else they complained of, and what else they scored, by whom they are one person with."""
    rows = Customer.objects.filter(Q(pk__in=people) | Q(joined_to__in=people))
    persons = dict(rows.values_list("pk", Coalesce("joined_to", "pk")))
    failures: dict[UUID | None, list[Failure]] = defaultdict(list)
    for customer, *found in _failures(list(persons)):
        failures[persons[customer]].append(Failure(*found))
    scores: dict[UUID | None, list[Scored]] = defaultdict(list)
    said = Feedback.objects.filter(customer__in=list(persons), score_value__isnull=False)
    names = ("customer", "received_at", "score_type", "score_value")
    for customer, *one in said.order_by("received_at", "pk").values_list(*names):
        scores[persons[customer]].append(Scored(*one))
    return failures, scores


def _failures(customers: Collection[UUID]) -> Any:
    """Complaints that were tickets of their own, with the last cause that was found."""
    links = TicketFeedback.objects.filter(ticket=OuterRef("pk"))
    bad = Exists(links.filter(feedback__worst_class__in=[NEGATIVE, UNSCORED]))
    said = Resolution.objects.filter(ticket=OuterRef("pk")).order_by("-cycle")
    noted = Recovery.objects.filter(ticket=OuterRef("pk")).exclude(root_cause=None)
    causes = (noted.order_by("-cycle"), said)
    rows = Ticket.objects.live().filter(bad, customer__in=customers)
    rows = rows.exclude(outcome__in=[MERGED, SPAM]).order_by("pk")
    return rows.values_list(
        "customer",
        "pk",
        Min("feedback_links__received_at"),
        Coalesce(*(Subquery(found.values("root_cause")[:1]) for found in causes)),
    )
