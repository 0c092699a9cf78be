"""Macros are written, changed, archived and used."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.models import User
from cxloop.kernel.errors import Conflict, Fault, Refused
from tickets.work.actions.assign import assign_ticket, hand_over
from tickets.work.actions.label import LONGEST_TAG, MOST_TAGS, change_priority, change_tags
from tickets.work.actions.move import wait
from tickets.work.actions.talk import LONGEST_BODY, note, reply
from tickets.work.actor import Actor
from tickets.work.filling import VARIABLES, wrong_gaps
from tickets.work.macros import ACTS, acts_of, text_for
from tickets.work.models import Macro, Priority, Ticket
from tickets.work.timeline import write_entry

Facts = Mapping[str, Any]


def write_macro(facts: Facts, *, by: User, now: datetime) -> Macro:
    """`facts` by the names of its columns. Raises Refused for what could not be used."""
    macro = Macro(**facts, written_by=by, created_at=now)
    check_macro(macro)
    macro.save(force_insert=True)
    return macro


def change_macro(macro: Macro, facts: Facts) -> None:
    if macro.archived_at:
        raise Conflict("It is archived and cannot be changed.", code="archived")
    for name, value in facts.items():
        setattr(macro, name, value)
    check_macro(macro)
    macro.save(update_fields=list(facts))


def archive_macro(macro: Macro, *, now: datetime) -> None:
    """What was done with it stays in the history of the tickets."""
    if macro.archived_at is None:
        macro.archived_at = now
        macro.save(update_fields=["archived_at"])


def use_macro(
    ticket: Ticket,
    macro: Macro,
    *,
    body: str | None,
    without: Collection[str],
    by: Actor,
    now: datetime,
) -> None:
    """All that it does but what is left out, or, where one of these is refused, nothing: to be
    called inside a transaction. `body` is its text as somebody has changed it."""
    acts = [act for act in acts_of(macro) if act not in without]
    if not acts:
        raise Refused.at("/without", "nothing_left", "Nothing of the macro is left to do.")
    assert by.user is not None
    write_entry(ticket, "macro", by, now=now, reason={"macro": macro.brief()})
    said = text_for(macro, ticket, by.user) if body is None else body
    for act in acts:
        _do(act, ticket, macro, said=said, by=by, now=now)
    # Last, and for a moment: many use the same one at once.
    Macro.objects.filter(pk=macro.pk).update(used=F("used") + 1, used_at=now)


def _do(act: str, ticket: Ticket, macro: Macro, *, said: str, by: Actor, now: datetime) -> None:
    assert act in ACTS
    if act == "tags":
        change_tags(ticket, add=macro.add_tags, remove=macro.remove_tags, by=by, now=now)
    elif act == "priority" and macro.priority:
        change_priority(ticket, priority=Priority(macro.priority), by=by, now=now)
    elif act == "assign":
        assign_ticket(ticket, assignee=by.user, by=by, now=now)
    elif act == "text":
        say = reply if macro.says == Macro.Says.REPLY else note
        say(ticket, body=said, by=by, now=now)
    elif act == "wait":
        wait(ticket, until=now + timedelta(days=macro.wait_days or 0), by=by, now=now)
    else:
        _hand_over(ticket, macro, by, now)


def _hand_over(ticket: Ticket, macro: Macro, by: Actor, now: datetime) -> None:
    group = macro.hand_to
    if group is None or group.archived_at:
        raise Refused.at("/macro", "unknown_group", "The group it hands over to is archived.")
    hand_over(ticket, group=group, by=by, now=now)


def check_macro(macro: Macro) -> None:
    """Raises Refused with all that is wrong with it."""
    faults = [*_faults_of_words(macro), *_faults_of_tags(macro)]
    if not macro.name.strip():
        faults.append(Fault("/name", "required", "A macro has a name."))
    if not acts_of(macro):
        faults.append(Fault("", "does_nothing", "A macro says or does something."))
    if faults:
        raise Refused(faults)


def _faults_of_words(macro: Macro) -> list[Fault]:
    faults = []
    for at, text in (("/body/en", macro.body_en), ("/body/ko", macro.body_ko)):
        if wrong := wrong_gaps(text):
            known = ", ".join(VARIABLES)
            detail = f"{wrong[0][:80]} is not known. Known are {known}."
            faults.append(Fault(at, "unknown_variable", detail))
        if len(text) > LONGEST_BODY:
            faults.append(Fault(at, "too_long", f"At most {LONGEST_BODY:,} characters."))
    if macro.says and not (macro.body_en.strip() or macro.body_ko.strip()):
        faults.append(Fault("/body/en", "required", "Write what it says."))
    if not macro.says and (macro.body_en or macro.body_ko):
        faults.append(Fault("/says", "required", "Say whether the text is a reply or a note."))
    return faults


def _faults_of_tags(macro: Macro) -> list[Fault]:
    faults = []
    for at, tags in (("/add_tags", macro.add_tags), ("/remove_tags", macro.remove_tags)):
        if len(tags) > MOST_TAGS:
            faults.append(Fault(at, "too_many", f"At most {MOST_TAGS} tags."))
        if any(not tag.strip() or len(tag) > LONGEST_TAG for tag in tags):
            detail = f"A tag has 1 to {LONGEST_TAG} characters."
            faults.append(Fault(at, "bad_tag", detail))
    return faults
