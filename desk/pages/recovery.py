"""The repair, on the page of its ticket."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import see, show
from desk.forms.base import DeskForm, Said
from desk.forms.failing import FailureForm, path_of
from desk.forms.playbooks import LeaveForm
from desk.forms.recovery import AnswerForm, ApproveForm, GestureForm, GestureNoteForm, KeepForm
from desk.once import once
from desk.pages.ticket import ticket_to_work
from desk.sight import whole
from tickets.recovery.actions import gestures
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.playbooks import leave_playbook
from tickets.recovery.actions.repair import RepairChanges, change_recovery
from tickets.recovery.currencies import DECIMALS
from tickets.recovery.door import gesture_on
from tickets.recovery.models import FailureType, Recovery
from tickets.work.actor import Actor, acting
from tickets.work.door import working_on
from tickets.work.models import RootCause, Ticket

Act = Callable[[Ticket, Actor, datetime, Said], object]

VERBS = {
    "approve": gestures.approve_gesture,
    "reject": gestures.reject_gesture,
    "keep": gestures.keep_gesture,
    "break": gestures.break_gesture,
}
SAYING_MORE: dict[str, type[GestureNoteForm]] = {"approve": ApproveForm, "keep": KeepForm}
reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_sends
def gesture(request: HttpRequest, ref: str) -> HttpResponse:
    form = GestureForm.of(request, auto_id="gesture-%s")
    return _act(request, ref, "gesture_form", form, act=_add)


@reads_or_sends
def gesture_verb(request: HttpRequest, ref: str, pk: int, verb: str) -> HttpResponse:
    def act(ticket: Ticket, by: Actor, now: datetime, said: Said) -> None:
        VERBS[verb](gesture_on(ticket, pk), by=by, now=now, **said)

    if verb not in VERBS:
        raise NotHere()
    form = SAYING_MORE.get(verb, GestureNoteForm).of(request, auto_id="decide-%s")
    return _act(request, ref, "decided", form, act=act, refused_on=pk)


@reads_or_sends
def failure(request: HttpRequest, ref: str) -> HttpResponse:
    """A page of its own: who has ninety seconds for a ticket says its cause when resolving it."""

    def do(said: Said) -> None:
        with working_on(person, ref) as (ticket, now):
            change_recovery(ticket, by=acting(person), now=now, **cast(RepairChanges, said))

    person = caller(request)
    found = ticket_to_work(person, ref)
    form = _failure_form(found, request.POST if request.method == "POST" else None)
    if form.carries_out(lambda said: once(request, lambda: do(said))):
        return see("ticket", ref)
    context = {"ticket": found, "room": "queue", "currencies": DECIMALS}
    return show(request, "ticket/failure.html", context, form=form)


def _failure_form(ticket: Ticket, sent: QueryDict | None) -> FailureForm:
    """What is archived is offered where it was said before."""
    rows = Recovery.objects.select_related("root_cause", "type__above__above__above")
    recovery = rows.filter(ticket=ticket, cycle=ticket.cycle).first() or Recovery()
    causes = RootCause.objects.filter(Q(archived_at=None) | Q(pk=recovery.root_cause_id))
    types = FailureType.objects.filter(Q(archived_at=None) | Q(pk=recovery.type_id))
    offered = sorted(types.select_related("above__above__above"), key=path_of)
    return FailureForm(recovery, list(causes.order_by("name")), offered, sent)


@reads_or_sends
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """The playbook that is offered does not fit."""
    form = LeaveForm.of(request, auto_id="leave-%s")
    return _act(request, ref, "leave_form", form, act=_leave)


def _leave(ticket: Ticket, by: Actor, now: datetime, said: Said) -> None:
    leave_playbook(ticket, by=by, now=now, **said)


@reads_or_sends
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    form = AnswerForm.of(request, auto_id="answer-%s")
    return _act(request, ref, "answer_form", form, act=_hear)


def _hear(ticket: Ticket, by: Actor, now: datetime, said: Said) -> None:
    hear_answer(ticket, by=by, now=now, **said)


def _add(ticket: Ticket, by: Actor, now: datetime, said: Said) -> None:
    gestures.add_gesture(ticket, by=by, now=now, **said)


def _act(
    request: HttpRequest,
    ref: str,
    name: str,
    form: DeskForm,
    *,
    act: Act,
    refused_on: int | None = None,
) -> HttpResponse:
    """`name` is what the page calls the form, to be shown again where it was refused; `refused_on`
    the gesture at which."""

    def do(said: Said) -> None:
        with working_on(person, ref) as (ticket, now):
            act(ticket, acting(person), now, said)

    if request.method != "POST":
        return see("ticket", ref)
    person = caller(request)
    found = ticket_to_work(person, ref)
    if form.carries_out(lambda said: once(request, lambda: do(said))):
        return see("approvals") if request.POST.get("from") == "approvals" else see("ticket", ref)
    context = whole(found, person, moment(), None)
    return show(
        request, "ticket/page.html", {**context, name: form, "refused_on": refused_on}, form=form
    )
