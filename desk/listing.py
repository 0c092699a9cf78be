"""A view of the queue: the tickets that its address names, in the order it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import QueryDict

from accounts.models import AccessGroup, User
from cxloop.kernel.pages import Cursor
from desk.beside import unread_by
from desk.queue import Tab, tab_for
from tickets.work.filters import PAGING, Filter, narrow, yes_or_no
from tickets.work.finding import FILTERS_IN_WORDS, ordering, ticket_filters
from tickets.work.models import Ticket, TicketQuerySet

BESIDE = ("tab", "ordering")
UNREAD = "unread"
IN_WORDS = {
    **FILTERS_IN_WORDS,
    UNREAD: "true: what is open and has something that you have not read; false: the rest",
}


def list_filters(person: User, said: QueryDict) -> Mapping[str, Filter]:
    """Those of tickets, and whether there is news to read: that is known only here."""
    unread: Filter = lambda values: unread_by(person, wanted=yes_or_no(values))  # noqa: E731
    return {**ticket_filters(person, said), UNREAD: unread}


@dataclass(frozen=True)
class View:
    """`visible` is what its filters let through of what the person may see, `rows` what of it the
    tab holds; `said` is the address without a place in the list."""

    tab: Tab
    said: QueryDict
    visible: TicketQuerySet
    rows: TicketQuerySet
    order: str

    @property
    def query(self) -> str:
        return self.said.urlencode()

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beside the tab."""
        return bool(self.said.keys() - set(BESIDE))

    def from_row(self, cursor: Cursor) -> str:
        """The view, with the place of one of its rows."""
        said = self.said.copy()
        said["cursor"] = cursor.written()
        return said.urlencode()


def view_of(
    said: QueryDict, person: User, *, now: datetime, groups: Sequence[AccessGroup] | None = None
) -> View:
    """Raises Refused for what no list of tickets knows. `groups` are those that the person sees,
    where they are known already."""
    tab = tab_for(said.get("tab", ""), person)
    within = None if groups is None else [group.pk for group in groups]
    seen = Ticket.objects.visible_to(person, within=within)
    visible = cast(TicketQuerySet, narrow(seen, said, list_filters(person, said), beside=BESIDE))
    return View(
        tab=tab,
        said=_without_place(said, tab),
        visible=visible,
        rows=tab.rows(visible, person, now),
        order=ordering(said) if "ordering" in said else tab.order,
    )


def _without_place(said: QueryDict, tab: Tab) -> QueryDict:
    """With its tab, which else would be another for somebody else."""
    kept = QueryDict(mutable=True)
    kept["tab"] = tab.slug
    for name, values in said.lists():
        if name not in {*PAGING, "tab"} and any(values):
            kept.setlist(name, values)
    return kept
