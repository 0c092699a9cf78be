from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessGroup
from cxloop.kernel.models import Heartbeat
from cxloop.kernel.moment import moment
from cxloop.kernel.prepared import planned_once
from desk.admission import caller
from desk.answers import is_fragment, see, show
from desk.at_hand import offered_for
from desk.board import AHEAD_H, MOST_SHOWN, Look, danger, kept, lanes, look_of, sums
from desk.carrying import who_carries
from desk.forms.ticket import AssignForm
from desk.likely import likely_lane
from desk.once import once
from desk.pages.ticket import ticket_to_work
from desk.paging import with_query
from desk.queries import said_in
from tickets.escalation.models import Escalation
from tickets.work.verbs import say

IS_WORKABLE = "is_workable"


@require_safe
@planned_once()
def board(request: HttpRequest) -> HttpResponse:
    on_wall = "wall" in request.GET
    links = {"here": with_query(request.GET, wall="1" * on_wall)}
    links |= {"on_the_wall": with_query(request.GET, wall="1")}
    context = _seen(request, moment()) | links
    page = "wall" if on_wall else "page"
    if is_fragment(request):
        page = "wall_live" if on_wall else "live"
    return show(request, f"board/{page}.html", context)


def _seen(request: HttpRequest, now: datetime) -> dict[str, Any]:
    person, said = caller(request), said_in(request)
    workable = AccessGroup.objects.workable_by(person)
    rows = AccessGroup.objects.visible_to(person).annotate(
        **{IS_WORKABLE: Q(pk__in=workable.values("pk"))}
    )
    known = {group.pk: group for group in rows}
    look = look_of(person, list(known.values()), said)
    found = danger(look, known, now)
    return {
        "now": now,
        "room": "board",
        "said": said,
        "narrowed": _in_the_queue(said, group="group", agent="assignee"),
        "of_agent": _in_the_queue(said, agent="assignee"),
        "lines": found.lines,
        "sums": sums(found.lines),
        "oldest": found.oldest,
        "horizons": [(hours, now + timedelta(hours=hours)) for hours in AHEAD_H],
        "lanes": lanes(look, now),
        "unheard": _unheard(found.unheard),
        "workable": {pk for pk, group in known.items() if getattr(group, IS_WORKABLE)},
        "kept": kept(person, now),
        "late": Heartbeat.objects.late(now),
    }


def _in_the_queue(said: QueryDict, **names: str) -> str:
    """What narrows the board, as the queue calls it: to be put behind its own filters."""
    known = {name: said.getlist(ours) for ours, name in names.items() if ours in said}
    return f"&{urlencode(known, doseq=True)}" if known else ""


def _unheard(shown: list[int]) -> QuerySet[Escalation]:
    rows = Escalation.objects.filter(pk__in=shown).order_by("-raised_at", "-pk")
    return rows.select_related("clock", "ticket__group")[:MOST_SHOWN]


@require_safe
def likely(request: HttpRequest) -> HttpResponse:
    """A look of its own: the board does not wait for it."""
    now = moment()
    lane = likely_lane(caller(request), now, most=MOST_SHOWN)
    page = "board/likely.html" if is_fragment(request) else "board/likely_page.html"
    return show(request, page, {"room": "board", "now": now, "likely": lane})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Agent by agent: a look of its own too."""
    person, now = caller(request), moment()
    groups = AccessGroup.objects.visible_to(person).values_list("pk", flat=True)
    context = {
        "room": "board",
        "now": now,
        "carried": who_carries(Look(person, list(groups)), now),
        "horizons": [(hours, now + timedelta(hours=hours)) for hours in AHEAD_H],
    }
    page = "board/people.html" if is_fragment(request) else "board/people_page.html"
    return show(request, page, context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """A ticket of a lane is given to somebody: on a page of its own, or in its lane."""
    person = caller(request)
    ticket = ticket_to_work(person, ref)
    said = request.POST if request.method == "POST" else None
    form = AssignForm(ticket, offered_for(ticket), said)
    form.auto_id = f"give-{ticket.pk}-%s"

    def act(_said: object) -> object:
        return once(request, lambda: say("assign", by=person, ref=ref, raw=form.raw()))

    if form.carries_out(act):
        whom = dict(form.fields["assignee"].choices)[form.cleaned_data["assignee"]]  # type: ignore[attr-defined]
        messages.success(request, _("%(ref)s: %(whom)s has it now.") % {"ref": ref, "whom": whom})
        return see("board")
    page = "board/give.html" if is_fragment(request) else "board/give_page.html"
    return show(request, page, {"room": "board", "ticket": ticket}, form=form)
