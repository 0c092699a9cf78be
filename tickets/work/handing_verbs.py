"""Verbs between groups: a ticket is handed over, accepted, sent back; shared with another."""

from datetime import datetime

from rest_framework import serializers

from accounts.models import AccessGroup
from cxloop.kernel.errors import Refused
from cxloop.kernel.shapes import Shape
from tickets.work.actions.accept import accept
from tickets.work.actions.assign import hand_over
from tickets.work.actions.label import change_shares
from tickets.work.actions.send_back import LONGEST_WHY, send_back
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.actor import Actor
from tickets.work.models import HandedFor, Ticket, TicketShare
from tickets.work.verb import Said, Verb, text

MOST_SHARES = 50


class HandOverBody(Shape):
    """You need not see the tickets of the group. `summary` is for its people alone: what happened
    so far, and what is to do."""

    group = serializers.CharField(help_text="slug")
    reason = serializers.ChoiceField(HandedFor.values)
    summary = text(longest=LONGEST_BODY)


class NothingBody(Shape):
    """Nothing need be said."""


class SendBackBody(Shape):
    reason = text(longest=LONGEST_WHY)


class ShareBody(Shape):
    """Groups by slug. Without a `right` whom you add may read, and who has one already keeps it."""

    add = serializers.ListField(child=text(longest=60), max_length=MOST_SHARES, default=list)
    remove = serializers.ListField(child=text(longest=60), max_length=MOST_SHARES, default=list)
    right = serializers.ChoiceField(
        TicketShare.Right.values, required=False, help_text="read, or read and write notes"
    )


def group_named(slug: str, at: str, *, archived: bool = False) -> AccessGroup:
    groups = AccessGroup.objects.all() if archived else AccessGroup.objects.current()
    group = groups.filter(slug=slug).first()
    if group is None:
        raise Refused.at(at, "unknown_group", "There is no such group.")
    return group


def _hand_over(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    if not said["summary"].strip():
        raise Refused.at("/summary", "required", "Say what its people have to know.")
    group, reason = group_named(said["group"], "/group"), HandedFor(said["reason"])
    hand_over(ticket, group=group, by=by, now=now, reason=reason, summary=said["summary"])


def _accept(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    accept(ticket, by=by, now=now)


def _send_back(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    send_back(ticket, why=said["reason"], by=by, now=now)


def _share(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    add = [group_named(slug, f"/add/{at}") for at, slug in enumerate(said["add"])]
    gone = enumerate(said["remove"])
    remove = [group_named(slug, f"/remove/{at}", archived=True) for at, slug in gone]
    right = TicketShare.Right(said["right"]) if "right" in said else None
    change_shares(ticket, add=add, remove=remove, right=right, by=by, now=now)


HANDING_VERBS: dict[str, Verb] = {
    "hand-over": Verb(
        HandOverBody,
        _hand_over,
        "Gives it to another group, which accepts it or sends it back. The clocks run on.",
    ),
    "accept": Verb(
        NothingBody,
        _accept,
        "Your group takes what was handed over to it; taking ownership does so too. "
        "409 not_handed_over where nothing waits.",
    ),
    "send-back": Verb(
        SendBackBody, _send_back, "Returns what was handed over, before it is accepted."
    ),
    "share": Verb(
        ShareBody, _share, "Lets further groups read it, or read and write notes, or no longer."
    ),
}
