from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup
from cxloop.kernel.models import Heartbeat
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import is_fragment, show
from desk.board import AHEAD_H, MOST_SHOWN, at_work, danger, kept, sums, unheard
from desk.likely import likely_lane


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    person, now = caller(request), moment()
    lines = danger(person, now)
    waiting = at_work(person).by_next_deadline().select_related("group", "assignee", "customer")
    context = {
        "now": now,
        "room": "board",
        "lines": lines,
        "sums": sums(lines),
        "horizons": [(hours, now + timedelta(hours=hours)) for hours in AHEAD_H],
        "breached": waiting.due_before(now)[:MOST_SHOWN],
        "soon": waiting.not_due_before(now)[:MOST_SHOWN],
        "likely": likely_lane(person, now, most=MOST_SHOWN),
        "unowned": waiting.unowned()[:MOST_SHOWN],
        "unheard": unheard(person).select_related("clock", "ticket__group")[:MOST_SHOWN],
        "workable": set(AccessGroup.objects.workable_by(person).values_list("pk", flat=True)),
        "kept": kept(person, now),
        "late": Heartbeat.objects.late(now),
    }
    return show(request, "board/live.html" if is_fragment(request) else "board/page.html", context)
