"""The tabs of the queue: which tickets, in which order, and what an empty one teaches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.work.finding import BY_NEXT_DEADLINE
from tickets.work.lifecycle import CLOSED, RESOLVED, WAITING
from tickets.work.models import TicketQuerySet

DUE_SOON, DUE_NEXT = timedelta(hours=4), timedelta(hours=24)
NEWEST_FIRST = "-pk"
LAST_CLOSED_FIRST = "-closed_at"

# Of what is closed too, only these are read from the front of an index.
ORDERS_OF_ALL = (BY_NEXT_DEADLINE, "-created_at", "created_at")
ORDERS = (*ORDERS_OF_ALL, "-updated_at", "updated_at", "-priority")

Rows = Callable[[TicketQuerySet, User, datetime], TicketQuerySet]


@dataclass(frozen=True)
class Tab:
    """`counted` is false where the number only grows and tells nobody what to do; `offered` where
    it is shown only to whoever was led there."""

    slug: str
    name: Promise
    rows: Rows
    teaches: Promise
    order: str = BY_NEXT_DEADLINE
    counted: bool = True
    offered: bool = True
    orders: tuple[str, ...] = ORDERS


def _work(rows: TicketQuerySet) -> TicketQuerySet:
    return rows.unresolved().live()


def _due_within(ahead: timedelta) -> Rows:
    return lambda rows, who, now: _work(rows).due_before(now + ahead).not_due_before(now)


TABS = (
    Tab(
        "mine",
        _("Mine"),
        lambda rows, who, now: _work(rows).of_assignee(who).awake(),
        _("Nothing is yours just now. Take a ticket from “Unowned”, the most urgent one first."),
    ),
    Tab(
        "unowned",
        _("Unowned"),
        lambda rows, who, now: _work(rows).unowned(),
        _("Every ticket has an owner. New ones nobody was free to take would stand here."),
    ),
    Tab(
        "groups",
        _("My groups"),
        lambda rows, who, now: _work(rows),
        _("No open ticket in your groups. Feedback that a rule takes opens one here by itself."),
    ),
    Tab(
        "waiting",
        _("Waiting"),
        lambda rows, who, now: rows.live().filter(status=WAITING),
        _("No ticket waits for its customer. “Wait” on a ticket puts it here until a date."),
    ),
    Tab(
        "soon",
        _("Due in 4 h"),
        _due_within(DUE_SOON),
        _("No promise falls due within 4 hours."),
    ),
    Tab(
        "next",
        _("Due next"),
        _due_within(DUE_NEXT),
        _("No promise falls due within 24 hours."),
        offered=False,
    ),
    Tab(
        "breached",
        _("Breached"),
        lambda rows, who, now: _work(rows).due_before(now),
        _("No broken promise waits to be made good. That is the point of all this."),
    ),
    Tab(
        "resolved",
        _("Resolved"),
        lambda rows, who, now: rows.live().filter(status=RESOLVED),
        _("No ticket waits for its customer's verdict."),
    ),
    Tab(
        "done",
        _("Done"),
        lambda rows, who, now: rows.live().filter(status=CLOSED),
        _("Nothing is closed yet. A ticket closes when its customer has answered or stays silent."),
        order=LAST_CLOSED_FIRST,
        counted=False,
        orders=ORDERS_OF_ALL,
    ),
    Tab(
        "history",
        _("History"),
        lambda rows, who, now: rows.filter(quiet=True),
        _(
            "No imported history. What was received long before its import stands here, "
            "and alarms nobody."
        ),
        order=NEWEST_FIRST,
        counted=False,
        orders=ORDERS_OF_ALL,
    ),
    Tab(
        "all",
        _("Everything"),
        lambda rows, who, now: rows,
        _("No ticket that you may see has these words. Try fewer of them, or a number as T-1042."),
        order=NEWEST_FIRST,
        counted=False,
        offered=False,
        orders=ORDERS_OF_ALL,
    ),
)
BY_SLUG = {tab.slug: tab for tab in TABS}

ORDER_WORDS = {
    BY_NEXT_DEADLINE: _("Next deadline first"),
    f"-{BY_NEXT_DEADLINE}": _("Last deadline first"),
    "-created_at": _("Newest first"),
    "created_at": _("Oldest first"),
    "-updated_at": _("Latest change first"),
    "updated_at": _("Longest unchanged first"),
    "-priority": _("Highest priority first"),
    "priority": _("Lowest priority first"),
    NEWEST_FIRST: _("Newest first"),
    LAST_CLOSED_FIRST: _("Last closed first"),
}


def tab_for(slug: str, person: User) -> Tab:
    """The one asked for; else one's own work, or for those who only read, everybody's."""
    return BY_SLUG.get(slug) or BY_SLUG["groups" if person.reads_everything else "mine"]
