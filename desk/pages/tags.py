"""Tags: which are in use, and one called otherwise on every ticket."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Change, User
from cxloop.kernel.errors import Conflict
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.changes import told
from desk.forms.base import Said
from desk.forms.tags import TagChangeForm
from desk.once import once
from desk.refusals import said_of_problem
from tickets.work.actions.tags import undo_tag_change
from tickets.work.models import TagChange
from tickets.work.tags import (
    LOOKED_AT,
    Foreseen,
    foresee_tag_change,
    groups_to_read,
    groups_to_tag,
    say_tag_change,
    tag_change_of,
    tags_in_use,
)

MOST_LED = 50


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    groups = groups_to_read(person)
    context = {
        "tags": tags_in_use(groups),
        "looked_at": LOOKED_AT,
        "may_change": not person.reads_everything or person.is_admin,
        "form": TagChangeForm(auto_id="change-%s"),
        "changes": told(_changes_of(person, groups)),
        "under_way": TagChange.objects.open().filter(by=person).order_by("-pk")[:5],
        "room": "queue",
    }
    return show(request, "tags/list.html", context)


def _changes_of(person: User, groups: list[int]) -> Any:
    """Whoever leads some groups reads of changes that were made for one of them."""
    rows = Change.objects.filter(about=Change.About.TAG).order_by("-id")
    if person.reads_everything:
        return rows
    theirs = [Q(facts__groups__contains=[group]) for group in groups[:MOST_LED]]
    return rows.filter(reduce(or_, theirs, Q(pk=None)))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    groups_to_tag(person)
    if request.method == "POST":
        form = TagChangeForm(request.POST)

        def hold(said: Said) -> TagChange | None:
            return once(request, lambda: say_tag_change(person, **said))

        if form.carries_out(hold):
            return see("tag-change", form.result.pk) if form.result else see("tags")
        return _page(request, form, None)
    form = TagChangeForm(request.GET if "becomes" in request.GET else None, initial=_asked(request))
    seen = form.carries_out(lambda said: foresee_tag_change(person, **said))
    return _page(request, form, form.result if seen else None)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"was": request.GET.get("was", "")}


def _page(request: HttpRequest, form: TagChangeForm, seen: Foreseen | None) -> HttpResponse:
    context = {
        "told": seen,
        "tags": [] if seen else tags_in_use(groups_to_read(caller(request))),
        "confirm": TagChangeForm(initial={"was": seen.was, "becomes": seen.becomes})
        if seen
        else None,
        "room": "queue",
    }
    return show(request, "tags/change.html", context, form=form)


@require_safe
def tag_change(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, or what it did."""
    context = {"change": tag_change_of(caller(request), pk), "now": moment(), "room": "queue"}
    return show(request, "tags/state.html" if is_fragment(request) else "tags/act.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> SeeOther:
    found = tag_change_of(caller(request), pk)
    try:
        undo_tag_change(found, now=moment())
        messages.success(request, _("Undone: nothing was changed."))
    except Conflict as error:
        messages.error(request, said_of_problem(error))
    return see("tag-change", pk)
