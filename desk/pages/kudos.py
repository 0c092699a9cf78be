"""Praise: whom customers thank, passed on and taken away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show, tell_of
from desk.forms.kudos import PassOnForm
from desk.kudos import counted_for, people_to_praise, praised_by
from desk.once import once
from desk.paging import Paged, page_of
from tickets.kudos.actions.hand import pass_on, see_kudos, withdraw
from tickets.kudos.door import (
    answer_on,
    answer_to_praise,
    feedback_to_praise,
    kudos_seen_by,
    kudos_to_change,
    may_pass_on,
    saying_in,
)
from tickets.kudos.models import Kudos
from tickets.kudos.sayings import Saying
from tickets.kudos.shown import show_kudos
from tickets.work.shown import feedback_visible_to

ALL, MINE, GROUPS = "", "me", "groups"
WHOSE = (ALL, MINE, GROUPS)
reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def stream(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    asked = request.GET.get("whose", ALL)
    whose = asked if asked in WHOSE else ALL
    page = page_of(_of(whose, person), request, order="-at")
    shown = Paged(show_kudos(page.rows, person), page.next, page.previous)
    context = {
        "room": "kudos",
        "page": shown,
        "whose": whose,
        "counted": counted_for(person, now=moment()),
        "unread": Kudos.objects.unseen_by(person).exists(),
    }
    return show(request, "kudos/page.html", context)


def _of(whose: str, person: User) -> QuerySet[Kudos]:
    rows = kudos_seen_by(person)
    if whose == MINE:
        return rows.filter(person=person)
    if whose == GROUPS:
        return rows.filter(group__in=Membership.objects.filter(user=person).values("group"))
    return rows


@require_POST
def read(request: HttpRequest) -> SeeOther:
    see_kudos(caller(request), now=moment())
    messages.success(request, _("All of it is marked as read."))
    return see("kudos")


@reads_or_sends
def of_feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = caller(request)

    def seen() -> Saying:
        if not feedback_visible_to(person).filter(pk=pk).exists():
            raise NotHere()
        return saying_in(feedback=pk)

    return _one(request, seen, lambda: feedback_to_praise(person, pk))


@reads_or_sends
def of_answer(request: HttpRequest, ref: str, cycle: int) -> HttpResponse:
    person = caller(request)

    def seen() -> Saying:
        return saying_in(answer=answer_on(person, ref, cycle).pk)

    return _one(request, seen, lambda: answer_to_praise(person, ref, cycle))


def _one(
    request: HttpRequest, seen: Callable[[], Saying], to_praise: Callable[[], Saying]
) -> HttpResponse:
    """One saying, whom it praises, and the form that passes it on for whoever may."""
    person = caller(request)
    saying = to_praise() if request.method == "POST" else seen()
    known = praised_by(saying, person)
    form = None
    if may := may_pass_on(person, saying):
        sent = request.POST if request.method == "POST" else None
        # Whom the first click made praised may be chosen by the second.
        people = people_to_praise(saying, person, [] if sent else known)
        form = PassOnForm(people, sent)

    def act(said: Any) -> Kudos | None:
        to = User.objects.get(pk=said["person"])
        return once(request, lambda: pass_on(saying, to, by=person, now=moment()))

    if form and form.carries_out(act):
        messages.success(request, _("The praise is passed on."))
        return see(request.path)
    context = {"room": "kudos", "saying": saying, "praised": known, "may": may}
    return show(request, "kudos/one.html", context, form=form)


@require_POST
def take_away(request: HttpRequest, pk: int) -> SeeOther:
    person = caller(request)
    with transaction.atomic():
        kudos = kudos_to_change(person, pk)
        done = tell_of(request, lambda: withdraw(kudos, by=person, now=moment()))
    if done:
        messages.success(request, _("The praise was taken away."))
    if kudos.feedback_id:
        return see("feedback-praise", kudos.feedback_id)
    assert kudos.answer is not None
    question = kudos.answer.question
    return see("ticket-praise", question.ticket.ref, question.cycle)
