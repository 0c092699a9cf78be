"""Policies, calendars and ladders: what is promised, in which hours, and who hears of danger."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessGroup
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.admin import (
    CalendarForm,
    LadderForm,
    NewCalendarForm,
    NewLadderForm,
    NewPolicyForm,
    PolicyForm,
)
from desk.forms.base import Said
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from tickets.escalation.actions.ladders import archive_ladder, revise_ladder, write_ladder
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS, PAUSE_S
from tickets.sla import policies as sla
from tickets.sla.models import FORTY_EIGHT_HOURS, Calendar, CalendarVersion, Policy, PolicyVersion

WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@require_safe
@admins_write
def policies(request: HttpRequest) -> HttpResponse:
    rows = PolicyVersion.objects.order_by("policy", "-version").distinct("policy")
    newest = sorted(rows.select_related("policy", "calendar__calendar"), key=_current_first)
    return shelve(request, "policies/list", {"rows": newest})


@reads_or_sends
@admins_write
def new_policy(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> PolicyVersion:
        targets = sla.Targets(**{name: said.pop(name) for name in sla.TARGETS})  # type: ignore[typeddict-item]
        return sla.write_policy(**said, targets=targets, by=caller(request), now=moment())

    form = NewPolicyForm.of(request, initial={"follow_up_s": FORTY_EIGHT_HOURS})
    if form.carries_out(write):
        return done(request, "admin-policies")
    return shelve(request, "policies/edit", {}, form=form)


@reads_or_sends
@admins_write
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(Policy, slug)
    versions = list(found.versions.select_related("calendar__calendar").order_by("-version"))
    kept = versions[0].calendar
    about = {name: getattr(versions[0], name) for name in sla.TARGETS}
    about |= {"name": found.name, "calendar": kept.calendar.slug if kept else ""}
    form = PolicyForm.of(request, initial=about)
    if form.carries_out(
        lambda said: sla.revise_policy(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-policy", slug)
    return shelve(request, "policies/edit", {"row": found, "versions": versions}, form=form)


@require_POST
@admins_write
def archive_policy(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_policy(_found(Policy, slug), now=moment())
    return done(request, "admin-policies")


@require_safe
@admins_write
def calendars(request: HttpRequest) -> HttpResponse:
    rows = CalendarVersion.objects.order_by("calendar", "-version").distinct("calendar")
    newest = sorted(rows.select_related("calendar"), key=_current_first)
    return shelve(request, "calendars/list", {"rows": newest})


@reads_or_sends
@admins_write
def new_calendar(request: HttpRequest) -> HttpResponse:
    about = {"weekly": WEEK, "exceptions": {}, "zone": caller(request).time_zone}
    form = NewCalendarForm.of(request, initial=about)
    if form.carries_out(lambda said: sla.write_calendar(**said, by=caller(request), now=moment())):
        return done(request, "admin-calendars")
    return shelve(request, "calendars/edit", {}, form=form)


@reads_or_sends
@admins_write
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(Calendar, slug)
    versions = list(found.versions.select_related("written_by").order_by("-version"))
    about = {"name": found.name, **{name: getattr(versions[0], name) for name in sla.HOURS}}
    form = CalendarForm.of(request, initial=about)
    if form.carries_out(
        lambda said: sla.revise_calendar(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-calendar", slug)
    return shelve(request, "calendars/edit", {"row": found, "versions": versions}, form=form)


@require_POST
@admins_write
def archive_calendar(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_calendar(_found(Calendar, slug), now=moment())
    return done(request, "admin-calendars")


@require_safe
@admins_write
def ladders(request: HttpRequest) -> HttpResponse:
    rows = Ladder.objects.select_related("group").order_by("-archived_at", "slug")
    return shelve(request, "ladders/list", {"rows": rows})


@reads_or_sends
@admins_write
def new_ladder(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> Ladder:
        group = AccessGroup.objects.current().filter(slug=said.pop("group")).first()
        return write_ladder(**said, group=group, now=moment())

    form = NewLadderForm.of(request, initial={"rungs": DEFAULT_RUNGS, "pause_s": PAUSE_S})
    if form.carries_out(write):
        return done(request, "admin-ladders")
    return shelve(request, "ladders/edit", {}, form=form)


@reads_or_sends
@admins_write
def ladder(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(Ladder, slug)
    about = {name: getattr(found, name) for name in LadderForm.base_fields}
    form = LadderForm.of(request, initial=about)
    if form.carries_out(lambda said: revise_ladder(found, said, now=moment())):
        return done(request, "admin-ladder", slug)
    return shelve(request, "ladders/edit", {"row": found}, form=form)


@require_POST
@admins_write
def archive_a_ladder(request: HttpRequest, slug: str) -> SeeOther:
    archive_ladder(_found(Ladder, slug), now=moment())
    return done(request, "admin-ladders")


def _current_first(version: Any) -> tuple[bool, str]:
    row = version.policy if isinstance(version, PolicyVersion) else version.calendar
    return bool(row.archived_at), row.name


def _found(model: type[Any], slug: str) -> Any:
    row = model.objects.filter(slug=slug).first()
    if row is None:
        raise NotHere()
    return row
