"""Who was answered in time, won back and at what cost, which cause is still alive: on a page and as
tables."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.sheets import as_sheet
from desk.admission import caller
from desk.answers import show
from desk.forms.recovery_report import RecoveryForm
from desk.forms.report import SPANS
from desk.paging import with_query
from desk.queries import said_in
from feedback.intake.models import Source
from insights.days import newest_day, zone_named
from insights.recovery import (
    MOST_READ,
    Asked,
    recovery_told,
    repairs_told,
    sheet_name,
    unseen_by,
)
from insights.recovery_tables import TABLES, row_table, table_of
from insights.told_json import Json


@require_safe
def recovery_report(request: HttpRequest) -> HttpResponse:
    form, asked = _asked(request)
    told = _told(asked)
    context = {
        "room": "report",
        "form": form,
        "period": form.period,
        "told": told,
        "costs": [one for one in told.get("costs", ()) if one["per_won_back"]],
        "alive": _alive(told),
        "most": MOST_READ,
        "spans": [(days, _link(request, days)) for days in SPANS],
        "sheets": {table: with_query(request.GET, table=table) for table in TABLES},
        "rows": with_query(request.GET),
        "before": _before(request, asked),
        "has_blanks": bool(unseen_by(caller(request))),
    }
    return show(request, "recovery/page.html", context, form=form)


def _alive(told: Json) -> Json | None:
    """The cause that was met most often, of those that are known and not held back."""
    named = (one for one in told.get("causes", ()) if one["key"] and not one["is_held"])
    return next(named, None)


def _told(asked: Asked) -> Json:
    """Nothing where it is too much: the page then says so."""
    try:
        return recovery_told(asked, moment())
    except Refused:
        return {}


def _link(request: HttpRequest, days: int) -> str:
    return with_query(request.GET, **{"from": "", "to": "", "days": str(days)})


def _before(request: HttpRequest, asked: Asked) -> str:
    """The rows of the period that this one is compared with."""
    earlier = asked.before()
    days = {"from": earlier.first.isoformat(), "to": earlier.last.isoformat(), "days": ""}
    return with_query(request.GET, **days)


@require_safe
def sheet(request: HttpRequest) -> StreamingHttpResponse:
    """One table of it. Raises Refused for a period or a table that there is not."""
    table = request.GET.get("table", TABLES[0])
    asked = _asked_rightly(request)
    if table not in TABLES:
        raise Refused.at("/table", "malformed", f"Tables are {', '.join(TABLES)}.")
    return as_sheet(sheet_name(table, asked), *table_of(table, recovery_told(asked, moment())))


@require_safe
def rows(request: HttpRequest) -> StreamingHttpResponse:
    """The repairs themselves. Raises Refused for a period that there is not."""
    asked = _asked_rightly(request)
    return as_sheet(sheet_name("repairs", asked), *row_table(repairs_told(asked, caller(request))))


def _asked_rightly(request: HttpRequest) -> Asked:
    form, asked = _asked(request)
    form.refuse_faults()
    return asked


def _asked(request: HttpRequest) -> tuple[RecoveryForm, Asked]:
    person = caller(request)
    zone = zone_named(person.time_zone)
    groups = list(AccessGroup.objects.visible_to(person).order_by("name"))
    offered: dict[str, Any] = {
        "groups": groups,
        "sources": Source.objects.visible_to(person).order_by("name"),
        "last": newest_day(moment(), zone),
    }
    form = RecoveryForm(said_in(request), **offered)
    period = form.period
    seen = [group.pk for group in groups if period.group in ("", group.slug)]
    return form, Asked(seen, zone.key, period.first, period.last, form.source)
