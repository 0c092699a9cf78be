"""The fields of this house: what it knows of its tickets beside what every house does."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import Change
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.changes import changes_of
from desk.forms.house_fields import FieldForm, NewFieldForm
from desk.found_at import Look, look_at
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends, shelve
from tickets.work.actions.fields import (
    archive_field,
    change_field,
    make_field,
    move_field,
    restore_field,
)
from tickets.work.fields import MOST_FIELDS
from tickets.work.models import TicketField


@reads_or_sends
@admins_write
def fields(request: HttpRequest) -> HttpResponse:
    current = list(TicketField.objects.current())
    context = {
        "rows": current,
        "archived": TicketField.objects.exclude(archived_at=None).order_by("slug"),
        "most": MOST_FIELDS,
        "is_full": len(current) >= MOST_FIELDS,
    }
    return shelve(request, "fields/list", context)


@reads_or_sends
@admins_write
def new_field(request: HttpRequest) -> HttpResponse:
    if "look" in request.POST:
        form = NewFieldForm.looking(request)
    else:
        form = NewFieldForm.of(request)
        if form.carries_out(lambda said: make_field(said, by=caller(request), now=moment())):
            return done(request, "admin-fields")
    look = _look(form, str(form.said("kind") or ""))
    return shelve(request, "fields/edit", {"look": look}, form=form)


@reads_or_sends
@admins_write
def field(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(TicketField, slug)
    form = FieldForm.about(found, request)
    if form.carries_out(lambda said: change_field(found, said, by=caller(request), now=moment())):
        return done(request, "admin-field", slug)
    context = {
        "row": found,
        "look": _look(form, found.kind),
        "changes": changes_of(Change.About.FIELD, slug),
    }
    return shelve(request, "fields/edit", context, form=form)


@require_POST
@admins_write
def move(request: HttpRequest, slug: str) -> SeeOther:
    """One up or down, as people see them."""
    found = found_by_slug(TicketField, slug)
    slugs = list(TicketField.objects.current().values_list("slug", flat=True))
    at = slugs.index(slug) + 1 if slug in slugs else 0
    to = at - 1 if request.POST.get("way") == "up" else at + 1
    move_field(found, to=to, by=caller(request), now=moment())
    return done(request, "admin-fields")


@require_POST
@admins_write
def archive(request: HttpRequest, slug: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found, me = found_by_slug(TicketField, slug), caller(request)
    bring_back = restore_field if found.archived_at else archive_field
    bring_back(found, by=me, now=moment())
    return done(request, "admin-field", slug)


def _look(form: FieldForm, kind: str) -> Look | None:
    """At the place that is typed by now."""
    path = str(form.said("path") or "").strip().removeprefix("context.")
    typed = form.said("choices") or []
    choices = typed.splitlines() if isinstance(typed, str) else typed
    return look_at(path, kind, [one.strip() for one in choices if one.strip()]) if path else None
