"""You said, we did: an announcement as it is written, looked at, sent and stopped."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk.admission import caller
from desk.answers import SeeOther, see, show, tell_of
from desk.forms.problems import AnnouncementForm
from desk.letter_names import VARIABLES
from tickets.problems.actions import announce
from tickets.problems.announcing import SORT, preview_of
from tickets.problems.door import (
    announcement_of,
    announcement_to_change,
    changing,
    get_problem_for,
    may_change,
)
from tickets.problems.door import problem_to_change as to_change
from tickets.problems.models import Announcement, Problem
from tickets.problems.shown import show_announcements

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_sends
def new(request: HttpRequest, pk: int) -> HttpResponse:
    person = caller(request)
    found = to_change(person, pk)
    form = AnnouncementForm.of(request)

    def act(_said: object) -> Announcement:
        with changing(person, pk) as (problem, now):
            return announce.draft_announcement(problem, form.raw(), by=person, now=now)

    if form.carries_out(act):
        return see("announcement", pk, form.result.pk)
    return _page(request, found, None, form)


@reads_or_sends
def announcement(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    person = caller(request)
    problem = to_change(person, pk) if request.method == "POST" else get_problem_for(person, pk)
    found = announcement_of(problem, number)
    sent = request.POST if request.method == "POST" else None
    form = AnnouncementForm(sent, initial=AnnouncementForm.about(found))

    def act(_said: object) -> None:
        with changing(person, pk) as (again, _now):
            announce.change_draft(announcement_to_change(again, number), form.raw())

    if form.carries_out(act):
        messages.success(request, _("The draft is kept."))
        return see("announcement", pk, number)
    return _page(request, problem, found, form)


@require_POST
def send(request: HttpRequest, pk: int, number: int) -> SeeOther:
    seen = request.POST.get("seen", "")
    _act(request, pk, number, partial(announce.send_announcement, seen=seen))
    return see("announcement", pk, number)


@require_POST
def stop(request: HttpRequest, pk: int, number: int) -> SeeOther:
    _act(request, pk, number, announce.stop_announcement)
    return see("announcement", pk, number)


def _act(request: HttpRequest, pk: int, number: int, act: Callable[..., None]) -> None:
    person = caller(request)
    announcement_of(to_change(person, pk), number)

    def do() -> None:
        with changing(person, pk) as (problem, now):
            act(announcement_to_change(problem, number), by=person, now=now)

    tell_of(request, do)


def _page(
    request: HttpRequest, problem: Problem, found: Announcement | None, form: AnnouncementForm
) -> HttpResponse:
    person = caller(request)
    changes = may_change(person, problem) and not problem.archived_at
    is_draft = found is None or found.state == Announcement.State.DRAFT
    shown = show_announcements([found], person)[0] if found else None
    context = {
        "room": "problems",
        "problem": problem,
        "announcement": found,
        "shown": shown,
        "writes": changes and is_draft,
        "changes": changes,
        "preview": preview_of(found, person) if found and changes and is_draft else None,
        "variables": [(f"{{{name}}}", VARIABLES[name]) for name in SORT.variables],
        **_total(shown),
    }
    return show(request, "problems/announcement.html", context, form=form)


def _total(shown: dict[str, Any] | None) -> dict[str, int]:
    if shown is None:
        return {}
    progress = shown["progress"]
    return {"total": progress["written"] + progress["waiting"]}
