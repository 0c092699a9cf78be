"""The board of problems, and a problem as it is written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show, tell_of
from desk.forms.problems import ChooseProblemForm, Offer, ProblemForm
from desk.once import once
from desk.pages.ticket import ticket_to_work
from desk.paging import page_of
from desk.sight import problems_offered
from tickets.problems.actions.problems import change_problem, open_problem
from tickets.problems.actions.tickets import put_ticket_in
from tickets.problems.asked import facts_from, may_open_for
from tickets.problems.door import (
    changing,
    get_problem_for,
    must_work_tickets,
    problem_to_change,
    problems_seen_by,
)
from tickets.problems.models import Problem
from tickets.problems.shown import board_for

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    if "archived" in request.GET:
        return _archived(request, person)
    found, most = board_for(person, now=moment())
    currencies = {cost.currency for _one, _size, cost in found if cost.currency}
    context = {
        "room": "problems",
        "rows": [{"problem": problem, "size": size, "cost": cost} for problem, size, cost in found],
        "currency": next(iter(currencies), ""),
        "others": sorted({name for _one, _size, cost in found for name in cost.others}),
        "most": most,
        "may_open": AccessGroup.objects.workable_by(person).exists(),
    }
    return show(request, "problems/board.html", context)


def _archived(request: HttpRequest, person: User) -> HttpResponse:
    rows = problems_seen_by(person).filter(archived_at__isnull=False)
    context = {"room": "problems", "page": page_of(rows, request, order="-opened_at")}
    return show(request, "problems/archived.html", context)


@reads_or_sends
def new_problem(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    must_work_tickets(person)
    form = ProblemForm(person, Offer(person), _sent(request))
    if form.carries_out(lambda _said: once(request, lambda: _open(person, form))):
        messages.success(request, _("The problem is opened."))
        return see("problem", form.result.pk) if form.result else see("problems")
    return _page(request, form, None)


def _open(person: User, form: ProblemForm) -> Problem:
    facts = facts_from(person, form.raw())
    may_open_for(person, facts["group"])
    return open_problem(facts, by=person, now=moment())


@reads_or_sends
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = caller(request)
    found = problem_to_change(person, pk)
    offer = Offer(person, found)
    form = ProblemForm(person, offer, _sent(request), initial=ProblemForm.about(found))

    def act(_said: object) -> None:
        with changing(person, pk) as (problem, now):
            facts = facts_from(person, form.changes(), problem)
            change_problem(problem, facts, by=person, now=now)

    if form.carries_out(act):
        messages.success(request, _("The problem is kept."))
        return see("problem", pk)
    return _page(request, form, found)


@require_POST
def put_ticket(request: HttpRequest, ref: str) -> SeeOther:
    """From the page of the ticket."""
    person = caller(request)
    ticket = ticket_to_work(person, ref)
    form = ChooseProblemForm(problems_offered(ticket, person), request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a problem first."))
        return see("ticket", ref)
    problem = get_problem_for(person, form.cleaned_data["problem"])
    tell_of(request, lambda: put_ticket_in(person, problem, ref))
    return see("ticket", ref)


def _page(request: HttpRequest, form: ProblemForm, problem: Problem | None) -> HttpResponse:
    return show(request, "problems/edit.html", {"room": "problems", "problem": problem}, form=form)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
