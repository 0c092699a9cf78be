"""History keeps the names and slugs of then; it is shown with the names of now."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Value

from accounts.models import AccessGroup
from tickets.escalation.models import Ladder
from tickets.recovery.models import FailureType
from tickets.sla.models import Policy
from tickets.work.models import Mention, RootCause, TimelineEntry

Reason = dict[str, Any]
Slug = tuple[str, str]  # what it is of, and itself

# Where a reason has slugs, and of what. Tags are changed under "added" and "removed" as well.
_GROUPS = dict.fromkeys(
    ("handed_over", "sent_back", "handover_taken_back", "accepted", "not_accepted"), ("from", "to")
) | {"shared": ("added", "removed", "to_note", "to_read")}
_ROWS: dict[str, QuerySet[Any]] = {
    "group": AccessGroup.objects.all(),
    "root_cause": RootCause.objects.all(),
    "ladder": Ladder.objects.all(),
    "policy": Policy.objects.all(),
    "type": FailureType.objects.all(),
}


def named_anew(entries: Sequence[TimelineEntry]) -> Sequence[TimelineEntry]:
    """The entries as they are to be shown. What is no longer there keeps its slug."""
    people, names = _mentioned(entries), dict[Slug, str]()
    for entry in entries:
        _renamed(entry, lambda slug: names.setdefault(slug, slug[1]))
    names |= _names(names)
    for entry in entries:
        entry.reason = _renamed(entry, lambda slug: names[slug])
        if entry.pk in people:
            entry.reason["mentioned"] = people[entry.pk]
    return entries


def _mentioned(entries: Sequence[TimelineEntry]) -> Mapping[int, list[Reason]]:
    numbers = [entry.pk for entry in entries if "mentioned" in entry.reason]
    people: dict[int, list[Reason]] = defaultdict(list)
    if numbers:
        rows = Mention.objects.filter(entry__in=numbers).select_related("user").order_by("pk")
        for row in rows:
            people[row.entry_id].append(row.user.brief())
    return people


def _names(wanted: Collection[Slug]) -> Mapping[Slug, str]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for what, slug in wanted:
        by_kind[what].append(slug)
    found = [
        _ROWS[what].filter(slug__in=slugs).values_list(Value(what), "slug", "name")
        for what, slugs in by_kind.items()
    ]
    rows = found[0].union(*found[1:]) if found else ()
    return {(what, slug): name for what, slug, name in rows}


def _renamed(entry: TimelineEntry, call: Callable[[Slug], str]) -> Reason:
    reason = dict(entry.reason)
    for name in _GROUPS.get(entry.kind, ()):
        if isinstance(said := reason.get(name), str):
            reason[name] = call(("group", said))
        elif said:
            reason[name] = [call(("group", slug)) for slug in said]
    if cause := reason.get("root_cause"):
        reason["root_cause"] = call(("root_cause", cause))
    if entry.kind == "recovery_changed" and (said := reason.get("type")):
        reason["type"] = call(("type", said))
    for what in ("ladder", "policy"):
        if isinstance(said := reason.get(what), dict) and "slug" in said:
            reason[what] = {**said, "slug": call((what, said["slug"]))}
    return reason
