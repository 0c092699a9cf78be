"""What is said beside a ticket, as the desk says it; over REST it has addresses of its own."""

from datetime import datetime

from rest_framework import serializers

from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.shapes import Shape
from tickets.work.actions.side import (
    LONGEST_NAME,
    LONGEST_SUBJECT,
    open_side,
    side_on,
    take_back_aside,
    write_aside,
)
from tickets.work.actor import Actor
from tickets.work.models import SideThread, Ticket
from tickets.work.verb import LARGEST_ID, Said, SayBody, Verb, text

LONGEST_ADDRESS = 320


class OpenSideBody(SayBody):
    """To an e-mail address that is not the customer's, nor one of ours."""

    to = text(longest=LONGEST_ADDRESS)
    name = text(longest=LONGEST_NAME, required=False, default="", help_text="who they are")
    subject = text(longest=LONGEST_SUBJECT)


class SideBody(SayBody):
    """`thread`: writes on there; without one it is begun, to somebody, with a subject."""

    thread = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True, default=None
    )
    to = text(longest=LONGEST_ADDRESS, required=False, default="")
    name = text(longest=LONGEST_NAME, required=False, default="")
    subject = text(longest=LONGEST_SUBJECT, required=False, default="")


class SideBackBody(Shape):
    thread = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


def _side(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    number = said.pop("thread")
    if number is None:
        open_side(ticket, by=by, now=now, **said)
    else:
        thread = _thread(ticket, number)
        write_aside(ticket, thread, body=said["body"], files=said["files"], by=by, now=now)


def _side_back(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    take_back_aside(ticket, _thread(ticket, said["thread"]), by=by, now=now)


def _thread(ticket: Ticket, number: int) -> SideThread:
    try:
        return side_on(ticket, number)
    except NotHere:
        raise Refused.at("/thread", "unknown_thread", "It is not on this ticket.") from None


SIDE_VERBS: dict[str, Verb] = {
    "side": Verb(SideBody, _side, "Writes to somebody else about it.", has_route=False),
    "side-back": Verb(
        SideBackBody, _side_back, "Takes back your last letter there.", has_route=False
    ),
}
