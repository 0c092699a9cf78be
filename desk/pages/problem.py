"""One problem: what stands behind it, whether its fix holds, and what can be done."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show, tell_of
from desk.forms.base import OnceForm, Said
from desk.forms.problems import MOVE_FORMS, FixForm, PutForm
from desk.once import once
from desk.pages.ticket import ticket_to_work
from desk.paging import page_of
from desk.problem_words import title_of
from tickets.problems.actions import problems as acts
from tickets.problems.actions.tickets import put_ticket_in, take_out
from tickets.problems.door import (
    changing,
    get_problem_for,
    may_change,
    must_work_tickets,
    problem_to_change,
    sees_whole,
)
from tickets.problems.figures import standing_in
from tickets.problems.history import history_of
from tickets.problems.lifecycle import legal_verbs
from tickets.problems.models import Problem
from tickets.problems.shown import (
    costs_of,
    show_announcements,
    spent_in,
    watches_of,
)
from tickets.problems.suggesting import suggestions_for
from tickets.work.door import working_on
from tickets.work.models import Ticket

MOST_TOLD = 100
ARCHIVE = "archive"


@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_problem_for(caller(request), pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Reading its address leads to the problem: after a refusal it stands in the browser."""
    person = caller(request)
    if verb not in MOVE_FORMS and verb != ARCHIVE:
        raise NotHere()
    if request.method != "POST":
        return see("problem", pk)
    found = problem_to_change(person, pk)
    if verb == ARCHIVE:
        if tell_of(request, lambda: _archive(person, pk)):
            messages.success(request, _("The problem is archived."))
        return see("problem", pk)
    form = MOVE_FORMS[verb].of(request, auto_id=f"{verb}-%s")
    if form.carries_out(lambda said: once(request, lambda: _move(person, pk, verb, form))):
        return see("problem", pk)
    return _page(request, found, {verb: form})


def _archive(person: User, pk: int) -> None:
    with changing(person, pk) as (found, now):
        acts.archive_problem(found, by=person, now=now)


def _move(person: User, pk: int, verb: str, form: OnceForm) -> bool:
    with changing(person, pk) as (found, now):
        said: Said = form.raw() if isinstance(form, FixForm) else form.cleaned_data
        acts.MAKES[verb](found, by=person, now=now, **said)
    return True


@require_POST
def put(request: HttpRequest, pk: int) -> HttpResponse:
    person = caller(request)
    found = get_problem_for(person, pk)
    must_work_tickets(person)
    form = PutForm.of(request, auto_id="put-%s")
    if form.carries_out(lambda _said: put_ticket_in(person, found, **form.raw())):
        return see(f"{request.path.removesuffix('/tickets')}#tickets")
    return _page(request, found, {"put": form})


@require_POST
def out(request: HttpRequest, pk: int, ref: str) -> SeeOther:
    person = caller(request)
    found = get_problem_for(person, pk)
    ticket_to_work(person, ref)
    tell_of(request, lambda: _take_out(person, found, ref))
    return see("problem", pk)


def _take_out(person: User, found: Problem, ref: str) -> None:
    with working_on(person, ref) as (ticket, now):
        take_out(found, ticket, by=person, now=now)


def _page(request: HttpRequest, found: Problem, refused: dict[str, Any] | None) -> HttpResponse:
    person, now = caller(request), moment()
    size, cost = costs_of([found], person, now=now)[found.pk]
    changes = may_change(person, found) and not found.archived_at
    whole = sees_whole(found, person)
    context = {
        "room": "problems",
        "problem": found,
        "size": size,
        "cost": cost,
        "spent": spent_in(size),
        "changes": changes,
        "moves": _moves(found, refused or {}, now) if changes else [],
        **_tickets(request, found, person),
        "puts_in": AccessGroup.objects.workable_by(person).exists() and not found.archived_at,
        "put_form": (refused or {}).get("put") or PutForm(auto_id="put-%s"),
        "watches": watches_of(found, whole=whole),
        "announcements": _announcements(found, person),
        **_history(found, person, whole=whole),
    }
    form = next(iter(refused.values())) if refused else None
    return show(request, "problems/page.html", context, form=form)


def _moves(found: Problem, refused: dict[str, Any], now: datetime) -> list[tuple[str, Any]]:
    """What is possible, each with its form as it was typed."""
    initial = {"fixed_on": now.date(), "planned_for": found.planned_for}
    legal = legal_verbs(found.state)
    shown = [*legal, *(verb for verb in refused if verb in MOVE_FORMS and verb not in legal)]
    return [
        (verb, refused.get(verb) or MOVE_FORMS[verb](auto_id=f"{verb}-%s", initial=initial))
        for verb in shown
    ]


def _tickets(request: HttpRequest, found: Problem, person: User) -> dict[str, Any]:
    rows = standing_in([found], person).select_related(
        "ticket__group", "ticket__customer__joined_to", "by"
    )
    page = page_of(rows, request, order="-at")
    numbers = [row.ticket_id for row in page.rows]
    suggested = [] if found.archived_at else suggestions_for(found, person)
    numbers += [one.ticket.pk for one in suggested]
    workable = Ticket.objects.workable_by(person).filter(pk__in=numbers)
    return {
        "page": page,
        "suggestions": suggested,
        "workable": set(workable.values_list("pk", flat=True)),
    }


def _announcements(found: Problem, person: User) -> list[dict[str, Any]]:
    rows = found.announcements.select_related("drafted_by", "confirmed_by", "stopped_by")
    return show_announcements(list(rows.order_by("-pk")), person)


def _history(found: Problem, person: User, *, whole: bool) -> dict[str, Any]:
    """`most_told` where older ones are left out."""
    rows = list(history_of(found, person)[: MOST_TOLD + 1])
    told = [(entry, title_of(entry, whole=whole)) for entry in rows[:MOST_TOLD]]
    return {"history": told, "most_told": MOST_TOLD if len(rows) > MOST_TOLD else 0}
