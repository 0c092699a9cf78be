"""How the promise was kept: by day, group, source and agent, on a page and as tables."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.sheets import as_sheet
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.forms.report import SPANS, DigestForm, PeriodForm
from desk.paging import with_query
from desk.queries import said_in
from insights.actions.digests import wish_digest
from insights.days import newest_day, zone_named
from insights.report import Figures, Line, Report, read_report

TABLES = ("days", "groups", "sources", "agents")


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    form, found = _read(request, moment())
    period = form.period
    context = {
        "room": "report",
        "form": form,
        "period": period,
        "report": found,
        "spans": [(days, _link(request, days)) for days in SPANS],
        "sheets": {table: with_query(request.GET, table=table) for table in TABLES},
    }
    return show(request, "report/page.html", context, form=form)


def _link(request: HttpRequest, days: int) -> str:
    return with_query(request.GET, **{"from": "", "to": "", "days": str(days)})


@require_safe
def sheet(request: HttpRequest) -> StreamingHttpResponse:
    """One table of the report. Raises Refused for a period or a table that there is not."""
    form, found = _read(request, moment())
    table = request.GET.get("table", TABLES[0])
    form.refuse_faults()
    if table not in TABLES:
        raise Refused.at("/table", "malformed", f"Tables are {', '.join(TABLES)}.")
    period = form.period
    name = f"{table}-{period.first.isoformat()}-{period.last.isoformat()}"
    return as_sheet(name, [str(word) for word in _head(table)], _rows(table, found))


def _read(request: HttpRequest, now: datetime) -> tuple[PeriodForm, Report]:
    person = caller(request)
    zone = zone_named(person.time_zone)
    groups = list(AccessGroup.objects.visible_to(person).order_by("name"))
    form = PeriodForm(said_in(request), groups=groups, last=newest_day(now, zone))
    period = form.period
    seen = [group.pk for group in groups if period.group in ("", group.slug)]
    return form, read_report(seen, zone.key, first=period.first, last=period.last)


def _head(table: str) -> list[str]:
    what = {
        "days": _("Received on"),
        "groups": _("Group"),
        "sources": _("Source"),
        "agents": _("Agent"),
    }
    return [
        what[table],
        _("Cases"),
        _("Answered within 48 hours"),
        _("Share"),
        _("95 % from"),
        _("95 % to"),
        _("Promised by now"),
        _("Kept as promised"),
        _("Closed without contact"),
        _("Not contactable"),
        _("Median seconds to first contact"),
        _("90 % had first contact within, seconds"),
        _("Median seconds to close"),
        _("90 % closed within, seconds"),
    ]


def _rows(table: str, found: Report) -> Iterator[list[Any]]:
    if table == "days":
        for day in found.days:
            yield [day.day.isoformat(), *_figures(day.figures)]
        return
    lines: list[Line] = getattr(found, table)
    for line in lines:
        yield [line.name or _("nobody"), *_figures(line.figures)]


def _figures(figures: Figures) -> list[Any]:
    tally, share = figures.tally, figures.in_48_hours
    low, high = share.interval or (None, None)
    times = (
        figures.answered_half,
        figures.answered_most,
        figures.closed_half,
        figures.closed_most,
    )
    return [
        tally.real,
        tally.in_real,
        *(None if part is None else round(part, 4) for part in (share.value, low, high)),
        tally.promised,
        tally.kept,
        tally.void,
        tally.unreachable,
        *(None if time is None else round(time) for time in times),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> SeeOther:
    """One's own wish for the letter of the week."""
    form = DigestForm.of(request)
    if form.is_bound and form.is_valid():
        _wish(caller(request), form.cleaned_data["digest"])
        messages.success(request, _("Your settings are kept."))
    return see("settings")


def _wish(person: User, wants: bool) -> None:
    wish_digest(person, wants=wants, now=moment())
