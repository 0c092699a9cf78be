"""Forgetting a person: what was said on their tickets goes; what happened, and when, stays."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from cxloop.kernel.append_only import allow_erasing
from cxloop.kernel.letters import ERASED_ADDRESS
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tickets.work.actions.attach import erase_attachments
from tickets.work.actor import Actor
from tickets.work.door import locked
from tickets.work.fields import CHOICE
from tickets.work.letters import ACKNOWLEDGEMENT, CLOSING, REMINDER, REPLY, STATUS
from tickets.work.models import (
    FieldValue,
    Handover,
    Resolution,
    SearchText,
    SideMessage,
    SideThread,
    Ticket,
    TimelineEntry,
    Triage,
)
from tickets.work.searching import vector_literal, words_of
from tickets.work.timeline import write_entry

ERASED = "(erased)"

# Named one by one: what an act of tomorrow may write beside these is taken for somebody's words.
_KEPT = {
    *(
        "rule",
        "feedback",
        "channel",
        "outcome",
        "assignee",
        "watcher",
        "macro",
        "with",
        "split_from",
        "mentioned",
        "group",
        "into",
        "cycle",
        "root_cause",
        "to_many",
        "side",
        "wrote",
        "offer",
    ),
    *("clock", "rung", "when", "due_at", "ladder", "told", "late_by_us", "silent_after", "until"),
    *("edited", "stars", "stars_before", "store", "replied_at", "told_by"),
    *("solved", "score", "gesture", "kind", "amount", "currency", "letter"),
}
_HANDINGS = ("handed_over", "accepted", "sent_back", "handover_taken_back", "not_accepted")
_HANDED = {"from", "to", "because", "accept_by"}
_KEPT_OF = {
    "priority": {"from", "to"},
    "merged_in": {"from", "somebodys_since"},
    "status_link": {"handed"},
    **dict.fromkeys(_HANDINGS, _HANDED),
}


# By the entry whose number is in the letter's key.
_LETTER_OF = {
    "reply": REPLY,
    "reminded": REMINDER,
    "asked_to_close": CLOSING,
    "status_link": STATUS,
}


def tickets_about(customer: Customer) -> list[int]:
    """Theirs, and those that their feedback was carried to, by number."""
    theirs = Q(customer=customer) | Q(feedback_links__feedback__customer=customer)
    return sorted(set(Ticket.objects.filter(theirs).values_list("pk", flat=True)))


def hold_tickets_about(customer: Customer) -> list[int]:
    """Locks them until the end: nothing more is said on them, and none is merged away."""
    held: list[int] = []
    while (found := tickets_about(customer)) != held:
        for number in found:
            locked(number)
        held = found
    return held


def sides_about(customer: Customer, tickets: Collection[int]) -> list[int]:
    """What was said beside these tickets, and what was written to the customer beside another's."""
    about = Q(ticket__in=tickets) | Q(address=customer.email or None)
    return sorted(SideThread.objects.filter(about).values_list("pk", flat=True))


def letters_beside(sides: Collection[int]) -> QuerySet[Letter]:
    """They went to others, so their addresses are not the customer's."""
    written = SideMessage.objects.filter(thread__in=sides, letter__isnull=False)
    return Letter.objects.filter(pk__in=written.values("letter"))


def letters_about(tickets: Collection[int]) -> QuerySet[Letter]:
    """Replies and acknowledgements, by the keys they were written under."""
    written = TimelineEntry.objects.filter(ticket__in=tickets, kind__in=_LETTER_OF)
    keys = [f"{_LETTER_OF[kind]}:{pk}" for pk, kind in written.values_list("pk", "kind")]
    keys += [f"{ACKNOWLEDGEMENT}:{number}" for number in tickets]
    return Letter.objects.filter(key__in=keys)


def erase_tickets(
    customer: Customer,
    tickets: Collection[int],
    *,
    sides: Collection[int],
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    """To be called inside a transaction; opens the history to its end. `reason` is what is said of
    it on each ticket."""
    allow_erasing()
    beside = list(_said_beside(sides))
    _erase_entries(Q(ticket__in=tickets) | Q(pk__in=beside))
    erase_attachments(tickets, entries=beside, words_of=customer)
    SideThread.objects.filter(pk__in=sides).update(address=ERASED_ADDRESS, name="", subject=ERASED)
    Triage.objects.filter(feedback__customer=customer).update(matched={}, reason=ERASED)
    Resolution.objects.filter(ticket__in=tickets).update(body="")
    _erase_handovers(tickets)
    # A choice is one of the house's own words; a number may be that of their order or telephone.
    FieldValue.objects.filter(ticket__in=tickets).exclude(kind=CHOICE).delete()
    for ticket in map(locked, tickets):
        _erase_ticket(ticket)
        write_entry(ticket, "erased", by, now=now, reason={"reason": reason})


def _said_beside(sides: Collection[int]) -> set[int]:
    """Entries by number: what was said there, wherever it stood before a merge, and what became of
    it."""
    said = SideMessage.objects.filter(thread__in=sides).values_list("entry", flat=True)
    on = SideThread.objects.filter(pk__in=sides).values("ticket")
    about = TimelineEntry.objects.filter(ticket__in=on, reason__side__in=list(sides))
    return {*said, *about.values_list("pk", flat=True)}


def _erase_handovers(tickets: Collection[int]) -> None:
    given = Handover.objects.filter(ticket__in=tickets)
    given.update(last_error="")
    given.exclude(summary="").update(summary=ERASED)
    given.exclude(returned_why="").update(returned_why=ERASED)


def _erase_ticket(ticket: Ticket) -> None:
    ticket.subject, ticket.close_reason, ticket.last_error = ERASED, "", ""
    ticket.save(update_fields=["subject", "close_reason", "last_error"])
    words = vector_literal(words_of(ticket.ref))
    SearchText.objects.filter(ticket=ticket).update(words=words)


def _erase_entries(about: Q) -> None:
    entries = list(TimelineEntry.objects.filter(about).exclude(kind="erased"))
    for entry in entries:
        entry.text, entry.reason = "", _facts_of(entry)
    TimelineEntry.objects.bulk_update(entries, ["text", "reason"], batch_size=500)


def _facts_of(entry: TimelineEntry) -> dict[str, Any]:
    kept = _KEPT | _KEPT_OF.get(entry.kind, set())
    facts = {name: value for name, value in entry.reason.items() if name in kept}
    # An act that named its reason goes on naming one, also when its row is written anew elsewhere.
    return facts or ({"erased": True} if entry.reason else {})
