"""All that the page of one ticket shows, gathered in a number of queries that does not grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import AccessGroup, User
from desk.at_hand import forms_at_hand, offer_files, offered_for, read_alone, shares_of
from desk.attempts_told import Trying, told_of_next
from desk.explained import explain_clocks
from desk.forms.problems import ChooseProblemForm
from desk.forms.recovery import judge_form
from desk.forms.ticket import (
    Offered,
    VerbForm,
)
from desk.names_of_now import named_anew
from desk.presence import others_on
from desk.repairs import next_in_playbook
from desk.taking_back import held_on, to_take_back
from desk.telling import tell
from feedback.intake.models import Feedback, FeedbackFile
from tickets.escalation.models import Escalation, Notice
from tickets.problems.models import Problem, ProblemTicket
from tickets.recovery.shown import repairs_of
from tickets.work.actions.accept import waiting_handover
from tickets.work.actions.link import links_of
from tickets.work.customers import Seen
from tickets.work.files import attachments_of, by_entry
from tickets.work.heard_files import files_heard_with
from tickets.work.letters import can_write_to
from tickets.work.models import (
    Mention,
    News,
    Ticket,
    TicketFeedback,
    TimelineEntry,
    Triage,
    Watch,
)
from tickets.work.said_times import zone_in
from tickets.work.sides import sides_of
from tickets.work.tries import proposed_on

MOST_OTHERS = 10
MOST_PROBLEMS = 100
MOST_SCORES = 8


@dataclass(frozen=True)
class Heard:
    """What the customer said, and what was decided about it."""

    feedback: Feedback
    triage: Triage | None
    files: Sequence[FeedbackFile] = ()


def state_of(ticket: Ticket, person: User, now: datetime) -> dict[str, Any]:
    """What changes while somebody looks: the clocks and the history."""
    attached = attachments_of(ticket, person)
    entries = TimelineEntry.objects.filter(ticket=ticket).select_related("actor")
    written = list(entries.order_by("-at", "-pk"))
    told = tell(named_anew(written), by_entry(attached))
    return {
        "ticket": ticket,
        "entries": written,
        "now": now,
        "clocks": explain_clocks(ticket, now),
        "told": told,
        "attached": attached,
        "newest": told[0].number if told else 0,
        "handed": waiting_handover(ticket),
        "judge": judge_form(ticket, person),
        "asides": sides_of(ticket),
    }


def whole(
    ticket: Ticket,
    person: User,
    now: datetime,
    said: VerbForm | None,
    *,
    aside: int | None = None,
) -> dict[str, Any]:
    """Everything, with the one form that was refused as it was typed. `aside` is the number of the
    thread with somebody else that is to be written on."""
    workable, decides = _may(ticket, person)
    state, shares, repairs = state_of(ticket, person, now), shares_of(ticket), repairs_of(ticket)
    watching = _watching(ticket, person)
    heard, threads = _heard(ticket), [one.thread for one in state["asides"]]
    offered = offered_for(ticket, shares, threads, repair=repairs[0]) if workable else None
    known = {**state, **watching, "aside": aside, "shared": shares}
    return {
        **known,
        "heard": heard,
        "trying": _trying(ticket, offered, state, heard),
        "present": others_on(ticket, person, now=now),
        "escalations": _escalations(ticket),
        **_around(ticket, person),
        **_problems(ticket, person, workable=workable),
        "repairs": repairs,
        "playbook": next_in_playbook(ticket, repairs[0]),
        "workable": workable,
        "decides": decides,
        "can_write": can_write_to(ticket),
        "room": "queue",
        **_said_here(ticket, person, said, known, offered=offered),
        **(to_take_back(state["entries"], ticket, person, now) if workable else {}),
        **(held_on(ticket, person, now) if workable else {}),
    }


def _said_here(
    ticket: Ticket,
    person: User,
    said: VerbForm | None,
    known: dict[str, Any],
    *,
    offered: Offered | None,
) -> dict[str, Any]:
    """The forms of what they may do here, with the files that can go with them."""
    found = (
        forms_at_hand(ticket, person, said, known, offered=offered)
        if offered
        else read_alone(ticket, person, said, known["shared"])
    )
    offer_files(found.get("forms", {}), known["attached"])
    return found


def _trying(
    ticket: Ticket, offered: Offered | None, state: dict[str, Any], heard: Sequence[Heard]
) -> Trying | None:
    """What to try next, from what stands on the page."""
    zone = zone_in([one.feedback for one in heard])
    attempts = offered.attempts if offered else ()
    return told_of_next(proposed_on(ticket, attempts, zone), state["now"])


def _may(ticket: Ticket, person: User) -> tuple[bool, bool]:
    """Whether they may work it, and decide what it may cost."""
    led = AccessGroup.objects.led_by(person).values("pk")
    own = AccessGroup.objects.workable_by(person).filter(pk=ticket.group_id)
    found = own.annotate(led=Q(pk__in=led)).values_list("led", flat=True).first()
    return found is not None, bool(found)


def _heard(ticket: Ticket) -> list[Heard]:
    links = TicketFeedback.objects.filter(ticket=ticket).order_by("received_at", "pk")
    rows = [link.feedback for link in links.select_related("feedback__source")]
    triage = Triage.objects.select_related("rule").in_bulk([row.pk for row in rows])
    files = files_heard_with([row.pk for row in rows])
    return [Heard(row, triage.get(row.pk), files.get(row.pk, ())) for row in rows]


def problems_offered(ticket: Ticket, person: User) -> list[Problem]:
    """Those that they see, the newest first; `holds` says of each whether the ticket is in it."""
    rows = ProblemTicket.objects.standing().filter(problem=OuterRef("pk"), ticket=ticket)
    seen = Problem.objects.current().visible_to(person).annotate(holds=Exists(rows))
    return list(seen.order_by("-holds", "-opened_at", "-pk")[:MOST_PROBLEMS])


def _problems(ticket: Ticket, person: User, *, workable: bool) -> dict[str, Any]:
    """Which it is behind, and those that it could be put into."""
    found: list[Any] = problems_offered(ticket, person)
    others = [one for one in found if not one.holds]
    form = ChooseProblemForm(others) if workable and others else None
    return {"problems": [one for one in found if one.holds], "problem_form": form}


def _escalations(ticket: Ticket) -> QuerySet[Escalation]:
    rows = Escalation.objects.filter(ticket=ticket).select_related("clock", "acknowledged_by")
    told = Prefetch("notices", Notice.objects.select_related("user"))
    return rows.prefetch_related(told).order_by("-due_at", "-pk")


def _around(ticket: Ticket, person: User) -> dict[str, Any]:
    """What else there is of the customer, and what colleagues linked, as far as they see it."""
    return {
        "others": _others(ticket, person),
        "links": _links(ticket, person),
        "matches": _matches(ticket, person),
        "scores": _scores(ticket, person),
    }


def _others(ticket: Ticket, person: User) -> list[Ticket]:
    """Further tickets of the customer, and those this one is linked with: as far as they see."""
    near = Q(linked_to=ticket) | Q(merged_into=ticket) | Q(pk=ticket.linked_to_id)
    if ticket.customer_id:
        near |= Q(customer=ticket.customer_id)
    rows = Ticket.objects.visible_to(person).filter(near).exclude(pk=ticket.pk)
    return list(rows.select_related("group").order_by("-pk")[:MOST_OTHERS])


def _links(ticket: Ticket, person: User) -> list[Ticket]:
    """Tickets that a colleague linked with it, as far as they see."""
    pairs = links_of(ticket).values_list("low", "high")
    numbers = {number for pair in pairs for number in pair} - {ticket.pk}
    if not numbers:
        return []
    rows = Ticket.objects.visible_to(person).filter(pk__in=numbers)
    return list(rows.select_related("group").order_by("-pk"))


def _scores(ticket: Ticket, person: User) -> list[Feedback]:
    """What the customer scored over time, the newest first, as far as they see: no table of one."""
    rows = list(Seen(ticket.customer, person).feedback[:MOST_SCORES]) if ticket.customer else []
    return rows if len(rows) > 1 else []


def _matches(ticket: Ticket, person: User) -> int:
    """Of a claim; that two proven ones may be one is said on the customer's own page."""
    customer = ticket.customer
    if customer is None or customer.trusted:
        return 0
    return len(Seen(customer, person).possible_matches)


def _watching(ticket: Ticket, person: User) -> dict[str, Any]:
    """Who watches, whether that is who looks, and whether something is news to them."""
    watches = Prefetch("watches", Watch.objects.select_related("user").order_by("pk"))
    prefetch_related_objects([ticket], watches)
    watchers = [watch.user for watch in ticket.watches.all()]
    return {
        "watchers": watchers,
        "watches": person in watchers,
        "was_mentioned": _was_mentioned(ticket, person, watchers),
        "has_news": News.objects.unseen_by(person).filter(ticket=ticket).exists(),
    }


def _was_mentioned(ticket: Ticket, person: User, watchers: list[User]) -> bool:
    """Somebody asked them, and they would not hear how it goes on."""
    if person in watchers or ticket.assignee_id == person.pk:
        return False
    return Mention.objects.filter(user=person, entry__ticket=ticket).exists()


def may_work(ticket: Ticket, person: User) -> bool:
    return _may(ticket, person)[0]
