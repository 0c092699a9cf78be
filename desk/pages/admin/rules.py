"""The rules, in the order in which they are asked."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.admin import RuleForm
from desk.forms.base import Said
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from tickets.rules.actions import archive_rule, check_draft, reorder_rules, revise_rule, write_rule
from tickets.rules.models import Rule, RuleVersion
from tickets.rules.rehearsal import rehearse
from tickets.sla.models import Policy

DAYS = 30
EMPTY = {
    "when": {"all": [{"fact": "score.class", "op": "in", "value": ["negative"]}]},
    "then": {"ticket": True, "group": "", "priority": "normal", "policy": "standard"},
}


@require_safe
@admins_write
def rules(request: HttpRequest) -> HttpResponse:
    rows = RuleVersion.objects.newest().select_related("rule")
    return shelve(
        request,
        "rules/list",
        {
            "current": RuleVersion.objects.current().select_related("rule"),
            "archived": rows.filter(archived=True).order_by("-written_at"),
        },
    )


@reads_or_sends
@admins_write
def new_rule(request: HttpRequest) -> HttpResponse:
    form = RuleForm.of(request, initial=EMPTY)
    if "rehearse" in request.POST:
        return _rehearsed(request, form, None)
    if form.carries_out(lambda said: _write(said, caller(request))):
        return done(request, "admin-rules")
    return shelve(request, "rules/edit", {}, form=form)


@reads_or_sends
@admins_write
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    versions = _versions(pk)
    newest = versions[0]
    about = {name: getattr(newest, name) for name in RuleForm.base_fields}
    form = RuleForm.of(request, initial=about)
    if "rehearse" in request.POST:
        return _rehearsed(request, form, versions)
    if form.carries_out(lambda said: revise_rule(newest.rule, said, **_writing(caller(request)))):
        return done(request, "admin-rule", pk)
    return shelve(request, "rules/edit", {"versions": versions}, form=form)


@require_POST
@admins_write
def archive(request: HttpRequest, pk: int) -> SeeOther:
    archive_rule(_versions(pk)[0].rule, by=caller(request), now=moment())
    return done(request, "admin-rules")


@require_POST
@admins_write
def move(request: HttpRequest, pk: int) -> SeeOther:
    """One place up or down; at the end of the list nothing moves."""
    ids = list(RuleVersion.objects.current().values_list("rule", flat=True))
    if pk not in ids:
        raise NotHere()
    place = ids.index(pk)
    other = place + (1 if request.POST.get("way") == "down" else -1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        reorder_rules(ids, by=caller(request), now=moment())
    return done(request, "admin-rules")


def _versions(pk: int) -> list[RuleVersion]:
    rows: QuerySet[RuleVersion] = RuleVersion.objects.filter(rule=pk)
    found = list(rows.select_related("rule", "written_by").order_by("-version"))
    if not found:
        raise NotHere()
    return found


def _known_policies() -> set[str]:
    return set(Policy.objects.current().values_list("slug", flat=True))


def _writing(person: User) -> dict[str, Any]:
    return {"known_policies": _known_policies(), "by": person, "now": moment()}


def _write(said: Said, person: User) -> RuleVersion:
    return write_rule(said, **_writing(person))


def _rehearsed(
    request: HttpRequest, form: RuleForm, versions: list[RuleVersion] | None
) -> HttpResponse:
    """The draft over past feedback; nothing is written."""
    rule = versions[0].rule if versions else None
    found = form.result if form.carries_out(lambda said: _rehearse(said, rule)) else None
    if found:
        losers = Rule.objects.in_bulk([one["rule"] for one in found["taken_from"]])
        taken = [(losers[one["rule"]], one["count"]) for one in found["taken_from"]]
        found = {**found, "taken_from": taken}
    context = {"versions": versions, "rehearsed": found, "days": DAYS}
    return shelve(request, "rules/edit", context, form=form)


def _rehearse(said: Said, rule: Rule | None) -> dict[str, Any]:
    order = {"order": rule.order} if rule else {}
    draft = check_draft({**said, **order}, known_policies=_known_policies())
    return rehearse(draft, days=DAYS, now=moment(), instead_of=rule.pk if rule else None)
