"""What the rules in force do to tickets, as far as this room wants to tell of it."""

from typing import Any

from tickets.rules.models import RuleVersion


def rules_that_tag(tag: str) -> list[dict[str, Any]]:
    """In the order they are asked: tickets they open have this tag."""
    found = RuleVersion.objects.current().filter(then__tags__contains=[tag])
    return [{"id": rule, "name": name} for rule, name in found.values_list("rule", "name")]
