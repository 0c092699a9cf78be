"""The queue: what to do next, ordered by the time that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import MOMENT, moment
from cxloop.kernel.pages import Cursor, read_order
from cxloop.kernel.prepared import planned_once
from desk.admission import caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.beside import beside, heard_of
from desk.chips import LABELS, chips_of, labels_of
from desk.counting import count_up_to
from desk.forms.queue import FilterForm
from desk.listing import UNREAD, View, view_of
from desk.models import SavedView
from desk.operators import TAUGHT, ref_in
from desk.paging import Paged, page_of, with_query
from desk.queries import said_in
from desk.queue import ORDER_WORDS, TABS, Tab
from desk.refusals import said_of_fault
from desk.search_box import settled, typed_as, unknown_operators
from desk.sheet import sheet_of
from desk.standing import Standing, standing_on
from tickets.work.models import Ticket

SHOWN_WITH = ("group", "assignee")


@dataclass(frozen=True)
class Asked:
    """Who looks, when, and what the address says; `acts` where they may work at all."""

    person: User
    now: datetime
    said: QueryDict
    groups: Sequence[AccessGroup]
    acts: bool

    @classmethod
    def by(cls, request: HttpRequest) -> "Asked":
        person = caller(request)
        workable = AccessGroup.objects.workable_by(person).values("pk")
        seen = AccessGroup.objects.visible_to(person)
        seen = seen.annotate(works=Q(pk__in=workable), read_at=MOMENT)
        groups: list[Any] = list(seen.order_by("name"))
        acts = any(group.works for group in groups)
        now = groups[0].read_at if groups else moment()
        return cls(person, now, said_in(request), groups, acts)

    def view(self, said: QueryDict | None = None) -> View:
        wanted = self.said if said is None else said
        return view_of(wanted, self.person, now=self.now, groups=self.groups)


@require_safe
def home(request: HttpRequest) -> SeeOther:
    return see("queue")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    if request.GET.get("q"):
        return _answer(request)
    with planned_once():
        return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    asked = Asked.by(request)
    try:
        led = _led_to(asked)
        return see(led) if led else _shown(request, asked, asked.view())
    except Refused as refused:
        if is_fragment(request):
            raise
        return _refused(request, asked, refused)


@require_safe
def sheet(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """The whole list, for a spreadsheet; programs have the API."""
    asked = Asked.by(request)
    view = asked.view()
    day = timezone.localtime(asked.now).date().isoformat()
    answer = StreamingHttpResponse(sheet_of(view.rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="tickets-{view.tab.slug}-{day}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _led_to(asked: Asked) -> str:
    """The ticket that was named, or the address of what was typed."""
    ref = ref_in(asked.said.get("q", ""))
    if ref and Ticket.objects.visible_to(asked.person).filter(pk=int(ref[2:])).exists():
        return reverse("ticket", args=[ref])
    view = settled(asked.said, asked.person, asked.groups)
    return f"{reverse('queue')}?{view.urlencode()}" if view is not None else ""


def _shown(request: HttpRequest, asked: Asked, view: View) -> HttpResponse:
    page = page_of(view.rows.select_related(*SHOWN_WITH), request, order=view.order)
    standing = standing_on(page.rows)
    context = {
        **_around(asked, view),
        "page": page,
        "columns": standing.columns,
        "cells": standing.in_columns(),
        "heard": heard_of(page.rows),
        "beside": beside(page.rows, asked.person),
        "views": _views_from(view, page),
        "typos": unknown_operators(asked.said),
        "own": [field.slug for field in standing.fields],
    }
    if is_fragment(request):
        return show(request, "queue/live.html", context)
    return show(request, "queue/page.html", {**context, **_asking(asked, view, standing)})


def _refused(request: HttpRequest, asked: Asked, refused: Refused) -> HttpResponse:
    """On the page itself, with what was typed, and each filter to be taken away."""
    said = QueryDict(mutable=True)
    said["tab"] = asked.said.get("tab", "")
    view = asked.view(said)
    standing = standing_on(())
    names = {**LABELS, **labels_of(standing.fields)}
    faults = [
        (names.get(fault.pointer[1:], fault.pointer[1:]), said_of_fault(fault))
        for fault in refused.faults
    ]
    context = {**_around(asked, view), **_asking(asked, view, standing), "faults": faults}
    context["filters"]["said"] = asked.said
    answer = show(request, "queue/page.html", context)
    answer.status_code = refused.status
    return answer


def _around(asked: Asked, view: View) -> dict[str, Any]:
    """What stands about the rows, of an open page too."""
    return {
        "now": asked.now,
        "tab": view.tab,
        "tabs": _tabs(asked, view),
        "view": view,
        "taught": TAUGHT,
        "room": "queue",
        "acts": asked.acts,
    }


def _asking(asked: Asked, view: View, standing: Standing) -> dict[str, Any]:
    """What narrows the list and sorts it, and the views that have a name."""
    saved = SavedView.objects.offered_to(asked.person, groups=[g.pk for g in asked.groups])
    kept = [(name, value) for name, values in view.said.lists() for value in values]
    return {
        "filters": {
            "said": {"q": typed_as(asked.said)},
            "words": [pair for pair in kept if pair[0] in {"q", "phrase"}],
            "kept": [pair for pair in kept if pair[0] != "ordering"],
            "chips": chips_of(asked.said, asked.person, asked.groups, standing.fields),
            "form": FilterForm.showing(asked.said, asked.person, asked.groups, standing.fields),
        },
        "orders": _orders(view),
        "saved": [(one, one.query == view.query) for one in saved.order_by("name", "pk")],
    }


def _tabs(asked: Asked, view: View) -> list[dict[str, Any]]:
    person, now = asked.person, asked.now
    counts = count_up_to({t.slug: t.rows(view.visible, person, now) for t in _counted(view)})
    return [
        {
            "slug": tab.slug,
            "name": tab.name,
            "count": counts.get(tab.slug),
            "link": _link_to(tab, asked.said),
            "chosen": tab is view.tab,
        }
        for tab in TABS
        if tab.offered or tab is view.tab
    ]


def _counted(view: View) -> list[Tab]:
    """What nobody has read is looked for ticket by ticket: then for the tab that is looked at."""
    return [tab for tab in TABS if tab.counted and (UNREAD not in view.said or tab is view.tab)]


def _link_to(tab: Tab, said: QueryDict) -> str:
    """With the same filters; in its own order where the present one is not offered there."""
    kept = said.get("ordering", "")
    return with_query(said, tab=tab.slug, cursor="", ordering=kept if kept in tab.orders else "")


def _orders(view: View) -> list[tuple[str, Any, bool]]:
    """The order of the tab itself first; it needs no saying. What was said by hand is kept."""
    said = view.said.get("ordering", "")
    others = [order for order in view.tab.orders if order != view.tab.order]
    if said and said not in view.tab.orders:
        others.append(said)
    offered = [("", view.tab.order), *((order, order) for order in others)]
    return [(value, ORDER_WORDS[order], order == view.order) for value, order in offered]


def _views_from(view: View, page: Paged) -> dict[int, str]:
    """By the number of a ticket the view with its place: how its page finds the next one."""
    by = read_order(view.rows, view.order)
    return {
        ticket.pk: view.from_row(Cursor(getattr(ticket, by.name), ticket.pk))
        for ticket in page.rows
    }
