"""One rule: its fields, its JSON, a rehearsal, its versions and what it decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.base import Said
from desk.forms.rules import RuleFields, RuleForm, fields_of, sends_fields
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from desk.paging import page_of
from desk.rehearsing import DAYS, Rehearsed, rehearse_on
from desk.rule_telling import Names, history_of, rule_in_words
from desk.rule_words import FACT, SHELVES
from tickets.rules.actions import check_draft, revise_rule, take_up, write_rule
from tickets.rules.conditions import compile_condition
from tickets.rules.models import RuleVersion
from tickets.sla.models import Policy
from tickets.work.shown import verdicts_of

Editor = RuleFields | RuleForm
MOST_VERSIONS = 50


@reads_or_sends
@admins_write
def new_rule(request: HttpRequest) -> HttpResponse:
    return _edit(request, [])


@reads_or_sends
@admins_write
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, versions_of(pk))


@require_POST
@admins_write
def take_up_version(request: HttpRequest, pk: int, number: int) -> SeeOther:
    take_up(_version(pk, number), **_writing(caller(request)))
    return done(request, "admin-rule", pk)


@require_safe
@admins_write
def runs(request: HttpRequest, pk: int) -> HttpResponse:
    """What one version decided last; each version has its own stretch of the index."""
    versions = versions_of(pk)
    chosen = _chosen(request, versions)
    rows = verdicts_of(chosen, caller(request))
    context = {
        "versions": versions[:MOST_VERSIONS],
        "chosen": chosen,
        "page": page_of(rows, request, order="-at"),
    }
    return shelve(request, "rules/runs", context)


def _chosen(request: HttpRequest, versions: list[RuleVersion]) -> RuleVersion:
    """The one that is asked for; else the newest that has decided anything."""
    if said := request.GET.get("version"):
        is_number = said.isascii() and said.isdigit() and len(said) < 10
        return _version(versions[0].rule_id, int(said) if is_number else 0)
    seen = (row for row in versions[:MOST_VERSIONS] if verdicts_of(row, None).exists())
    return next(seen, versions[0])


def versions_of(pk: int) -> list[RuleVersion]:
    """Newest first, and one more than is shown, to say what the last one changed."""
    rows = RuleVersion.objects.filter(rule=pk).select_related("rule", "written_by")
    found = list(rows.order_by("-version")[: MOST_VERSIONS + 1])
    if not found:
        raise NotHere()
    return found


def _version(pk: int, number: int) -> RuleVersion:
    rows = RuleVersion.objects.filter(rule=pk, version=number)
    found = rows.select_related("rule", "written_by").first()
    if found is None:
        raise NotHere()
    return found


def _edit(request: HttpRequest, versions: list[RuleVersion]) -> HttpResponse:
    newest, do = versions[0] if versions else None, request.POST.get("do", "")
    form = _form(request, newest, do)
    stored = newest.when if newest else None
    if "rehearse" in request.POST:
        form.carries_out(lambda said: _rehearse(form.rule(said, stored), newest, request))
    elif not do and form.carries_out(lambda said: _keep(form.rule(said, stored), newest, request)):
        return (
            done(request, "admin-rule", newest.rule_id) if newest else done(request, "admin-rules")
        )
    return _shown(request, versions, form)


def _form(request: HttpRequest, newest: RuleVersion | None, do: str) -> Editor:
    """What is typed next: `do` arranges the fields, or turns from one way of writing to the
    other."""
    if request.method != "POST":
        return _first(request, newest)
    if not sends_fields(request):
        form = RuleForm.of(request)
        return (_turned(form) or form) if do == "as-fields" else form
    if not do:
        return RuleFields.of(request)
    arranged = RuleFields.arranged(request.POST)
    return RuleForm(initial=arranged.as_typed()) if do == "as-json" else arranged


def _first(request: HttpRequest, newest: RuleVersion | None) -> Editor:
    if newest is None:
        return RuleFields.empty()
    said = {"name": newest.name, "when": newest.when, "then": newest.then}
    return fields_of(**said) or RuleForm(initial=said)


def _turned(form: RuleForm) -> RuleFields | None:
    """The fields of what was written as JSON; None where it cannot be read as a rule, of which the
    form then says why, or where the fields would lose some of it."""

    def read(said: Said) -> RuleFields | None:
        compile_condition(said["when"], at="/when")
        if not isinstance(said["then"], dict):
            raise Refused.at("/then", "wrong_type", "an object is wanted here")
        return fields_of(**said)

    if not form.carries_out(read):
        return None
    found: RuleFields | None = form.result
    if found is None:
        form.add_error(None, _("The fields cannot show all of this; it stays as JSON."))
    return found


def _keep(said: Said, newest: RuleVersion | None, request: HttpRequest) -> RuleVersion:
    writing = _writing(caller(request))
    return revise_rule(newest.rule, said, **writing) if newest else write_rule(said, **writing)


def _rehearse(said: Said, newest: RuleVersion | None, request: HttpRequest) -> Rehearsed:
    order = {"order": newest.order} if newest else {}
    draft = check_draft({**said, **order}, known_policies=_known_policies())
    rule = newest.rule_id if newest else None
    return rehearse_on(draft, request.POST["rehearse"], now=moment(), instead_of=rule)


def _shown(request: HttpRequest, versions: list[RuleVersion], form: Editor) -> HttpResponse:
    names = Names.read()
    context: dict[str, Any] = {
        "versions": versions,
        "history": history_of(versions, names)[:MOST_VERSIONS],
        "rehearsed": form.result if isinstance(form.result, Rehearsed) else None,
        "days": DAYS,
        "facts": _offered_facts(names),
        "own_facts": names.fields,
        "sentence": _sentence(form, names),
    }
    return shelve(request, "rules/edit", context, form=form)


def _sentence(form: Editor, names: Names) -> str:
    if isinstance(form, RuleFields):
        said = form.as_typed()
        return rule_in_words(said["when"], said["then"], names)
    return ""


def _offered_facts(names: Names) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The fields of this house first: they are called what everybody calls them."""
    own = [(_("Fields"), list(names.fields.items()))] if names.fields else []
    return own + [(shelf, [(name, FACT[name]) for name in known]) for shelf, known in SHELVES]


def _known_policies() -> set[str]:
    return set(Policy.objects.current().values_list("slug", flat=True))


def _writing(person: User) -> dict[str, Any]:
    return {"known_policies": _known_policies(), "by": person, "now": moment()}
