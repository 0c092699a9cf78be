"""Everything that can happen to a rule. Each act writes a version; none is ever changed."""

import json
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from accounts.actions import archive_group
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Refused
from tickets.rules.drafts import FIELDS, Draft, read_draft
from tickets.rules.models import Rule, RuleVersion

STEP = 10


@transaction.atomic
def write_rule(
    raw: Any, *, known_policies: Container[str], by: User | None, now: datetime
) -> RuleVersion:
    """A new rule, at the end where it names no order. Raises Refused with pointers."""
    _one_writer_at_a_time()
    draft = check_draft(raw, known_policies=known_policies)
    rule = Rule.objects.create(order=draft.order, name=draft.name, version=0, created_at=now)
    return _write_version(rule, draft, by=by, now=now)


@transaction.atomic
def revise_rule(
    rule: Rule,
    changes: Any,
    *,
    known_policies: Container[str],
    by: User | None,
    now: datetime,
) -> RuleVersion:
    """Only what is named changes; the same again writes nothing. Raises Refused, or Conflict
    where the rule is archived."""
    _one_writer_at_a_time()
    latest = _latest(rule)
    if latest.archived:
        raise Conflict("An archived rule cannot be changed.", code="archived")
    before = {name: getattr(latest, name) for name in FIELDS}
    draft = check_draft(_changed(before, changes), known_policies=known_policies)
    if _same(_as_written(draft), before):
        return latest
    return _write_version(latest.rule, draft, by=by, now=now)


@transaction.atomic
def archive_rule(rule: Rule, *, by: User | None, now: datetime) -> RuleVersion:
    """It judges no more; what it decided stays. Again is no error and writes nothing."""
    _one_writer_at_a_time()
    latest = _latest(rule)
    if latest.archived:
        return latest
    Rule.objects.filter(pk=rule.pk).update(archived_at=now)
    return _follow(latest, archived=True, by=by, now=now)


@transaction.atomic
def take_up(
    version: RuleVersion, *, known_policies: Container[str], by: User | None, now: datetime
) -> RuleVersion:
    """What an earlier version said holds again, at the place that the rule has now; one that was
    archived judges again. Raises Refused where what it names is there no more."""
    _one_writer_at_a_time()
    latest = _latest(version.rule)
    before = {name: getattr(latest, name) for name in FIELDS}
    said = {name: getattr(version, name) for name in ("name", "when", "then")}
    draft = check_draft(before | said, known_policies=known_policies)
    if not latest.archived and _same(_as_written(draft), before):
        return latest
    Rule.objects.filter(pk=latest.rule_id).update(archived_at=None)
    return _write_version(latest.rule, draft, by=by, now=now)


@transaction.atomic
def reorder_rules(ids: Sequence[int], *, by: User | None, now: datetime) -> None:
    """All current rules, in the order they shall be asked. Raises Refused for any other list."""
    _one_writer_at_a_time()
    latest = {row.rule_id: row for row in RuleVersion.objects.current().select_related("rule")}
    if sorted(ids) != sorted(latest):
        raise Refused.at("/rules", "not_all", "the ids of all current rules are wanted, each once")
    for place, rule_id in enumerate(ids, start=1):
        if latest[rule_id].order != place * STEP:
            _follow(latest[rule_id], order=place * STEP, by=by, now=now)


@transaction.atomic
def archive_unnamed_group(*, group: AccessGroup, now: datetime, by: User | None = None) -> None:
    """Offered no more for new work. Raises Conflict `in_use` while a rule opens tickets there."""
    _one_writer_at_a_time()
    leading = RuleVersion.objects.current().filter(then__ticket=True, then__group=group.slug)
    if names := list(leading.values_list("name", flat=True)):
        said = f"Rules open tickets there: {', '.join(names)}. Change or archive them first."
        raise Conflict(said, code="in_use", names=names)
    archive_group(group=group, now=now, by=by)


def check_draft(raw: Any, *, known_policies: Container[str]) -> Draft:
    """What a saved rule must be, checked without saving. Raises Refused with pointers."""
    groups = set(AccessGroup.objects.current().values_list("slug", flat=True))
    if isinstance(raw, dict) and "order" not in raw:
        raw = raw | {"order": _next_order()}
    return read_draft(raw, groups=groups, policies=known_policies)


def _one_writer_at_a_time() -> None:
    """Versions must commit in the order of their numbers: readers tell by the newest number
    whether what they keep is stale. Readers themselves never wait for this lock."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE rules_rule IN SHARE ROW EXCLUSIVE MODE")


def _latest(rule: Rule) -> RuleVersion:
    return RuleVersion.objects.newest().select_related("rule").get(rule=rule)


def _next_order() -> int:
    last = Rule.objects.current().aggregate(last=Max("order"))["last"] or 0
    return int(last) + STEP


def _changed(before: dict[str, Any], changes: Any) -> dict[str, Any]:
    if not isinstance(changes, dict):
        raise Refused.at("", "wrong_type", "an object is wanted here")
    return before | changes


def _same(written: dict[str, Any], before: dict[str, Any]) -> bool:
    """As JSON, since Python holds true and 1 to be equal."""
    return json.dumps(written, sort_keys=True) == json.dumps(before, sort_keys=True)


def _as_written(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "order": draft.order,
        "when": draft.when,
        "then": draft.then.as_json(),
    }


def _write_version(rule: Rule, draft: Draft, *, by: User | None, now: datetime) -> RuleVersion:
    return _append(rule, _as_written(draft) | {"archived": False}, by=by, now=now)


def _follow(latest: RuleVersion, *, by: User | None, now: datetime, **changed: Any) -> RuleVersion:
    kept = {name: getattr(latest, name) for name in (*FIELDS, "archived")}
    return _append(latest.rule, kept | changed, by=by, now=now)


def _append(rule: Rule, written: dict[str, Any], *, by: User | None, now: datetime) -> RuleVersion:
    rule.order, rule.name, rule.version = written["order"], written["name"], rule.version + 1
    rule.save(update_fields=["order", "name", "version"])
    return RuleVersion.objects.create(
        rule=rule, version=rule.version, written_at=now, written_by=by, **written
    )
