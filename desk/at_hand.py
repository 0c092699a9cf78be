"""What is at hand on the page of a ticket: the forms of what somebody may do, filled in as far as
they had begun."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import AccessGroup, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from desk.drafts import drafts_of
from desk.forms.beside import ALL_FORMS
from desk.forms.recovery import repair_forms
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
from desk.standing import standing_on
from desk.taking_back import taken_back
from desk.telling import tell
from tickets.recovery.judgement import STANDING
from tickets.recovery.shown import Repair
from tickets.work.lifecycle import LAST_CYCLE, legal_verbs
from tickets.work.mentioning import who_sees
from tickets.work.models import (
    Attachment,
    Macro,
    RootCause,
    SideThread,
    Ticket,
    TicketShare,
    TimelineEntry,
)
from tickets.work.tries import attempts_on

MOST_MACROS = 100
MOST_MENTIONABLE = 200


def read_alone(
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


def forms_at_hand(
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
    back = taken_back(entries, person)
    begun, aside = _begun(drafts, back), seen["aside"]
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
    return {
        "drafted": DRAFTED,
        "acknowledge": AcknowledgeForm(auto_id=False),
        "forms": forms,
        "spoken": spoken,
        "chosen": _chosen(spoken, said, ["side"] if aside else drafts),
        "refused": said,
        "back_about": back.reason.get("gesture") if back else None,
        **repair_forms(ticket),
        "mentionable": _mentionable(ticket, person),
        "macros": list(Macro.objects.current().visible_to(person).by_use()[:MOST_MACROS]),
        "colleagues": [one for one in offered.people if one.pk not in hearing],
    }


def _chosen(spoken: Sequence[VerbForm], said: VerbForm | None, typed: Iterable[str]) -> str:
    """What they have just said, else what they had begun to type, else the first."""
    if said and said in spoken:
        return said.verb
    offered = [form.verb for form in spoken]
    return next((name for name in typed if name in offered), offered[0])


def _initial(body: str, newest: int, aside: int | None) -> dict[str, Any]:
    return {"seen": newest, "body": body, "thread": aside}


def _begun(drafts: dict[str, Draft], back: TimelineEntry | None) -> dict[str, str]:
    """What stands in the forms before anybody types: drafts, and words that were taken back, as
    nothing typed is lost. A letter about a gesture is begun anew where its offer is asked about."""
    begun = {name: draft.text for name, draft in drafts.items()}
    if back and "gesture" not in back.reason:
        begun.setdefault("reply", back.text)
    return begun


def offer_files(forms: dict[str, VerbForm], attached: Sequence[Attachment]) -> None:
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
        given=[one for one in repair.gestures if one.state in STANDING] if repair else [],
    )


def shares_of(ticket: Ticket) -> list[TicketShare]:
    """With whom else; a group that has it as its own by now needs no share."""
    shares = TicketShare.objects.filter(ticket=ticket).exclude(group=ticket.group_id)
    return list(shares.select_related("group").order_by("group__name"))


def _who_may_work(ticket: Ticket) -> QuerySet[User]:
    held = Q(memberships__group=ticket.group_id, memberships__role__in=WORKING_ROLES)
    people = User.objects.active().filter(held | Q(organisation_role=OrganisationRole.ADMIN))
    return people.distinct().order_by("name")
