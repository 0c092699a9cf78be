"""All that the page of one ticket shows, gathered in a number of queries that does not grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import AccessGroup, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from desk.drafts import drafts_of
from desk.explained import explain_clocks
from desk.forms.beside import ALL_FORMS
from desk.forms.problems import ChooseProblemForm
from desk.forms.recovery import judge_form, repair_forms
from desk.forms.ticket import (
    SPOKEN,
    AcknowledgeForm,
    EnclosingForm,
    LetterForm,
    NoteForm,
    Offered,
    VerbForm,
)
from desk.models import DRAFTED, Draft
from desk.names_of_now import named_anew
from desk.presence import others_on
from desk.repairs import next_in_playbook
from desk.standing import standing_on
from desk.taking_back import held_on, to_take_back, words_taken_back
from desk.telling import tell
from feedback.intake.models import Feedback, FeedbackFile
from tickets.escalation.models import Escalation, Notice
from tickets.problems.models import Problem, ProblemTicket
from tickets.recovery.judgement import REJECTED
from tickets.recovery.shown import Repair, repairs_of
from tickets.work.actions.accept import waiting_handover
from tickets.work.actions.link import links_of
from tickets.work.customers import Seen
from tickets.work.files import attachments_of, by_entry
from tickets.work.heard_files import files_heard_with
from tickets.work.letters import can_write_to
from tickets.work.lifecycle import LAST_CYCLE, legal_verbs
from tickets.work.mentioning import who_sees
from tickets.work.models import (
    Attachment,
    Macro,
    Mention,
    News,
    RootCause,
    SideThread,
    Ticket,
    TicketFeedback,
    TicketShare,
    TimelineEntry,
    Triage,
    Watch,
)
from tickets.work.sides import sides_of
from tickets.work.tries import attempts_on

MOST_OTHERS = 10
MOST_PROBLEMS = 100
MOST_SCORES = 8
MOST_MACROS = 100
MOST_MENTIONABLE = 200


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
    said_here = (
        _forms(
            ticket,
            person,
            said,
            {**state, **watching, "aside": aside},
            offered=offered_for(
                ticket, shares, [one.thread for one in state["asides"]], repair=repairs[0]
            ),
        )
        if workable
        else _read(ticket, person, said, shares)
    )
    _offer_files(said_here.get("forms", {}), state["attached"])
    return {
        **state,
        "heard": _heard(ticket),
        "present": others_on(ticket, person, now=now),
        "escalations": _escalations(ticket),
        "others": _others(ticket, person),
        "links": _links(ticket, person),
        **_problems(ticket, person, workable=workable),
        "matches": _matches(ticket, person),
        "scores": _scores(ticket, person),
        "shared": shares,
        **watching,
        "repairs": repairs,
        "playbook": next_in_playbook(ticket, repairs[0]),
        "workable": workable,
        "decides": decides,
        "can_write": can_write_to(ticket),
        "room": "queue",
        **said_here,
        **(to_take_back(state["entries"], ticket, person, now) if workable else {}),
        **(held_on(ticket, person, now) if workable else {}),
    }


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


def _read(
    ticket: Ticket,
    person: User,
    said: VerbForm | None,
    shares: Sequence[TicketShare],
) -> dict[str, Any]:
    """For who may not work it: what stands in its fields, and a note where they may write one."""
    cells = standing_on([ticket]).on(ticket.pk)
    return {"cells": cells, **_note_alone(ticket, person, said, shares)}


def _note_alone(
    ticket: Ticket, person: User, said: VerbForm | None, shares: Sequence[TicketShare]
) -> dict[str, Any]:
    """For a second group that it is shared with to write notes."""
    to_note = any(share.right == TicketShare.Right.NOTE for share in shares)
    if not to_note or not Ticket.objects.notable_by(person).filter(pk=ticket.pk).exists():
        return {}
    draft = drafts_of(ticket, person).get("note")
    form = said or NoteForm(ticket, Offered(), initial={"body": draft.text if draft else ""})
    form.draft = draft
    return {
        "drafted": DRAFTED,
        "forms": {"note": form},
        "spoken": [form],
        "chosen": "note",
        "refused": said,
        "mentionable": _mentionable(ticket, person),
    }


def _forms(
    ticket: Ticket,
    person: User,
    said: VerbForm | None,
    seen: dict[str, Any],
    *,
    offered: Offered,
) -> dict[str, Any]:
    entries: Sequence[TimelineEntry] = seen["entries"]
    legal = _sayable(ticket, person, legal_verbs(ticket.status))
    drafts = drafts_of(ticket, person)
    newest = max((entry.pk for entry in entries), default=0)
    if isinstance(said, LetterForm):
        said.catch_up(tell(entries), newest)
    begun, aside = _begun(drafts, entries, person), seen["aside"]
    forms = {
        name: said
        if said and said.verb == name
        else form(ticket, offered, initial=_initial(begun.get(name, ""), newest, aside))
        for name, form in ALL_FORMS.items()
        if name in legal or (said and said.verb == name)
    }
    for name, form in forms.items():
        form.draft = drafts.get(name)
    spoken = [forms[name] for name in SPOKEN if name in forms]
    hearing = {person.pk, ticket.assignee_id, *(one.pk for one in seen["watchers"])}
    typed = ["side"] if aside else [name for name in drafts if name in forms]
    chosen = said.verb if said and said in spoken else [*typed, spoken[0].verb][0]
    return {
        "drafted": DRAFTED,
        "acknowledge": AcknowledgeForm(auto_id=False),
        "forms": forms,
        "spoken": spoken,
        "chosen": chosen,
        "refused": said,
        **repair_forms(ticket),
        "mentionable": _mentionable(ticket, person),
        "macros": list(Macro.objects.current().visible_to(person).by_use()[:MOST_MACROS]),
        "colleagues": [one for one in offered.people if one.pk not in hearing],
    }


def _initial(body: str, newest: int, aside: int | None) -> dict[str, Any]:
    return {"seen": newest, "body": body, "thread": aside}


def _begun(
    drafts: dict[str, Draft], entries: Sequence[TimelineEntry], person: User
) -> dict[str, str]:
    """What stands in the forms before anybody types: drafts, and words that were taken back."""
    begun = {name: draft.text for name, draft in drafts.items()}
    begun.setdefault("reply", words_taken_back(entries, person))
    return begun


def _offer_files(forms: dict[str, VerbForm], attached: Sequence[Attachment]) -> None:
    """What they chose for what they are about to say."""
    for name, form in forms.items():
        if isinstance(form, EnclosingForm):
            form.offer([row for row in attached if row.entry_id is None and row.verb == name])


def _mentionable(ticket: Ticket, person: User) -> list[tuple[str, str]]:
    """The names that an @ completes, and the addresses before theirs."""
    people = who_sees(ticket).exclude(pk=person.pk).order_by("name", "pk")[:MOST_MENTIONABLE]
    return [(one.name, one.email.partition("@")[0]) for one in people]


def _sayable(ticket: Ticket, person: User, legal: list[str]) -> list[str]:
    """Our final position is the manager's to state, after the last cycle."""
    managed = AccessGroup.objects.managed_by(person)
    if ticket.cycle > LAST_CYCLE and managed.contains(ticket.group):
        return legal
    return [verb for verb in legal if verb != "final-position"]


