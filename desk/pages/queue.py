"""The queue: what to do next, ordered by the time that is left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.counting import count_up_to
from desk.paging import page_of, with_query
from desk.queries import said_in
from desk.queue import TABS, Tab, tab_for
from feedback.intake.models import Feedback
from feedback.intake.scores import CLASSES
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.lifecycle import STATUSES
from tickets.work.models import Ticket, TicketFeedback, TicketQuerySet

SHOWN_WITH = ("group", "assignee")


@require_safe
def home(request: HttpRequest) -> SeeOther:
    return see("queue")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    person, now, said = caller(request), moment(), said_in(request)
    tab = tab_for(said.get("tab", ""), person)
    groups = list(AccessGroup.objects.visible_to(person).order_by("name"))
    seen = Ticket.objects.visible_to(person, within=[group.pk for group in groups])
    found = narrow(seen, said, ticket_filters(person), beside=["tab"])
    visible = cast(TicketQuerySet, found)
    # Customers are many: joined, PostgreSQL may read them all before it finds the page.
    rows = tab.rows(visible, person, now).select_related(*SHOWN_WITH).prefetch_related("customer")
    page = page_of(rows, request, order=tab.order)
    context = {
        "now": now,
        "tab": tab,
        "tabs": _tabs(visible, person, tab, now=now, said=said),
        "page": page,
        "heard": _heard(page.rows),
        "filters": _filters(said),
        "statuses": STATUSES,
        "room": "queue",
        "groups": [group for group in groups if group.archived_at is None],
    }
    return show(request, "queue/live.html" if is_fragment(request) else "queue/page.html", context)


def _tabs(
    visible: TicketQuerySet, person: User, chosen: Tab, *, now: datetime, said: QueryDict
) -> list[dict[str, Any]]:
    counts = count_up_to({t.slug: t.rows(visible, person, now) for t in TABS if t.counted})
    shown = [tab for tab in TABS if tab.slug != "all" or chosen.slug == "all"]
    return [
        {
            "slug": tab.slug,
            "name": tab.name,
            "count": counts.get(tab.slug),
            "link": with_query(said, tab=tab.slug, cursor=""),
            "chosen": tab is chosen,
        }
        for tab in shown
    ]


def _filters(said: QueryDict) -> dict[str, Any]:
    """What narrows the list, and for each the link without it."""
    known = {name: said[name] for name in said if name not in {"tab", "cursor"}}
    without = [
        (name, value, with_query(said, **{name: "", "cursor": ""})) for name, value in known.items()
    ]
    return {"said": said, "chips": [chip for chip in without if chip[0] not in {"group", "status"}]}


def _heard(tickets: Sequence[Ticket]) -> dict[int, Feedback]:
    """The feedback of each ticket that weighs most: the worst, of equals the newest."""
    links = TicketFeedback.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    heard: dict[int, Feedback] = {}
    for link in links.select_related("feedback").order_by("received_at"):
        known = heard.get(link.ticket_id)
        if known is None or _weight(link.feedback) <= _weight(known):
            heard[link.ticket_id] = link.feedback
    return heard


def _weight(feedback: Feedback) -> int:
    return CLASSES.index(feedback.worst_class)
