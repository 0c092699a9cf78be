"""Playbooks: what the house does about a kind of failure, step by step."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.base import Said
from desk.forms.playbooks import NewPlaybookForm, PlaybookForm, as_it_stands
from desk.pages.admin.failures import types_in_order
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends, shelve
from tickets.recovery.actions.playbooks import (
    archive_playbook,
    change_playbook,
    restore_playbook,
    revise_playbook,
    write_playbook,
)
from tickets.recovery.models import Playbook, PlaybookVersion


@require_safe
@admins_write
def playbooks(request: HttpRequest) -> HttpResponse:
    rows = PlaybookVersion.objects.newest()
    current = rows.filter(playbook__archived_at=None).order_by("-playbook__is_on", "playbook__name")
    archived = rows.exclude(playbook__archived_at=None).order_by("playbook__name")
    return shelve(request, "playbooks/list", {"rows": current, "archived": archived})


@reads_or_sends
@admins_write
def new_playbook(request: HttpRequest) -> HttpResponse:
    begun = {"is_on": True, "steps": [{"kind": "call"}, {"kind": "apology"}]}
    form = NewPlaybookForm.of(request, types=types_in_order(), initial=begun)
    if form.carries_out(lambda said: write_playbook(**said, by=caller(request), now=moment())):
        return done(request, "admin-playbooks")
    return shelve(request, "playbooks/edit", {}, form=form)


@reads_or_sends
@admins_write
def playbook(request: HttpRequest, slug: str) -> HttpResponse:
    found: Playbook = found_by_slug(Playbook, slug)
    versions = list(found.versions.select_related("written_by").order_by("-version"))
    versions[0].playbook = found
    form = PlaybookForm.of(request, types=types_in_order(), initial=as_it_stands(versions[0]))
    if form.carries_out(lambda said: _change(found, said, request)):
        return done(request, "admin-playbooks")
    return shelve(request, "playbooks/edit", {"row": found, "versions": versions}, form=form)


@transaction.atomic
def _change(found: Playbook, said: Said, request: HttpRequest) -> None:
    change_playbook(found, name=said.pop("name"), is_on=said.pop("is_on"))
    revise_playbook(found, by=caller(request), now=moment(), **said)


@require_POST
@admins_write
def archive(request: HttpRequest, slug: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found = found_by_slug(Playbook, slug)
    if found.archived_at:
        restore_playbook(found)
    else:
        archive_playbook(found, now=moment())
    return done(request, "admin-playbooks")
