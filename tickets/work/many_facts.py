"""What is known of many tickets, in a number of queries that does not grow with them: what a verb
said to them is foreseen by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AccessGroup, User
from tickets.sla.actions.end import OWED_CONTACT
from tickets.sla.models import Clock
from tickets.work.attempts import what_lacks
from tickets.work.foreseeing import Facts, Foreseen, foreseen
from tickets.work.letters import can_answer
from tickets.work.macros import acts_of
from tickets.work.models import BulkAct, Contact, Macro, Ticket
from tickets.work.tries import attempts_on, ways_of

Said = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """Of each ticket, by its number, what would become of it."""

    tickets: dict[int, Foreseen]

    def refusals(self) -> dict[int, str]:
        """Those that would not change although it was meant for them, with the reason."""
        return {number: found.why for number, found in self.tickets.items() if found.why}


def look_at(act: BulkAct, numbers: Iterable[int]) -> Look:
    said = _whole(act)
    return Look(
        {facts.number: foreseen(act.verb, said, facts) for facts in _facts(act, list(numbers))}
    )


def _facts(act: BulkAct, numbers: list[int]) -> list[Facts]:
    workable = _groups(AccessGroup.objects.workable_by(act.by))
    takes = _groups_of(act.said.get("assignee"))
    rows: Any = _known(Ticket.objects.filter(pk__in=numbers))
    tried = attempts_on(numbers)
    return [
        Facts(
            number=ticket.pk,
            status=ticket.status,
            priority=ticket.priority_word,
            group=ticket.group.slug,
            assignee=ticket.assignee_id,
            tags=frozenset(ticket.tags),
            workable=ticket.group_id in workable,
            customer=str(ticket.customer_id or ""),
            contactable=ticket.contactable,
            can_write=can_answer(ticket),
            takes_owner=ticket.group_id in takes,
            contacted=ticket.contacted,
            lacks=what_lacks(tried.get(ticket.pk, []), ways_of(ticket.customer)),
            asked=ticket.asked_at is not None,
            answered=ticket.answered_at is not None,
        )
        for ticket in rows.select_related("group", "customer").order_by("pk")
    ]


def _known(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With whether somebody has reached the customer."""
    contacts = Contact.objects.filter(ticket=OuterRef("pk"))
    reached = contacts.filter(cycle=OuterRef("cycle"), reached=True, struck_at=None)
    owed = Clock.objects.filter(promise=OuterRef("pk")).of_kinds(OWED_CONTACT).live()
    known = tickets.annotate(is_reached=Exists(reached), is_owed=Exists(owed))
    return known.annotate(contacted=Q(is_reached=True) & Q(is_owed=False))


def _groups(groups: QuerySet[AccessGroup]) -> set[int]:
    return set(groups.values_list("pk", flat=True))


def _groups_of(assignee: Any) -> set[int]:
    """Whose tickets the new owner may work."""
    owner = User.objects.filter(pk=assignee).first() if type(assignee) is int else None
    return _groups(AccessGroup.objects.workable_by(owner)) if owner else set()


def _whole(act: BulkAct) -> Said:
    """What was said, with what it names."""
    if act.verb == "merge":
        return {**act.said, **_customer_of(act.said["into"])}
    return {**act.said, **_done_by(macro_of(act))} if act.verb == "macro" else act.said


def _customer_of(ref: str) -> dict[str, str]:
    number = ref.removeprefix("T-")
    found = Ticket.objects.filter(pk=int(number)) if number.isdecimal() else Ticket.objects.none()
    customer, reached = found.values_list("customer", "contactable").first() or ("", "")
    return {"of": str(customer or ""), "reached": reached}


def macro_of(act: BulkAct) -> Macro | None:
    """Also one that nobody may use any more: then its tickets say so one by one."""
    return Macro.objects.select_related("hand_to").filter(pk=act.said["macro"]).first()


def _done_by(macro: Macro | None) -> Said:
    if macro is None:
        return {}
    verbs = {"assign": "assign", "text": macro.says, "wait": "wait", "group": "assign"}
    said = [verbs[one] for one in acts_of(macro) if one in verbs]
    return {"verbs": said, "add": macro.add_tags, "remove": macro.remove_tags}
