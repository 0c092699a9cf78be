"""Acts on many tickets: chosen in the queue, foreseen, confirmed, and undone while they wait."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessGroup, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from cxloop.kernel.errors import Conflict, Forbidden, Refused
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.forms.base import Said
from desk.forms.bulk import FORMS, BulkForm, ForMany
from desk.listing import view_of
from desk.macro_words import acts_in_words
from desk.once import once
from desk.queries import said_in
from desk.refusals import said_of_problem
from tickets.work.actions.bulk import (
    MOST,
    confirm_bulk,
    counted,
    look_ahead,
    plan_bulk,
    undo_bulk,
)
from tickets.work.api.bulk import act_of
from tickets.work.chosen import chosen_by_ref
from tickets.work.foreseeing import Becomes
from tickets.work.macros import text_for
from tickets.work.many_facts import Look, macro_of
from tickets.work.models import BulkAct, BulkItem, Macro, Ticket

SHOWN = 20
MOST_MACROS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """What to do with the tickets that its address names: one by one, or a whole view."""
    person = _worker(request)
    numbers = _chosen(request, person)
    offered = _offered(numbers, person)
    said = request.POST.get("name", "") if request.method == "POST" else ""
    known = {n: f for n, f in FORMS.items() if n != "macro" or offered.macros}
    forms = {n: f(offered, request.POST if n == said else None) for n, f in known.items()}
    form = forms.get(said)
    if form and _is_planned(request, form, numbers):
        return see("bulk-act", form.result.pk) if form.result else see("queue")
    context = {
        "forms": forms.values(),
        "chosen": said or next(iter(forms)),
        "tickets": Ticket.objects.filter(pk__in=numbers).order_by("pk")[:SHOWN],
        "number": len(numbers),
        "more": max(len(numbers) - SHOWN, 0),
        "room": "queue",
    }
    return show(request, "bulk/choose.html", context, form=form)


def _is_planned(request: HttpRequest, form: BulkForm, numbers: list[int]) -> bool:
    def plan(_said: Said) -> BulkAct | None:
        said, person = form.said(), caller(request)
        return once(request, lambda: plan_bulk(form.verb, said, numbers, by=person, now=moment()))

    return form.carries_out(plan)


def _worker(request: HttpRequest) -> User:
    person = caller(request)
    if not AccessGroup.objects.workable_by(person).exists():
        raise Forbidden("You may read tickets, not work them.")
    return person


def _chosen(request: HttpRequest, person: User) -> list[int]:
    said = said_in(request)
    if "all" in said:
        return _in_view(request, person)
    refs = [ref for given in said.getlist("ticket") for ref in given.split(",") if ref]
    if not refs:
        raise Refused.at("/tickets", "none_chosen", "Choose at least one ticket.")
    return chosen_by_ref(person, refs)


def _in_view(request: HttpRequest, person: User) -> list[int]:
    said = said_in(request).copy()
    del said["all"]
    rows = view_of(said, person, now=moment()).rows
    return list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])


def _offered(numbers: list[int], person: User) -> ForMany:
    """Whoever works in any of their groups; where that is not enough, the ticket says so."""
    groups = Ticket.objects.filter(pk__in=numbers).values("group").distinct()
    held = Q(memberships__group__in=groups, memberships__role__in=WORKING_ROLES)
    people = User.objects.active().filter(held | Q(organisation_role=OrganisationRole.ADMIN))
    return ForMany(
        people=list(people.distinct().order_by("name")),
        groups=list(AccessGroup.objects.current().order_by("name")),
        macros=list(Macro.objects.current().visible_to(person).by_use()[:MOST_MACROS]),
    )


@require_safe
def bulk_act(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would do, how far it is, or what it did."""
    act, now = act_of(caller(request), pk), moment()
    context = {**state_of_act(act), "now": now, "room": "queue"}
    return show(request, "bulk/state.html" if is_fragment(request) else "bulk/act.html", context)


def state_of_act(act: BulkAct) -> dict[str, Any]:
    items = act.items.select_related("ticket").order_by("ticket")
    waits = act.starts_at is None or (act.undone_at is None and act.starts_at > moment())
    refused = items.filter(state=BulkItem.State.REFUSED)
    look = look_ahead(act) if waits else Look({})
    return {
        "act": act,
        "waits": waits,
        "foreseen": counted(look) if waits else {},
        "would_refuse": _would_refuse(look),
        **(_letter(act, look) if waits and act.verb == "macro" else {}),
        "number": items.count(),
        "done": items.filter(state=BulkItem.State.DONE).count(),
        "refused": refused[:SHOWN],
        "refusals": refused.count(),
        "tickets": [item.ticket for item in items[:SHOWN]] if waits else [],
    }


def _would_refuse(look: Look) -> dict[str, Any]:
    """The first of them, with the reason, and how many there are."""
    found = look.refusals()
    tickets = Ticket.objects.in_bulk(list(found)[:SHOWN]) if found else {}
    return {
        "first": [(ticket, found[number]) for number, ticket in tickets.items()],
        "number": len(found),
    }


def _letter(act: BulkAct, look: Look) -> dict[str, Any]:
    """What a macro does, and its text as the first ticket that changes would have it."""
    macro = macro_of(act)
    if macro is None:
        return {}
    changed = [n for n, one in look.tickets.items() if one.becomes == Becomes.CHANGED]
    told = {"macro": macro, "macro_acts": [said for _act, said in acts_in_words(macro)]}
    if not (macro.says and changed):
        return told
    first = Ticket.objects.select_related("customer", "group").get(pk=min(changed))
    return {**told, "example": first, "text": text_for(macro, first, act.by)}


@require_POST
def confirm(request: HttpRequest, pk: int) -> SeeOther:
    act = act_of(caller(request), pk)
    _or_say(request, lambda: confirm_bulk(act, now=moment()))
    return see("bulk-act", pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> SeeOther:
    act = act_of(caller(request), pk)
    if _or_say(request, lambda: undo_bulk(act, now=moment())):
        messages.success(request, _("Undone: nothing was changed."))
    return _back_to_its_ticket(request, act) or see("bulk-act", pk)


def _back_to_its_ticket(request: HttpRequest, act: BulkAct) -> SeeOther | None:
    """Where it was said on one, by its page."""
    tickets = [item.ticket for item in act.items.select_related("ticket")[:2]]
    alone = request.POST.get("from") == "ticket" and len(tickets) == 1
    return see("ticket", tickets[0].ref) if alone else None


def _or_say(request: HttpRequest, act: Any) -> bool:
    """Whether it was done; else the page says why it was not."""
    try:
        act()
    except Conflict as error:
        messages.error(request, said_of_problem(error))
        return False
    return True
