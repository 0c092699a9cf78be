"""What a macro would do to a ticket: its acts, and its words with the gaps filled in."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Forbidden, NotHere, Refused
from tickets.work.filling import LANGUAGES, fill
from tickets.work.letters import can_answer, language_of
from tickets.work.lifecycle import MOVES
from tickets.work.models import PRIORITY_WORDS, Macro, Ticket

# In the order in which they are done: handing it over comes last, since who did it may not see the
# ticket any more.
ACTS: Final = ("tags", "priority", "assign", "text", "wait", "group")


def acts_of(macro: Macro) -> list[str]:
    does = {
        "tags": bool(macro.add_tags or macro.remove_tags),
        "priority": macro.priority is not None,
        "assign": macro.assign_me,
        "text": bool(macro.says),
        "wait": macro.wait_days is not None,
        "group": macro.hand_to_id is not None,
    }
    return [act for act in ACTS if does[act]]


def impossible_now(macro: Macro, ticket: Ticket) -> set[str]:
    """Acts of it that would be refused as the ticket stands."""
    verbs = {"assign": "assign", "text": macro.says, "wait": "wait", "group": "assign"}
    found = {act for act, verb in verbs.items() if verb and not _allows(ticket, verb)}
    if macro.says == Macro.Says.REPLY and not can_answer(ticket):
        found.add("text")
    if macro.hand_to and macro.hand_to.archived_at:
        found.add("group")
    return found & set(acts_of(macro))


def _allows(ticket: Ticket, verb: str) -> bool:
    return ticket.status in MOVES[verb].allowed


def language_for(macro: Macro, ticket: Ticket, user: User) -> str:
    """A reply speaks to the customer, a note to colleagues. Where that version was not written, the
    other one."""
    wanted = language_of(ticket.customer) if macro.says == Macro.Says.REPLY else user.language
    written = [language for language in LANGUAGES if version(macro, language)]
    return wanted if wanted in written or not written else written[0]


def version(macro: Macro, language: str) -> str:
    return {"en": macro.body_en, "ko": macro.body_ko}.get(language, "")


def text_for(macro: Macro, ticket: Ticket, user: User) -> str:
    language = language_for(macro, ticket, user)
    return fill(version(macro, language), values_of(ticket, user), language)


def values_of(ticket: Ticket, user: User) -> dict[str, str]:
    customer = ticket.customer
    return {
        "customer.name": customer.name if customer else "",
        "customer.company": customer.company if customer else "",
        "ticket.ref": ticket.ref,
        "ticket.subject": ticket.subject,
        "agent.name": user.name,
        "group.name": ticket.group.name,
    }


def macros_seen_by(user: User) -> QuerySet[Macro]:
    rows = Macro.objects.visible_to(user)
    return rows.select_related("group", "hand_to", "written_by")


def must_work_somewhere(user: User) -> None:
    if not AccessGroup.objects.workable_by(user).exists():
        raise Forbidden("You may read tickets, not write macros.")


def get_macro_for(user: User, pk: int) -> Macro:
    macro = macros_seen_by(user).filter(pk=pk).first()
    if macro is None:
        raise NotHere()
    return macro


def macro_to_change(user: User, pk: int) -> Macro:
    """Raises NotHere for strangers, Forbidden for those who only use it."""
    macro = get_macro_for(user, pk)
    must_publish(user, macro.audience, macro.group)
    return macro


def may_publish(user: User, audience: str, group: AccessGroup | None) -> bool:
    if audience == "me":
        return AccessGroup.objects.workable_by(user).exists()
    if audience == "group" and group:
        return AccessGroup.objects.led_by(user).filter(pk=group.pk).exists()
    return user.is_admin


def must_publish(user: User, audience: str, group: AccessGroup | None) -> None:
    if not may_publish(user, audience, group):
        raise Forbidden(
            "You may use this macro; leads and managers of its group change it, and admins what "
            "is everybody's."
        )


def macro_named(user: User, pk: int) -> Macro:
    """The one that a body names. Raises Refused for what is archived or not theirs to see."""
    found = Macro.objects.current().visible_to(user).select_related("hand_to").filter(pk=pk).first()
    if found is None:
        raise Refused.at("/macro", "unknown_macro", "There is no such macro.")
    return found


def facts_from(user: User, said: Mapping[str, Any], macro: Macro | None = None) -> dict[str, Any]:
    """What a body says, by the columns of a macro. Raises Refused for what there is not, Forbidden
    where they may not publish it."""
    facts = {name: said[name] for name in _AS_SAID if name in said}
    if "says" in said:
        facts["says"] = said["says"] or ""
    for language, text in said.get("body", {}).items():
        facts[f"body_{language}"] = text
    if "priority" in said:
        facts["priority"] = PRIORITY_WORDS[said["priority"]] if said["priority"] else None
    if "hand_to" in said:
        facts["hand_to"] = _group_named("/hand_to", said["hand_to"]) if said["hand_to"] else None
    if macro is None or {"audience", "group"} & said.keys():
        facts |= _kept_for(user, said, macro)
    return facts


_AS_SAID = ("name", "add_tags", "remove_tags", "assign_me", "wait_days")


def _kept_for(user: User, said: Mapping[str, Any], macro: Macro | None) -> dict[str, Any]:
    audience = said.get("audience", macro.audience if macro else "me")
    group = None
    if audience == "group":
        before = macro.group.slug if macro and macro.group else None
        group = _group_named("/group", said.get("group") or before)
    must_publish(user, audience, group)
    return {"owner": user if audience == "me" else None, "group": group}


def _group_named(at: str, slug: str | None) -> AccessGroup:
    group = AccessGroup.objects.current().filter(slug=slug).first() if slug else None
    if group is None:
        raise Refused.at(at, "unknown_group", "There is no such group.")
    return group
