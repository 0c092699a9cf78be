"""Policies: what is promised to a customer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see
from desk.forms.admin import VersionForm
from desk.forms.base import Said
from desk.forms.policies import NEVER_PAUSED, NewPolicyForm, PolicyForm
from desk.pages.admin.forecasts import forecast_of, preview, rates_of
from desk.pages.admin.shelf import (
    current_first,
    done,
    found_by_slug,
    reads_or_sends,
    shelve,
    version_of,
)
from desk.policy_words import promised_by, versions_of
from tickets.sla import policies as sla
from tickets.sla.forecast_move import forecast_move
from tickets.sla.models import FORTY_EIGHT_HOURS, Policy, PolicyVersion
from tickets.sla.statutes import BY_SLUG, STATUTES
from tickets.sla.targets import TARGET_OF, usual_pauses, usual_reminders
from tickets.work.actions.move_policy import confirm_move
from tickets.work.models import PolicyMove

USUALLY_REOPENS_FOR = 30 * 86_400
USUALLY_AGAIN_WITHIN = 90 * 86_400

FRAME = {"clocks": tuple(TARGET_OF), "never_paused": NEVER_PAUSED}


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

    form = NewPolicyForm.of(request, initial=_usual(request.GET.get("law", "")))
    if "foresee" in request.POST:
        return shelve(request, "policies/edit", {**FRAME, **preview(form)}, form=form)
    if form.carries_out(write):
        return done(request, "admin-policy", form.result.policy.slug)
    return shelve(request, "policies/edit", {**FRAME, "statutes": STATUTES}, form=form)


def _usual(law: str) -> Said:
    """From which a policy begins: the 48 hours, or what a law says."""
    usual: Said = {"follow_up_s": FORTY_EIGHT_HOURS, "reminders": usual_reminders()}
    usual["reopens_for_s"] = USUALLY_REOPENS_FOR
    usual["again_within_s"] = USUALLY_AGAIN_WITHIN
    usual |= PolicyForm.stopping(usual_pauses())
    if statute := BY_SLUG.get(law):
        usual |= {"slug": statute.slug, "name": statute.name, "law": statute.law}
        usual |= statute.targets
    return usual


@reads_or_sends
@admins_write
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    found = found_by_slug(Policy, slug)
    versions = versions_of(found)
    newest = versions[0].row
    kept = newest.calendar.calendar.slug if newest.calendar else ""
    about = {"name": found.name, "law": found.law, "calendar": kept}
    form = PolicyForm.of(request, initial=PolicyForm.about(newest) | about)
    context = {**FRAME, "row": found, "versions": versions, "promised": promised_by(newest)}
    if "foresee" in request.POST:
        return shelve(request, "policies/edit", {**context, **preview(form)}, form=form)
    if form.carries_out(
        lambda said: sla.revise_policy(found, said, by=caller(request), now=moment())
    ):
        return done(request, "admin-policy", slug)
    context |= _running(newest)
    context |= forecast_of(newest) | rates_of(found, caller(request))
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
        form = VersionForm.of(request)
        if not form.carries_out(
            lambda said: confirm_move(found, by=caller(request), now=moment(), **said)
        ):
            messages.error(request, " ".join(map(str, form.non_field_errors())) or _("Try again."))
    return see("admin-policy", slug)


@require_POST
@admins_write
def take_up_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """What an earlier version said the next one says; of its calendar the hours of today."""
    found = found_by_slug(Policy, slug)

    def take_up(said: Said) -> PolicyVersion:
        kept: PolicyVersion = version_of(found, said["version"])
        changes = {name: getattr(kept, name) for name in sla.GIVEN}
        changes["calendar"] = kept.calendar.calendar.slug if kept.calendar else None
        return sla.revise_policy(found, changes, by=caller(request), now=moment())

    form = VersionForm.of(request)
    if form.carries_out(take_up):
        return done(request, "admin-policy", slug)
    messages.error(request, form.said or _("Try again."))
    return see("admin-policy", slug)


@require_POST
@admins_write
def archive_policy(request: HttpRequest, slug: str) -> SeeOther:
    sla.archive_policy(found_by_slug(Policy, slug), now=moment())
    return done(request, "admin-policies")
