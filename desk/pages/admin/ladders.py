"""Ladders: who hears that a promise is in danger, and when."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see
from desk.forms.admin import VersionForm
from desk.forms.base import DeskForm, Said
from desk.forms.ladders import (
    JsonLadderForm,
    LadderForm,
    NewJsonLadderForm,
    NewLadderForm,
    about_rungs,
)
from desk.ladder_changes import versions_of
from desk.ladder_line import draw
from desk.pages.admin.shelf import (
    done,
    found_by_slug,
    reads_or_sends,
    shelve,
    version_of,
    wants_json,
)
from desk.rungs import tell_rungs
from tickets.escalation.actions.ladders import (
    acceptable_ladder,
    archive_ladder,
    revise_ladder,
    write_ladder,
)
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS, PAUSE_S, Rung, stored_rungs
from tickets.sla.models import PolicyVersion

MOST_COLLEAGUES = 200
STANDARD = "standard"


@require_safe
@admins_write
def ladders(request: HttpRequest) -> HttpResponse:
    rows = Ladder.objects.select_related("group").order_by("-archived_at", "slug")
    return shelve(request, "ladders/list", {"rows": rows})


@reads_or_sends
@admins_write
def new_ladder(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> Ladder:
        group = AccessGroup.objects.current().filter(slug=said.pop("group")).first()
        return write_ladder(**said, group=group, by=caller(request), now=moment())

    as_json = wants_json(request, "rungs")
    about = {"rungs": _shown_in(DEFAULT_RUNGS, as_json=as_json), "pause_s": PAUSE_S}
    form = (NewJsonLadderForm if as_json else NewLadderForm).of(request, initial=about)
    if "preview" in request.POST:
        return _page(request, form, _drawn(request, form, stored_rungs(DEFAULT_RUNGS)))
    if form.carries_out(write):
        return done(request, "admin-ladders")
    return _page(request, form, _line_of(request, stored_rungs(DEFAULT_RUNGS)))


@reads_or_sends
@admins_write
def ladder(request: HttpRequest, slug: str) -> HttpResponse:
    found: Ladder = found_by_slug(Ladder, slug)
    as_json, rungs = wants_json(request, "rungs"), stored_rungs(found.rungs)
    about = {"name": found.name, "pause_s": found.pause_s}
    about["rungs"] = _shown_in(found.rungs, as_json=as_json)
    form = (JsonLadderForm if as_json else LadderForm).of(request, initial=about)
    about_it = {"row": found, "versions": versions_of(found)}
    if "preview" in request.POST:
        return _page(request, form, about_it | _drawn(request, form, rungs))
    if form.carries_out(lambda said: revise_ladder(found, said, by=caller(request), now=moment())):
        return done(request, "admin-ladder", slug)
    return _page(request, form, about_it | _line_of(request, rungs))


@require_POST
@admins_write
def take_up_ladder(request: HttpRequest, slug: str) -> HttpResponse:
    """What stood in an earlier version stands in the next."""
    found = found_by_slug(Ladder, slug)

    def take_up(said: Said) -> Ladder:
        kept = version_of(found, said["version"])
        changes = {"rungs": kept.rungs, "pause_s": kept.pause_s}
        return revise_ladder(found, changes, by=caller(request), now=moment())

    form = VersionForm.of(request)
    if form.carries_out(take_up):
        return done(request, "admin-ladder", slug)
    messages.error(request, form.said or _("Try again."))
    return see("admin-ladder", slug)


@require_POST
@admins_write
def archive_a_ladder(request: HttpRequest, slug: str) -> SeeOther:
    archive_ladder(found_by_slug(Ladder, slug), now=moment())
    return done(request, "admin-ladders")


def _shown_in(rungs: list[Any], *, as_json: bool) -> list[Any]:
    return rungs if as_json else about_rungs(stored_rungs(rungs))


def _drawn(request: HttpRequest, form: DeskForm, kept: tuple[Rung, ...]) -> Said:
    """What was typed, or where it is refused what is kept."""
    is_draft = form.carries_out(lambda said: acceptable_ladder(said["rungs"]))
    return {**_line_of(request, form.result if is_draft else kept), "is_draft": is_draft}


def _line_of(request: HttpRequest, rungs: tuple[Rung, ...]) -> Said:
    policies = _policies()
    asked = request.POST.get("policy") or request.GET.get("policy") or STANDARD
    named = [version for version in policies if version.policy.slug == asked]
    policy = next(iter(named or policies), PolicyVersion())
    told = tell_rungs(rungs)
    return {
        "lanes": draw(told, policy, moment()),
        "policies": policies,
        "by_policy": policy if policies else None,
        "rungs_json": [rung.as_json() for rung in rungs],
    }


def _policies() -> list[PolicyVersion]:
    current = PolicyVersion.objects.filter(policy__archived_at=None)
    newest = current.order_by("policy", "-version").distinct("policy")
    rows = newest.select_related("policy", "calendar")
    return sorted(rows, key=lambda version: version.policy.name)


def _page(request: HttpRequest, form: DeskForm, context: Said) -> HttpResponse:
    as_json = isinstance(form, JsonLadderForm)
    people = User.objects.active().filter(kind=User.Kind.PERSON).order_by("name")
    colleagues = [] if as_json else list(people[:MOST_COLLEAGUES])
    frame = {"as_json": as_json, "colleagues": colleagues}
    return shelve(request, "ladders/edit", {**frame, **context}, form=form)