def may_work(ticket: Ticket, person: User) -> bool:
    return _may(ticket, person)[0]


def offered_for(
    ticket: Ticket,
    shares: Sequence[TicketShare] | None = None,
    sides: Sequence[SideThread] | None = None,
    *,
    repair: Repair | None = None,
) -> Offered:
    """`shares` and `sides` where they were read already; the `repair` of this cycle for a form that
    ends it."""
    return Offered(
        people=list(_who_may_work(ticket)),
        groups=list(AccessGroup.objects.current().order_by("name")),
        shares=shares_of(ticket) if shares is None else shares,
        causes=list(RootCause.objects.filter(archived_at=None).order_by("name")),
        cells=standing_on([ticket]).on(ticket.pk),
        attempts=attempts_on([ticket.pk]).get(ticket.pk, []),
        sides=list(SideThread.objects.of(ticket)) if sides is None else sides,
        repair=repair.recovery if repair else None,
        given=[one for one in repair.gestures if one.state != REJECTED] if repair else [],
    )


def shares_of(ticket: Ticket) -> list[TicketShare]:
    """With whom else; a group that has it as its own by now needs no share."""
    shares = TicketShare.objects.filter(ticket=ticket).exclude(group=ticket.group_id)
    return list(shares.select_related("group").order_by("group__name"))


def _who_may_work(ticket: Ticket) -> QuerySet[User]:
    held = Q(memberships__group=ticket.group_id, memberships__role__in=WORKING_ROLES)
    people = User.objects.active().filter(held | Q(organisation_role=OrganisationRole.ADMIN))
    return people.distinct().order_by("name")
