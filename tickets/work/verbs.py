"""What people say to a ticket: for each verb what it wants to be told, and what it then does.

The API and the desk share this one table, so that a button and a call are the same act.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from cxloop.kernel.errors import Forbidden, NotHere, Refused
from cxloop.kernel.shapes import Instant, Shape
from tickets.work.actions.assign import assign_ticket, hand_over
from tickets.work.actions.final import state_final_position
from tickets.work.actions.follow import unwatch, watch
from tickets.work.actions.label import (
    MOST_TAGS,
    change_priority,
    change_tags,
)
from tickets.work.actions.move import (
    close_ticket,
    merge_tickets,
    reopen_ticket,
    resolve_ticket,
    wait,
)
from tickets.work.actions.talk import LONGEST_BODY, log_contact, note, refuse_overtaken, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import Actor, acting
from tickets.work.door import DOORS, get_ticket_for, locked, number_of
from tickets.work.further_verbs import FURTHER_VERBS
from tickets.work.handing_verbs import HANDING_VERBS, group_named
from tickets.work.lifecycle import OUTCOMES_BY_AGENT, OUTCOMES_BY_ANSWER
from tickets.work.models import PRIORITY_WORDS, RootCause, Ticket
from tickets.work.side_verbs import SIDE_VERBS
from tickets.work.verb import LARGEST_ID, EnclosingBody, Said, SayBody, Verb, text


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string", "enum": ["me"]}, {"type": "null"}]}
)
class Assignee(serializers.Field):  # type: ignore[type-arg]
    default_error_messages = {"invalid": 'The id of a person, "me" or null is wanted here.'}

    def to_internal_value(self, value: Any) -> int | str:
        if value == "me":
            return "me"
        if type(value) is not int or not 0 < value <= LARGEST_ID:
            self.fail("invalid")
        return int(value)


class AssignBody(Shape):
    """A group hands the ticket over first; the assignee is then somebody there. Null: nobody."""

    assignee = Assignee(required=False, allow_null=True)
    group = serializers.CharField(required=False, help_text="slug")
    reason = text(longest=300, required=False, default="")


class LetterBody(Shape):
    """`seen` is the newest entry that you have read: 409 `overtaken` where the customer or somebody
    else has written since. Without it nothing is compared."""

    seen = serializers.IntegerField(min_value=0, max_value=LARGEST_ID, required=False)


class ReplyBody(LetterBody, SayBody):
    pass


class ContactBody(EnclosingBody):
    channel = serializers.ChoiceField(["phone", "visit", "other"])
    outcome = serializers.ChoiceField(["reached", "not_reached"])
    body = text(longest=LONGEST_BODY, required=False, default="")


class NothingBody(Shape):
    """Nothing need be said."""


class WaitBody(Shape):
    until = Instant(required=False, allow_null=True, default=None)


class ResolveBody(LetterBody):
    """Where nobody has reached the customer yet, `body` is sent to them as a reply."""

    root_cause = serializers.CharField(help_text="slug of a root cause")
    body = text(longest=LONGEST_BODY, required=False, default="")


class CloseBody(Shape):
    outcome = serializers.ChoiceField([*OUTCOMES_BY_ANSWER, "silent", *OUTCOMES_BY_AGENT])
    reason = text(longest=300, required=False, default="")


class FinalBody(LetterBody):
    """A manager's last letter."""

    body = text(longest=LONGEST_BODY)


class ReopenBody(Shape):
    reason = serializers.CharField(max_length=300)


class MergeBody(Shape):
    into = serializers.CharField(help_text="ref of the ticket that goes on")


class TagBody(Shape):
    add = serializers.ListField(child=text(longest=200), max_length=MOST_TAGS, default=list)
    remove = serializers.ListField(child=text(longest=200), max_length=MOST_TAGS, default=list)


class WatchBody(Shape):
    """You, unless another is named; whom you name may see the ticket, and you may work it."""

    person = Assignee(required=False, default="me")


class PriorityBody(Shape):
    priority = serializers.ChoiceField(list(PRIORITY_WORDS))


def say(name: str, *, by: User, ref: str, raw: Any, to_many: bool = False) -> int:
    """Does what the verb says, in one transaction; the ticket's number. `to_many`: it is one of
    many to which the same is said."""
    return say_verb(VERBS[name], name, by=by, ref=ref, raw=raw, to_many=to_many)


def say_verb(verb: Verb, name: str, *, by: User, ref: str, raw: Any, to_many: bool = False) -> int:
    """The same for a verb that a later room has in place of ours. Raises NotHere for strangers and
    Forbidden for readers before it looks at what they said."""
    with transaction.atomic():
        if name in BOTH:
            _hold_both(by, ref, raw, BOTH[name])
        with DOORS[verb.door](by, ref) as (ticket, now):
            found = verb.body(data=raw)
            found.is_valid(raise_exception=True)
            said = dict(found.validated_data)
            if "seen" in said:
                refuse_overtaken(ticket, since=said.pop("seen"), by=by)
            verb.act(ticket, said, acting(by, to_many=to_many), now)
    return int(ticket.pk)


# Verbs that touch a second ticket, and where it is named.
BOTH = {"merge": "into", "link": "to", "unlink": "to"}


