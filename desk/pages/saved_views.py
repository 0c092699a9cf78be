"""The views of the queue that have a name: one's own, and those that others show."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.chips import chips_of
from desk.forms.queue import SavedViewForm
from desk.models import Audience, SavedView
from desk.once import once
from desk.queue import tab_for
from desk.saved_views import (
    change_view,
    groups_to_show_to,
    may_show_to_everyone,
    remove_view,
    save_view,
    view_to_change,
)

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    kept = SavedView.objects.offered_to(person).order_by("name", "pk")
    rows = [(view, view.owner_id == person.pk or person.is_admin) for view in kept]
    return show(request, "queue/views.html", {"rows": rows, "room": "queue"})


@reads_or_sends
def new_view(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    form = _form(request, {"query": request.GET.get("query", "")})
    if form.carries_out(
        lambda _said: once(request, lambda: save_view(person, **form.facts(), now=moment()))
    ):
        return _followed(form.cleaned_data["query"])
    return _page(request, form, None)


@reads_or_sends
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    person = caller(request)
    view = view_to_change(person, pk)
    group = f":{view.group.slug}" if view.group else ""
    kept = {"name": view.name, "query": view.query, "shown_to": f"{view.audience}{group}"}
    form = _form(request, kept)

    def change(_said: object) -> None:
        facts = form.facts()
        if form.cleaned_data["shown_to"] == kept["shown_to"]:
            del facts["audience"], facts["group"]
        change_view(view, person, facts, now=moment())

    if form.carries_out(change):
        messages.success(request, _("The view is kept."))
        return see("views")
    return _page(request, form, SavedView.objects.get(pk=pk))


@require_POST
def remove(request: HttpRequest, pk: int) -> SeeOther:
    remove_view(view_to_change(caller(request), pk))
    messages.success(request, _("The view is removed. The tickets stay where they are."))
    return see("views")


def _form(request: HttpRequest, kept: dict[str, str]) -> SavedViewForm:
    person = caller(request)
    return SavedViewForm.of(
        request,
        groups=groups_to_show_to(person),
        everyone=may_show_to_everyone(person),
        initial={"shown_to": Audience.MINE.value, **kept},
    )


def _followed(query: str) -> SeeOther:
    return see(f"{reverse('queue')}?{query}")


def _page(request: HttpRequest, form: SavedViewForm, view: SavedView | None) -> HttpResponse:
    person = caller(request)
    said = QueryDict(str(form["query"].value() or ""))
    groups = list(AccessGroup.objects.visible_to(person))
    context = {
        "form": form,
        "view": view,
        "tab": tab_for(said.get("tab", ""), person),
        "chips": chips_of(said, person, groups),
        "room": "queue",
    }
    return show(request, "queue/view.html", context, form=form)
