"""Calendars: in which hours somebody is there to answer, and on which days nobody is."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.calendar_changes import versions_of
from desk.forms.base import DeskForm, Said
from desk.forms.calendars import (
    CalendarForm,
    IcalFileForm,
    JsonCalendarForm,
    NewCalendarForm,
    NewJsonCalendarForm,
    about_calendar,
    about_hours,
)
from desk.forms.rows import MOST_ROWS
from desk.hours_ahead import look_ahead
from desk.pages.admin.shelf import (
    current_first,
    done,
    found_by_slug,
    reads_or_sends,
    shelve,
    wants_json,
)
from tickets.sla import policies as sla
from tickets.sla.models import Calendar, CalendarVersion
from tickets.sla.renewing import take_ical

WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@require_safe
@admins_write
def calendars(request: HttpRequest) -> HttpResponse:
    rows = CalendarVersion.objects.order_by("calendar", "-version").distinct("calendar")
    newest = list(rows.select_related("calendar"))
    newest.sort(key=lambda version: current_first(version.calendar))
    return shelve(request, "calendars/list", {"rows": newest})


@reads_or_sends
@admins_write
def new_calendar(request: HttpRequest) -> HttpResponse:
    as_json, zone = wants_json(request, "weekly"), caller(request).time_zone
    about = about_hours(WEEK, {}, _today(zone), as_json=as_json)
    form = (NewJsonCalendarForm if as_json else NewCalendarForm).of(
        request, initial={**about, "zone": zone, **_chosen(request)}
    )
    if "preview" in request.POST:
        return _page(request, form, _draft(form, None))
    if form.carries_out(lambda said: sla.write_calendar(**said, by=caller(request), now=moment())):
        return done(request, "admin-calendars")
    return _page(request, form, {})


@reads_or_sends
@admins_write
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Calendar, slug)
    newest = sla.newest_calendar(found)
    form = _form_of(newest, request)
    if "preview" in request.POST:
        return _page(request, form, {**_about(found), **_draft(form, newest)})
    if form.carries_out(
        lambda said: sla.revise_calendar(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-calendar", slug)
    return _page(request, form, _about(found))


@require_POST
@admins_write
def ical_file(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Calendar, slug)

    def take(said: Said) -> CalendarVersion:
        if "forget" in request.POST:
            return sla.revise_calendar(found, {"ical": None}, by=caller(request), now=moment())
        return take_ical(found, said["file"], by=caller(request), now=moment())

    form = IcalFileForm(request.POST, request.FILES)
    if form.carries_out(take):
        return done(request, "admin-calendar", slug)
    shown = {"form": _form_of(sla.newest_calendar(found)), "file_form": form}
    return _page(request, form, _about(found) | shown)


@require_POST
@admins_write
def archive_calendar(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_calendar(found_by_slug(Calendar, slug), now=moment())
    return done(request, "admin-calendars")


def _form_of(newest: CalendarVersion, request: HttpRequest | None = None) -> DeskForm:
    """Of what it says now; without a request nothing was typed. More special days than a page
    bears are written as JSON."""
    today, asked = _today(newest.zone), request is not None and wants_json(request, "weekly")
    as_json = asked or len(newest.exceptions) > MOST_ROWS
    about = {"name": newest.calendar.name, **about_calendar(newest, today, as_json=as_json)}
    shape = JsonCalendarForm if as_json else CalendarForm
    if request is None:
        return shape(initial=about)
    return shape.of(request, initial=about | _chosen(request))


def _today(zone: str) -> date:
    return moment().astimezone(ZoneInfo(zone)).date()


def _draft(form: DeskForm, newest: CalendarVersion | None) -> Said:
    """What was typed, looked at as if it were kept; nothing where it is refused."""
    if not form.carries_out(lambda said: sla.draft_calendar(said, now=moment(), latest=newest)):
        return {}
    return {"ahead": look_ahead(form.result.hours(), moment()), "is_draft": True}


def _page(request: HttpRequest, form: DeskForm, context: Said) -> HttpResponse:
    as_json = isinstance(context.get("form", form), JsonCalendarForm)
    return shelve(request, "calendars/edit", {"as_json": as_json, **context}, form=form)


def _about(found: Calendar) -> dict[str, Any]:
    versions = versions_of(found)
    newest = versions[0].row
    return {
        "row": found,
        "versions": versions,
        "newest": newest,
        "hours_json": {"weekly": newest.weekly, "exceptions": newest.exceptions},
        "upkeeps": {upkeep.origin: upkeep for upkeep in found.upkeeps.all()},
        "ahead": look_ahead(newest.hours(), moment()),
        "file_form": IcalFileForm(),
    }


def _chosen(request: HttpRequest) -> dict[str, str]:
    """A country that was chosen and not yet kept, whose regions are wanted."""
    country = request.GET.get("country")
    asks = request.method != "POST" and country is not None
    return {"country": str(country), "region": ""} if asks else {}
