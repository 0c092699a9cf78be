"""What is said of a problem in the words of a form or a body, as the columns it becomes."""

from collections.abc import Mapping
from typing import Any

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Forbidden, Refused
from tickets.problems.door import must_work_tickets
from tickets.problems.models import Problem
from tickets.work.models import RootCause


def facts_from(
    person: User, said: Mapping[str, Any], problem: Problem | None = None
) -> dict[str, Any]:
    """Raises Refused for what there is not, as far as this person sees, and Forbidden where they
    may not open one for the group that it would go to."""
    facts = dict(said)
    if "root_cause" in said:
        facts["root_cause"] = _root_cause(said["root_cause"])
    if "group" in said:
        facts["group"] = _group(person, said["group"], problem)
        if problem and facts["group"] != problem.group:
            may_open_for(person, facts["group"])
    if "owner" in said:
        facts["owner"] = _person(said["owner"])
    return facts


def may_open_for(person: User, group: AccessGroup | None) -> None:
    """Who works in the group; for the whole house who works anywhere. Raises Forbidden."""
    must_work_tickets(person)
    workable = AccessGroup.objects.workable_by(person)
    if group is not None and not workable.filter(pk=group.pk).exists():
        raise Forbidden("You may read problems, not open one or put tickets into it.")


def _root_cause(slug: str) -> RootCause:
    found = RootCause.objects.filter(slug=slug, archived_at=None).first()
    if found is None:
        raise Refused.at("/root_cause", "unknown_root_cause", "There is no such root cause.")
    return found


def _group(person: User, slug: str | None, problem: Problem | None) -> AccessGroup | None:
    """One that it has already may stay, archived or not."""
    if not slug:
        return None
    if problem and problem.group and problem.group.slug == slug:
        return problem.group
    seen = AccessGroup.objects.visible_to(person).current()
    found = seen.filter(slug=slug).first()
    if found is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    return found


def _person(number: int) -> User:
    found = User.objects.filter(pk=number).first()
    if found is None:
        raise Refused.at("/owner", "cannot_own", "Somebody active who sees the problem.")
    return found
