"""A problem in the words of the desk: what happened to it, and what its watch says."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.words import Words, said_as
from tickets.problems.models import ProblemEntry

FIELDS: Words = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "root_cause": gettext_lazy("Root cause"),
    "group": gettext_lazy("Group"),
    "owner": gettext_lazy("Owner"),
    "planned_for": gettext_lazy("Planned for"),
    "links": gettext_lazy("Links"),
    "gathers": gettext_lazy("Takes up tickets by itself"),
    "gathers_from": gettext_lazy("Tickets received from"),
}


def title_of(entry: ProblemEntry, *, whole: bool) -> str:
    """`whole`: whether who reads it sees all tickets that a watch counts."""
    reason = entry.reason
    if entry.kind == "changed":
        changed = ", ".join(str(FIELDS.get(name, name)) for name in reason.get("to", ()))
        return _("Changed: %(fields)s") % {"fields": changed}
    if entry.kind == "signal":
        return _signal(reason) if whole else _("The watch found that the fix does not hold")
    if entry.kind in ("put_in", "taken_out"):
        said = _("%(ref)s was put in") if entry.kind == "put_in" else _("%(ref)s was taken out")
        return said % {"ref": reason.get("ref")}
    if entry.kind == "fixed":
        return _("Fixed on %(day)s") % {"day": reason.get("fixed_on")}
    if entry.kind == "fix_planned" and reason.get("planned_for"):
        return _("A fix is planned for %(day)s") % {"day": reason["planned_for"]}
    return said_as(entry.kind, "problem_entry")


def _signal(reason: dict[str, Any]) -> str:
    said = _(
        "The fix does not hold: from %(start)s to %(end)s %(had)s of %(of)s new tickets had the "
        "cause, where more than %(most)s are a signal"
    )
    return said % reason
