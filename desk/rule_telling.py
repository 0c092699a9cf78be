"""A rule as a sentence, and what changed between two of its versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AccessGroup
from cxloop.kernel.errors import Refused
from desk.rule_words import (
    ASSIGN,
    FACT,
    NO_FIELDS,
    PHRASE,
    fact_of_field,
    fact_word,
    value_word,
)
from desk.standing import label_of
from desk.words import said_as
from tickets.rules.conditions import compile_condition
from tickets.rules.facts import fact_named
from tickets.rules.models import RuleVersion
from tickets.rules.results import STANDARD_POLICY
from tickets.sla.models import Policy
from tickets.work.models import TicketField

MOST_LISTED = 12

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What groups and policies are called, by their slugs; and the fields of this house, by the
    fact that a rule asks for them."""

    groups: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Names":
        return cls(
            dict(AccessGroup.objects.values_list("slug", "name")),
            dict(Policy.objects.values_list("slug", "name")),
            {
                fact_of_field(one): label_of(one)
                for one in TicketField.objects.filled_from_context()
            },
        )


def rule_in_words(when: Any, then: Json, names: Names) -> str:
    """Blank where the condition is not one, yet."""
    try:
        compile_condition(when)
    except Refused:
        return ""
    result = result_in_words(then, names)
    if "always" in when:
        return _("Whatever was said: %(result)s.") % {"result": result}
    said = {"condition": condition_in_words(when, names.fields), "result": result}
    return _("When %(condition)s: %(result)s.") % said


def condition_in_words(tree: Any, fields: Mapping[str, str] = NO_FIELDS) -> str:
    """Of one that compiles."""
    if "fact" in tree:
        return _leaf(tree, fields)
    if "always" in tree:
        return _("whatever was said")
    if "all" in tree:
        return _(" and ").join(_within(part, fields) for part in tree["all"])
    if "any" in tree:
        return _(" or ").join(_within(part, fields) for part in tree["any"])
    return _("not (%(condition)s)") % {"condition": condition_in_words(tree["not"], fields)}


def _within(tree: Any, fields: Mapping[str, str]) -> str:
    """A part that has parts of its own stands in brackets."""
    inner = tree.get("all") or tree.get("any") or []
    said = condition_in_words(tree, fields)
    return f"({said})" if len(inner) > 1 else said


def _leaf(tree: Json, fields: Mapping[str, str]) -> str:
    fact, op = fact_word(tree["fact"], tree.get("days"), fields), tree["op"]
    if op == "eq" and isinstance(tree["value"], bool) and tree["fact"] in FACT:
        return fact if tree["value"] else _("not (%(condition)s)") % {"condition": fact}
    return str(PHRASE[op]) % {"fact": fact, "value": _values(tree)}


def _values(tree: Json) -> str:
    fact, value = fact_named(tree["fact"]), tree.get("value")
    if not isinstance(value, list):
        return value_word(fact, value)
    if tree["op"] == "between":
        return _("%(least)s and %(most)s") % {"least": value[0], "most": value[1]}
    return _listed([value_word(fact, one) for one in value])


def _listed(words: Sequence[str]) -> str:
    more = len(words) - MOST_LISTED
    shown = ", ".join(words[:MOST_LISTED])
    return (
        _("%(shown)s and %(number)s more") % {"shown": shown, "number": more} if more > 0 else shown
    )


def result_in_words(then: Json, names: Names) -> str:
    if not then.get("ticket"):
        return _("no ticket (%(reason)s)") % {"reason": str(then.get("reason", "")).rstrip(".")}
    parts = [_("open a ticket in %(group)s") % {"group": _named(then.get("group"), names.groups)}]
    return ", ".join([*parts, *_details(then, names)])


def _details(then: Json, names: Names) -> Iterable[str]:
    """Of a ticket, what is not as it always is."""
    priority, policy = then.get("priority", "normal"), then.get("policy", STANDARD_POLICY)
    assign = then.get("assign", "none")
    yield _("priority %(word)s") % {"word": said_as(priority, "priority")}
    if policy != STANDARD_POLICY:
        yield _("policy %(name)s") % {"name": _named(policy, names.policies)}
    if assign != "none":
        yield _("given to %(whom)s") % {"whom": ASSIGN.get(assign, assign)}
    if tags := then.get("tags"):
        yield _("tagged %(tags)s") % {"tags": _listed(list(tags))}
    if then.get("acknowledge"):
        yield _("the customer is told that we have it")


def _named(slug: Any, names: Mapping[str, str]) -> str:
    return names.get(str(slug), str(slug or "?"))


def changes_between(before: RuleVersion | None, after: RuleVersion, names: Names) -> list[str]:
    """In words, what the later version changed."""
    if before is None:
        return [_("The rule was written.")]
    lines = []
    if after.archived != before.archived:
        lines.append(_("Archived.") if after.archived else _("Brought back."))
    if after.name != before.name:
        named = {"before": before.name, "after": after.name}
        lines.append(_("Name: “%(before)s” became “%(after)s”.") % named)
    if after.order != before.order:
        lines.append(_("Moved up.") if after.order < before.order else _("Moved down."))
    if after.when != before.when:
        both = (condition_in_words(one.when, names.fields) for one in (before, after))
        lines.append(_became(_("Condition"), *both))
    return lines + list(_changed_results(before.then, after.then, names))


def _changed_results(before: Json, after: Json, names: Names) -> Iterable[str]:
    if bool(before.get("ticket")) != bool(after.get("ticket")):
        yield _became(_("Result"), *(result_in_words(one, names) for one in (before, after)))
        return
    was, is_now = _by_field(before, names), _by_field(after, names)
    for label in was:
        if was[label] != is_now[label]:
            yield _became(label, was[label], is_now[label])


def _by_field(then: Json, names: Names) -> dict[str, str]:
    if not then.get("ticket"):
        return {_("Reason"): str(then.get("reason", ""))}
    assign = then.get("assign", "none")
    return {
        _("Group"): _named(then.get("group"), names.groups),
        _("Priority"): said_as(then.get("priority", "normal"), "priority"),
        _("Policy"): _named(then.get("policy", STANDARD_POLICY), names.policies),
        _("Given to"): str(ASSIGN.get(assign, assign)),
        _("Tags"): _listed(list(then.get("tags") or ())) or _("none"),
        _("The customer is told"): _("yes") if then.get("acknowledge") else _("no"),
    }


def _became(label: str, before: str, after: str) -> str:
    said = {"label": label, "before": before, "after": after}
    return _("%(label)s: %(before)s → %(after)s") % said


@dataclass(frozen=True)
class Past:
    """One version with what it changed."""

    version: RuleVersion
    changes: list[str]
    sentence: str


def history_of(versions: Sequence[RuleVersion], names: Names) -> list[Past]:
    """`versions` newest first."""
    earlier = [*versions[1:], None]
    return [
        Past(row, changes_between(before, row, names), rule_in_words(row.when, row.then, names))
        for row, before in zip(versions, earlier, strict=False)
    ]
