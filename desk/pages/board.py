from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.models import Heartbeat
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import is_fragment, show
from desk.board import AHEAD_H, MOST_SHOWN, danger, kept, lanes, sums
from desk.likely import likely_lane
from tickets.escalation.models import Escalation


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    person, now = caller(request), moment()
    groups = list(AccessGroup.objects.visible_to(person).values_list("pk", flat=True))
    found = danger(person, groups, now)
    context = {
        "now": now,
        "room": "board",
        "lines": found.lines,
        "sums": sums(found.lines),
        "horizons": [(hours, now + timedelta(hours=hours)) for hours in AHEAD_H],
        "lanes": lanes(person, groups, now),
        "unheard": _unheard(person, found.unheard),
        "kept": kept(person, now),
        "late": Heartbeat.objects.late(now),
    }
    return show(request, "board/live.html" if is_fragment(request) else "board/page.html", context)


@require_safe
def likely(request: HttpRequest) -> HttpResponse:
    """A look of its own: the board does not wait for it."""
    now = moment()
    lane = likely_lane(caller(request), now, most=MOST_SHOWN)
    page = "board/likely.html" if is_fragment(request) else "board/likely_page.html"
    return show(request, page, {"room": "board", "now": now, "likely": lane})


def _unheard(person: User, shown: list[int]) -> QuerySet[Escalation]:
    """The latest of these, each with whether this person may take note of it."""
    workable = AccessGroup.objects.workable_by(person)
    rows = Escalation.objects.filter(pk__in=shown).order_by("-raised_at", "-pk")
    rows = rows.annotate(is_workable=Q(ticket__group__in=workable.values("pk")))
    return rows.select_related("clock", "ticket__group")[:MOST_SHOWN]
