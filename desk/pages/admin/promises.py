"""Policies and ladders: what is promised, and who hears of danger."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see
from desk.forms.admin import (
    LadderForm,
    MoveForm,
    NewLadderForm,
    NewPolicyForm,
    PolicyForm,
)
from desk.forms.base import Said
from desk.pages.admin.forecasts import forecast_of, preview, rates_of
from desk.pages.admin.shelf import (
    current_first,
    done,
    found_by_slug,
    reads_or_sends,
    shelve,
)
from desk.rungs import tell_rungs
from tickets.escalation.actions.ladders import archive_ladder, revise_ladder, write_ladder
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS, PAUSE_S
from tickets.sla import policies as sla
from tickets.sla.forecast_move import forecast_move
from tickets.sla.models import FORTY_EIGHT_HOURS, Policy, PolicyVersion
from tickets.sla.statutes import BY_SLUG, STATUTES
from tickets.sla.targets import usual_pauses, usual_reminders
from tickets.work.actions.move_policy import confirm_move
from tickets.work.models import PolicyMove


@require_safe
@admins_write
def policies(request: HttpRequest) -> HttpResponse:
    rows = PolicyVersion.objects.order_by("policy", "-version").distinct("policy")
    newest = list(rows.select_related("policy", "calendar__calendar"))
    newest.sort(key=lambda version: current_first(version.policy))
    return shelve(request, "policies/list", {"rows": newest})


@reads_or_sends
@admins_write
def new_policy(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> PolicyVersion:
        given = sla.Given(**{name: said.pop(name) for name in sla.GIVEN})  # type: ignore[typeddict-item]
        return sla.write_policy(**said, targets=given, by=caller(request), now=moment())

    usual: dict[str, Any] = {
        "follow_up_s": FORTY_EIGHT_HOURS,
        "variants": [],
        "pauses": usual_pauses(),
        "reminders": usual_reminders(),
    }
    if statute := BY_SLUG.get(request.GET.get("law", "")):
        usual |= {"slug": statute.slug, "name": statute.name, "law": statute.law}
        usual |= statute.targets
    form = NewPolicyForm.of(request, initial=usual)
    if "foresee" in request.POST:
        return shelve(request, "policies/edit", preview(form), form=form)
    if form.carries_out(write):
        return done(request, "admin-policy", form.result.policy.slug)
    return shelve(request, "policies/edit", {"statutes": STATUTES}, form=form)


@reads_or_sends
@admins_write
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Policy, slug)
    versions = list(found.versions.select_related("calendar__calendar").order_by("-version"))
    kept = versions[0].calendar
    about = {name: getattr(versions[0], name) for name in sla.GIVEN}
    about |= {"name": found.name, "law": found.law, "calendar": kept.calendar.slug if kept else ""}
    form = PolicyForm.of(request, initial=about)
    context = {"row": found, "versions": versions}
    if "foresee" in request.POST:
        return shelve(request, "policies/edit", {**context, **preview(form)}, form=form)
    if form.carries_out(
        lambda said: sla.revise_policy(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-policy", slug)
    context |= _running(versions[0])
    context |= forecast_of(versions[0]) | rates_of(found, caller(request))
    return shelve(request, "policies/edit", context, form=form)


def _running(newest: PolicyVersion) -> dict[str, Any]:
    """What runs under earlier versions; nothing is asked of a policy that has none."""
    if newest.version == 1:
        return {}
    return {
        "newest": newest,
        "outlook": forecast_move(newest, now=moment()),
        "confirmed": PolicyMove.objects.filter(version=newest).first(),
    }


@reads_or_sends
@admins_write
def move_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The version that the page told of, or nothing: 409 where it is the newest no more."""
    found = found_by_slug(Policy, slug)
    if request.method == "POST":
        form = MoveForm.of(request)
        if not form.carries_out(
            lambda said: confirm_move(found, by=caller(request), now=moment(), **said)
        ):
            messages.error(request, " ".join(map(str, form.non_field_errors())) or _("Try again."))
    return see("admin-policy", slug)


@require_POST
@admins_write
def archive_policy(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_policy(found_by_slug(Policy, slug), now=moment())
    return done(request, "admin-policies")


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
        return write_ladder(**said, group=group, now=moment())

    form = NewLadderForm.of(request, initial={"rungs": DEFAULT_RUNGS, "pause_s": PAUSE_S})
    if form.carries_out(write):
        return done(request, "admin-ladders")
    return shelve(request, "ladders/edit", {}, form=form)


@reads_or_sends
@admins_write
def ladder(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Ladder, slug)
    about = {name: getattr(found, name) for name in LadderForm.base_fields}
    form = LadderForm.of(request, initial=about)
    if form.carries_out(lambda said: revise_ladder(found, said, now=moment())):
        return done(request, "admin-ladder", slug)
    shown = {"row": found, "told_rungs": tell_rungs(found)}
    return shelve(request, "ladders/edit", shown, form=form)


@require_POST
@admins_write
def archive_a_ladder(request: HttpRequest, slug: str) -> SeeOther:
    archive_ladder(found_by_slug(Ladder, slug), now=moment())
    return done(request, "admin-ladders")
