"""Verbs of the daily work on a ticket: macros, putting it away, linking, splitting, spam."""

from datetime import datetime

from rest_framework import serializers

from cxloop.kernel.errors import Forbidden, NotHere, Refused
from cxloop.kernel.shapes import Instant, Shape
from tickets.work.actions.link import link_tickets, split_ticket, unlink_tickets
from tickets.work.actions.macros import use_macro
from tickets.work.actions.set_fields import set_fields
from tickets.work.actions.snooze import snooze, wake_up
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.actor import Actor
from tickets.work.door import get_ticket_for, locked
from tickets.work.macros import ACTS, macro_named
from tickets.work.models import Ticket
from tickets.work.verb import LARGEST_ID, Said, Verb, text


class MacroBody(Shape):
    """All of it or nothing. `body` is its text as you changed it; without one it is filled in."""

    macro = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    body = text(longest=LONGEST_BODY, required=False, allow_null=True, default=None)
    without = serializers.ListField(
        child=serializers.ChoiceField(ACTS), max_length=len(ACTS), default=list, help_text="acts"
    )


def _macro(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    assert by.user is not None
    macro = macro_named(by.user, said["macro"])
    use_macro(ticket, macro, body=said["body"], without=said["without"], by=by, now=now)


class SnoozeBody(Shape):
    """Its owner's queue is without it until then; the clocks run on."""

    until = Instant()


class NothingBody(Shape):
    """Nothing more need be said."""


class LinkBody(Shape):
    to = serializers.CharField(help_text="ref of the other ticket")


class SplitBody(Shape):
    feedback = serializers.UUIDField(help_text="one that stands on this ticket, beside others")


class NotSpamBody(Shape):
    reason = text(longest=300, required=False, default="")


class FieldsBody(Shape):
    """By the slug of each field that changes; null empties it. The others stay as they are."""

    values = serializers.DictField(child=serializers.JSONField(allow_null=True))


def _fields(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    set_fields(ticket, said["values"], by=by, now=now)


def _snooze(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    snooze(ticket, until=said["until"], by=by, now=now)


def _wake(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    wake_up(ticket, by=by, now=now)


def _other(said: Said, by: Actor) -> Ticket:
    """The second ticket, which they must be able to work too; it is locked already."""
    assert by.user is not None
    try:
        found = get_ticket_for(by.user, said["to"])
    except NotHere:
        raise Refused.at("/to", "unknown_ticket", "There is no such ticket.") from None
    if not Ticket.objects.workable_by(by.user).filter(pk=found.pk).exists():
        raise Forbidden("You may read the other ticket, not work it.")
    return locked(found.pk)


def _link(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    link_tickets(ticket, _other(said, by), by=by, now=now)


def _unlink(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    unlink_tickets(ticket, _other(said, by), by=by, now=now)


def _split(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    split_ticket(ticket, said["feedback"], by=by, now=now)


def _spam(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    mark_spam(ticket, by=by, now=now)


def _not_spam(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    not_spam(ticket, reason=said["reason"], by=by, now=now)


FURTHER_VERBS: dict[str, Verb] = {
    "macro": Verb(MacroBody, _macro, "Writes and does what a macro says, in one go."),
    "snooze": Verb(SnoozeBody, _snooze, "Puts it away until a time; its clocks run on."),
    "wake": Verb(NothingBody, _wake, "Brings back what was put away."),
    "link": Verb(LinkBody, _link, "Says that two tickets have to do with each other."),
    "unlink": Verb(LinkBody, _unlink, "They have nothing to do with each other."),
    "split": Verb(SplitBody, _split, "One feedback gets a ticket and clocks of its own."),
    "spam": Verb(NothingBody, _spam, "Closes it as spam."),
    "fields": Verb(FieldsBody, _fields, "Fills in fields of this house, or empties them."),
    "not-spam": Verb(NotSpamBody, _not_spam, "Opens what was taken for spam; its clocks go on."),
}
