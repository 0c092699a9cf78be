"""What can fail, as a tree, and what a root cause stands for."""

from collections.abc import Sequence

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cxloop.kernel.moment import moment
from desk.admission import admins_write
from desk.answers import SeeOther
from desk.forms.base import Said
from desk.forms.failing import path_of
from desk.forms.failures import (
    CauseForm,
    FailureTypeForm,
    NewFailureTypeForm,
    cause_as_it_stands,
    type_as_it_stands,
)
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends, shelve
from tickets.recovery.actions.failures import (
    archive_failure_type,
    change_failure_type,
    let_cause_stand_for,
    restore_failure_type,
    write_failure_type,
)
from tickets.recovery.models import CauseDefault, FailureType
from tickets.work.actions.causes import rename_root_cause
from tickets.work.models import RootCause


def types_in_order(*, archived: bool = False) -> list[FailureType]:
    """Each below what it stands below."""
    rows = FailureType.objects.select_related("above__above__above")
    return sorted(rows.filter(archived_at__isnull=not archived), key=path_of)


@reads_or_sends
@admins_write
def failures(request: HttpRequest) -> HttpResponse:
    offered = types_in_order()
    form = NewFailureTypeForm(offered, _sent(request))
    if form.carries_out(lambda said: write_failure_type(**said, now=moment())):
        return done(request, "admin-failures")
    context = {"rows": _with_depth(offered), "archived": types_in_order(archived=True)}
    return shelve(request, "failures/list", context, form=form)


def _with_depth(rows: Sequence[FailureType]) -> list[tuple[FailureType, int]]:
    return [(row, path_of(row).count(" / ")) for row in rows]


@reads_or_sends
@admins_write
def failure(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(FailureType, slug)
    offered = [one for one in types_in_order() if one != found]
    form = FailureTypeForm(offered, _sent(request), initial=type_as_it_stands(found))
    if form.carries_out(lambda said: change_failure_type(found, **said)):
        return done(request, "admin-failures")
    return shelve(request, "failures/edit", {"row": found}, form=form)


@require_POST
@admins_write
@transaction.atomic
def archive(request: HttpRequest, slug: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found = found_by_slug(FailureType, slug)
    if found.archived_at:
        restore_failure_type(found)
    else:
        archive_failure_type(found, now=moment())
    return done(request, "admin-failures")


@reads_or_sends
@admins_write
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(RootCause, slug)
    default = CauseDefault.objects.select_related("type").filter(cause=found).first()
    shown = cause_as_it_stands(default or CauseDefault(cause=found))
    form = CauseForm(types_in_order(), _sent(request), initial=shown)
    if form.carries_out(lambda said: _let_it_be(found, said)):
        return done(request, "admin-causes")
    return shelve(request, "causes/edit", {"row": found}, form=form)


@transaction.atomic
def _let_it_be(found: RootCause, said: Said) -> None:
    rename_root_cause(found, name=said.pop("name"))
    let_cause_stand_for(found, **said)


def _sent(request: HttpRequest) -> Said | None:
    return request.POST if request.method == "POST" else None