def _hold_both(by: User, ref: str, raw: Any, named: str) -> None:
    """Locks both tickets in the order of their numbers, so that nobody waits in a circle."""
    refs = [ref, raw.get(named) if isinstance(raw, dict) else None]
    seen = [_seen(by, ref) for ref in refs if isinstance(ref, str)]
    for number in sorted({ticket.pk for ticket in seen if ticket}):
        locked(number)


def _seen(by: User, ref: str) -> Ticket | None:
    try:
        return get_ticket_for(by, ref)
    except NotHere:
        return None


def _assign(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    if not said.keys() & {"assignee", "group"}:
        raise Refused.at("/assignee", "required", "Say an assignee, a group, or both.")
    if "group" in said:
        hand_over(
            ticket, group=group_named(said["group"], "/group"), by=by, now=now, why=said["reason"]
        )
    if "assignee" in said:
        owner = _person(said["assignee"], by, ticket)
        assign_ticket(ticket, assignee=owner, by=by, now=now, why=said["reason"])


def _person(said: int | str | None, by: Actor, ticket: Ticket) -> User | None:
    if said is None:
        return None
    if said == "me":
        return by.user
    person = User.objects.filter(pk=said).first()
    if person is None:
        detail = f"There is no such person in {ticket.group}."
        raise Refused.at("/assignee", "not_a_member", detail)
    return person


def _reply(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    reply(ticket, body=said["body"], files=said["files"], by=by, now=now)


def _note(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    note(ticket, body=said["body"], files=said["files"], by=by, now=now)


def _log_contact(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    log_contact(
        ticket,
        channel=said["channel"],
        reached=said["outcome"] == "reached",
        body=said["body"],
        files=said["files"],
        by=by,
        now=now,
    )


def _take_back(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    take_back(ticket, by=by, now=now)


def _wait(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    wait(ticket, until=said["until"], by=by, now=now)


def _resolve(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    cause = RootCause.objects.filter(slug=said["root_cause"], archived_at=None).first()
    if cause is None:
        raise Refused.at("/root_cause", "unknown_root_cause", "There is no such root cause.")
    resolve_ticket(ticket, root_cause=cause, body=said["body"], by=by, now=now)


def _close(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    close_ticket(ticket, outcome=said["outcome"], reason=said["reason"], by=by, now=now)


def _final(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    state_final_position(ticket, body=said["body"], by=by, now=now)


def _reopen(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    reopen_ticket(ticket, reason=said["reason"], by=by, now=now)


def _merge(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    assert by.user is not None
    other = _seen(by.user, said["into"])
    if other is None:
        raise Refused.at("/into", "unknown_ticket", "There is no such ticket.")
    if not Ticket.objects.workable_by(by.user).filter(pk=other.pk).exists():
        raise Forbidden("You may read the other ticket, not work it.")
    merge_tickets(ticket, into=locked(number_of(said["into"])), by=by, now=now)


def _tag(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    change_tags(ticket, add=said["add"], remove=said["remove"], by=by, now=now)


def _watcher(ticket: Ticket, said: Said, by: Actor) -> User:
    assert by.user is not None
    if said["person"] in ("me", by.user.pk):
        return by.user
    if not Ticket.objects.workable_by(by.user).filter(pk=ticket.pk).exists():
        raise Forbidden("You may watch this ticket yourself; to add others you must work it.")
    found = User.objects.filter(pk=said["person"]).first()
    if found is None:
        raise Refused.at("/person", "cannot_see", "There is no such person who may see it.")
    return found


def _watch(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    watch(ticket, _watcher(ticket, said, by), by=by, now=now)


def _unwatch(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    unwatch(ticket, _watcher(ticket, said, by))


def _priority(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    change_priority(ticket, priority=PRIORITY_WORDS[said["priority"]], by=by, now=now)


VERBS: dict[str, Verb] = {
    "assign": Verb(AssignBody, _assign, "Gives it to a person, hands it to another group."),
    "reply": Verb(ReplyBody, _reply, "Writes to the customer; 409 no_address where nobody can."),
    "take-back": Verb(
        NothingBody,
        _take_back,
        "Takes back your last letter, or resolving with its question, before anything has left.",
    ),
    "note": Verb(
        SayBody,
        _note,
        "For colleagues only, by who works it or was shared it to note.",
        door="note",
    ),
    "log-contact": Verb(ContactBody, _log_contact, "A call, visit or meeting, reached or not."),
    "wait": Verb(WaitBody, _wait, "Waits for the customer, until a date or their answer."),
    "resolve": Verb(ResolveBody, _resolve, "Claims it is settled; 409 no_contact before any."),
    "close": Verb(CloseBody, _close, "Ends it with an outcome."),
    "reopen": Verb(ReopenBody, _reopen, "Begins the next cycle."),
    "merge": Verb(MergeBody, _merge, "The other ticket goes on for both."),
    "final-position": Verb(FinalBody, _final, "Ends what three repairs did not settle."),
    "tag": Verb(TagBody, _tag, "Adds and removes tags."),
    "priority": Verb(PriorityBody, _priority, "Sets the priority."),
    "watch": Verb(WatchBody, _watch, "Lets somebody hear what happens on it.", door="read"),
    "unwatch": Verb(WatchBody, _unwatch, "They hear of it no longer.", door="read"),
    **HANDING_VERBS,
    **FURTHER_VERBS,
    **SIDE_VERBS,
}
