"""The frame of every admin page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cxloop.kernel.errors import NotHere
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see, show
from desk.forms.base import DeskForm
from desk.quarantine import waiting_for

SECTIONS = (
    ("rules", gettext_lazy("Rules")),
    ("policies", gettext_lazy("Policies")),
    ("calendars", gettext_lazy("Calendars")),
    ("ladders", gettext_lazy("Ladders")),
    ("letters", gettext_lazy("Letters")),
    ("groups", gettext_lazy("Access groups")),
    ("access", gettext_lazy("Who sees what")),
    ("people", gettext_lazy("People")),
    ("sources", gettext_lazy("Sources")),
    ("fields", gettext_lazy("Fields")),
    ("causes", gettext_lazy("Root causes")),
    ("failures", gettext_lazy("What can fail")),
    ("playbooks", gettext_lazy("Playbooks")),
    ("limits", gettext_lazy("Gesture limits")),
    ("budgets", gettext_lazy("Budgets")),
)

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


def shelve(
    request: HttpRequest, page: str, context: dict[str, Any], *, form: DeskForm | None = None
) -> HttpResponse:
    """`page` is a template of a section: rules/list."""
    section, _, _ = page.partition("/")
    frame = {
        "room": "admin",
        "section": section,
        "sections": SECTIONS,
        "may_write": caller(request).is_admin,
        "in_quarantine": waiting_for(caller(request)),
    }
    return show(request, f"admin/{page}.html", {**frame, **context}, form=form)


def wants_json(request: HttpRequest, name: str) -> bool:
    """Whether somebody writes by hand what is else a table of fields: `name` holds it then."""
    return name in request.POST or request.GET.get("as") == "json"


def done(request: HttpRequest, to: str, *args: Any) -> SeeOther:
    messages.success(request, _("Done."))
    return see(to, *args)


@require_safe
@admins_write
def entrance(request: HttpRequest) -> SeeOther:
    return see("admin-rules")


def found_by_slug(model: type[Any], slug: str) -> Any:
    row = model.objects.filter(slug=slug).first()
    if row is None:
        raise NotHere()
    return row


def version_of(row: Any, number: int) -> Any:
    version = row.versions.filter(version=number).first()
    if version is None:
        raise NotHere()
    return version


def current_first(row: Any) -> tuple[bool, str]:
    """How lists of what may be archived are sorted."""
    return bool(row.archived_at), row.name
