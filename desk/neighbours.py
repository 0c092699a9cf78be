"""Where a ticket stands in the view it was opened from, and which stand beside it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from accounts.models import User
from cxloop.kernel.errors import Refused, Unreadable
from cxloop.kernel.pages import Cursor, Order, cut_page, read_cursor, read_order, rows_beyond
from desk.counting import MOST, count_up_to
from desk.listing import View, view_of
from tickets.work.models import Ticket

LONGEST = 3000


@dataclass(frozen=True)
class Neighbour:
    ticket: Ticket
    view: str


@dataclass(frozen=True)
class Place:
    """`number` of `whole`, this ticket counted where it stood when it was opened. Neither is told
    beyond `MOST`."""

    view: View
    before: int
    after: int
    previous: Neighbour | None
    next: Neighbour | None

    @property
    def number(self) -> str:
        return f"{self.before + 1}" if self.before < MOST else f"{MOST}+"

    @property
    def whole(self) -> str:
        known = self.before < MOST and self.after < MOST
        return f"{self.before + self.after + 1}" if known else f"{MOST}+"


def place_in(text: str, ticket: Ticket, person: User, *, now: datetime) -> Place | None:
    """By the row it was opened from, which stays where it was though an act may have moved the
    ticket out of the view; an address without that row means where the ticket stands now. None
    where the text names no view."""
    if not text:
        return None
    try:
        said = QueryDict(text[:LONGEST], mutable=True)
        view = view_of(said, person, now=now)
        by = read_order(view.rows, view.order)
        here = read_cursor(said.get("cursor"), view.rows, by)
    except (Refused, Unreadable):
        return None
    return _place(view, by, here or Cursor(getattr(ticket, by.name), ticket.pk), ticket)


def _place(view: View, by: Order, here: Cursor, ticket: Ticket) -> Place:
    others = view.rows.exclude(pk=ticket.pk)
    ahead, behind = Cursor(here.value, here.key), Cursor(here.value, here.key, backwards=True)
    sides = {"before": behind, "after": ahead}
    counts = count_up_to({name: rows_beyond(others, by, side) for name, side in sides.items()})
    beside = {
        name: next(iter(cut_page(others, by, side, size=1).rows), None)
        for name, side in sides.items()
    }
    return Place(
        view,
        **counts,
        previous=_neighbour(view, by, beside["before"]),
        next=_neighbour(view, by, beside["after"]),
    )


def _neighbour(view: View, by: Order, ticket: Ticket | None) -> Neighbour | None:
    if ticket is None:
        return None
    return Neighbour(ticket, view.from_row(Cursor(getattr(ticket, by.name), ticket.pk)))


def view_left(request: HttpRequest, path: str) -> str:
    """The view that the page had from which an act led back here: forms need not carry it."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if came.netloc != request.get_host() or not f"{came.path}/".startswith(f"{path}/"):
        return ""
    return QueryDict(came.query).get("view", "")
