"""Calendars: in which hours somebody is there to answer, and on which days nobody is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.base import Said
from desk.forms.calendars import CalendarForm, IcalFileForm, NewCalendarForm
from desk.hours_ahead import look_ahead
from desk.pages.admin.shelf import current_first, done, found_by_slug, reads_or_sends, shelve
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
    about = {"weekly": WEEK, "exceptions": {}, "zone": caller(request).time_zone}
    form = NewCalendarForm.of(request, initial=about | _chosen(request))
    if form.carries_out(lambda said: sla.write_calendar(**said, by=caller(request), now=moment())):
        return done(request, "admin-calendars")
    return shelve(request, "calendars/edit", {}, form=form)


@reads_or_sends
@admins_write
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Calendar, slug)
    about = {"name": found.name, **CalendarForm.about(sla.newest_calendar(found))}
    form = CalendarForm.of(request, initial=about | _chosen(request))
    if form.carries_out(
        lambda said: sla.revise_calendar(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-calendar", slug)
    return shelve(request, "calendars/edit", _about(found), form=form)


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
    about = {"name": found.name, **CalendarForm.about(sla.newest_calendar(found))}
    shown = {"form": CalendarForm(initial=about), "file_form": form}
    return shelve(request, "calendars/edit", _about(found) | shown, form=form)


@require_POST
@admins_write
def archive_calendar(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_calendar(found_by_slug(Calendar, slug), now=moment())
    return done(request, "admin-calendars")


def _about(found: Calendar) -> dict[str, Any]:
    versions = list(found.versions.select_related("written_by").order_by("-version"))
    return {
        "row": found,
        "versions": versions,
        "newest": versions[0],
        "upkeeps": {upkeep.origin: upkeep for upkeep in found.upkeeps.all()},
        "ahead": look_ahead(versions[0].hours(), moment()),
        "file_form": IcalFileForm(),
    }


def _chosen(request: HttpRequest) -> dict[str, str]:
    """A country that was chosen and not yet kept, whose regions are wanted."""
    country = request.GET.get("country")
    asks = request.method != "POST" and country is not None
    return {"country": str(country), "region": ""} if asks else {}
