"""Resolving with the repair: what went wrong and what was given for it, in one act.

A house has to know both to learn from them, and nobody looks for a second form at the sixtieth
ticket of a day. What is taken back proves nothing any more, and a ticket that is merged takes along
what it owes. The other verbs stay as the room of work has them.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from tickets.recovery.actions.carry import carry_gestures
from tickets.recovery.actions.gesture_letter import lose_proofs
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.playbooks import note_playbook
from tickets.recovery.actions.repair import need_no_gesture, take_over
from tickets.recovery.shapes import GestureBody
from tickets.work import verbs
from tickets.work.actor import Actor
from tickets.work.models import Resolution, Ticket
from tickets.work.verb import Said, Verb

NONE = "none"


@extend_schema_field({"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/GestureBody"}]})
class GestureSaid(serializers.Field):  # type: ignore[type-arg]
    """A gesture whole, the kind of one that needs no amount, or "none"."""

    def to_internal_value(self, value: Any) -> dict[str, Any] | None:
        if value == NONE:
            return None
        body = GestureBody(data={"kind": value} if isinstance(value, str) else value)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class ResolveBody(verbs.ResolveBody):
    """`gesture`: what was given for it, or "none" where nothing need be. Left out, nobody knows."""

    gesture = GestureSaid(required=False)


def _resolve(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    if "gesture" in said:
        _give(ticket, said.pop("gesture"), by, now)
    verbs.VERBS["resolve"].act(ticket, said, by, now)
    resolution = Resolution.objects.select_related("root_cause")
    recovery = take_over(resolution.get(ticket=ticket, cycle=ticket.cycle), ticket, now=now)
    note_playbook(ticket, recovery, by=by, now=now)


def _give(ticket: Ticket, gesture: dict[str, Any] | None, by: Actor, now: datetime) -> None:
    if gesture is None:
        need_no_gesture(ticket, by=by, now=now)
    else:
        add_gesture(ticket, by=by, now=now, **{"explanation": "", **gesture})


def _merge(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    verbs.VERBS["merge"].act(ticket, said, by, now)
    carry_gestures(ticket, by=by, now=now)


def _take_back(ticket: Ticket, said: Said, by: Actor, now: datetime) -> None:
    verbs.VERBS["take-back"].act(ticket, said, by, now)
    lose_proofs(ticket, by=by, now=now)


VERBS: dict[str, Verb] = {
    **verbs.VERBS,
    "merge": replace(verbs.VERBS["merge"], act=_merge),
    "take-back": replace(verbs.VERBS["take-back"], act=_take_back),
    "resolve": Verb(ResolveBody, _resolve, verbs.VERBS["resolve"].about),
}


def say(name: str, *, by: User, ref: str, raw: Any, to_many: bool = False) -> int:
    """As the room of work says it: the ticket's number. Raises NotHere and Forbidden."""
    return verbs.say_verb(VERBS[name], name, by=by, ref=ref, raw=raw, to_many=to_many)
