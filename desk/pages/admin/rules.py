"""The rules, in the order in which they are asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see
from desk.pages.admin.rule import versions_of
from desk.pages.admin.shelf import done, shelve
from desk.rule_telling import Names, rule_in_words
from tickets.rules.actions import archive_rule, reorder_rules
from tickets.rules.models import RuleVersion


@require_safe
@admins_write
def rules(request: HttpRequest) -> HttpResponse:
    newest = RuleVersion.objects.newest().select_related("rule", "written_by")
    current = RuleVersion.objects.current().select_related("rule", "written_by")
    names = Names.read()
    told = [(row, rule_in_words(row.when, row.then, names)) for row in current]
    archived = newest.filter(archived=True).order_by("-written_at")
    return shelve(request, "rules/list", {"told": told, "archived": archived})


@require_POST
@admins_write
def archive(request: HttpRequest, pk: int) -> SeeOther:
    archive_rule(versions_of(pk)[0].rule, by=caller(request), now=moment())
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


@require_POST
@admins_write
def reorder(request: HttpRequest) -> SeeOther:
    """All of them as they were drawn; where somebody wrote or archived one meanwhile, nothing
    moves, and the list is shown as it is now."""
    said = request.POST.get("rules", "").split(",")
    ids = [int(one) for one in said if one.isascii() and one.isdigit() and len(one) < 18]
    try:
        reorder_rules(ids, by=caller(request), now=moment())
    except Refused:
        messages.warning(request, _("The list was changed meanwhile; this is how it stands now."))
        return see("admin-rules")
    return done(request, "admin-rules")
