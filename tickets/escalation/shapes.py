"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import PersonBrief
from cxloop.kernel.priorities import PRIORITIES
from cxloop.kernel.shapes import Instant, Shape
from tickets.escalation.conditions import LONGEST_SEGMENT, MOST_CYCLES, MOST_SEGMENTS
from tickets.escalation.models import Escalation as EscalationRow
from tickets.escalation.rungs import (
    CLOCKS,
    FURTHEST_S,
    LEVELS,
    LONGEST_PAUSE_S,
    MOST_RUNGS,
    MOST_TOLD,
    PAUSE_S,
    ROLES,
)
from tickets.sla.models import Kind

_PERSON = {
    "type": "object",
    "properties": {"user": {"type": "integer"}},
    "required": ["user"],
    "additionalProperties": False,
}
_ADDRESS = {
    "description": "somebody without an account: reads which promise, not what the customer said",
    "type": "object",
    "properties": {"address": {"type": "string", "format": "email"}},
    "required": ["address"],
    "additionalProperties": False,
}


def _only(name: str, least: int, most: int) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "integer", "minimum": least, "maximum": most}},
        "required": [name],
        "additionalProperties": False,
    }


def _somebody(roles: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"type": "string", "enum": list(roles)}, _PERSON]


RUNG = {
    "type": "object",
    "properties": {
        "clock": {"type": "string", "enum": list(CLOCKS)},
        "when": {
            "description": "a share of the target, or seconds after (before) the due time",
            "oneOf": [
                _only("percent", 1, 100),
                _only("after_due_s", -FURTHEST_S, FURTHEST_S),
            ],
        },
        "tell": {
            "type": "array",
            "items": {"oneOf": [*_somebody(ROLES), _ADDRESS]},
            "minItems": 1,
            "maxItems": MOST_TOLD,
        },
        "then": {
            "description": "what happens to the ticket; its priority is never lowered",
            "type": "object",
            "properties": {
                "set_priority": {"type": "string", "enum": list(PRIORITIES)},
                "reassign_to": {"oneOf": _somebody(LEVELS[1:])},
                "add_watcher": {"oneOf": _somebody(LEVELS[1:])},
            },
            "additionalProperties": False,
        },
        "only_if": {
            "description": "all must hold; of value and segments, both of the customer, one",
            "type": "object",
            "properties": {
                "priority": {"type": "string", "enum": list(PRIORITIES)},
                "cycle": {"type": "integer", "minimum": 1, "maximum": MOST_CYCLES},
                "value": {"type": "string", "pattern": r"^\d{1,14}(\.\d{1,2})?$"},
                "segments": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_SEGMENT},
                    "minItems": 1,
                    "maxItems": MOST_SEGMENTS,
                },
            },
            "additionalProperties": False,
        },
        "urgent": {"description": "waits for nobody's opening hours", "type": "boolean"},
    },
    "required": ["clock", "when", "tell"],
    "additionalProperties": False,
}


@extend_schema_field({"type": "array", "items": RUNG, "minItems": 1, "maxItems": MOST_RUNGS})
class Rungs(JSONField):
    """Read by the room itself, which says what is wrong and where."""


class Ladder(Serializer[Any]):
    slug = CharField()
    name = CharField()
    group = CharField(
        source="group.slug",
        allow_null=True,
        default=None,
        help_text="slug; null serves every group that has no ladder of its own",
    )
    version = IntegerField()
    rungs = Rungs()
    pause_s = IntegerField(
        help_text="how long the next rungs of a clock wait once somebody has acknowledged one"
    )
    archived_at = Instant(allow_null=True)


class Notice(Serializer[Any]):
    to = CharField(source="whom", help_text="the name of a person, or an address")
    state = ChoiceField(
        [
            ("waiting", "no letter is written yet"),
            ("told", "a letter says it"),
            ("dropped", "the promise had ended before a letter left"),
        ]
    )
    tell_at = Instant(help_text="waits until then for the opening hours of who is to hear")
    why = CharField(source="why_dropped", allow_blank=True, help_text="dropped: met or void")


class Escalation(Serializer[Any]):
    id = IntegerField()
    ticket = CharField(source="ticket.ref", help_text="ref")
    subject = CharField(source="ticket.subject")
    clock = ChoiceField(Kind.choices, source="clock.kind")
    cycle = IntegerField()
    rung = IntegerField()
    when = DictField(child=IntegerField(), source="what.when")
    told = ListField(child=PersonBrief(), source="what.told")
    addresses = ListField(
        child=CharField(), source="what.addresses", default=list, help_text="told beside them"
    )
    notices = Notice(many=True, source="notices.all")
    due_at = Instant(help_text="when the rung's time came")
    raised_at = Instant(help_text="when we noted it")
    late_by_us = BooleanField(help_text="noted over two minutes late, and that was us")
    skipped = ChoiceField(
        [("", "somebody was told"), *EscalationRow.Skipped.choices],
        help_text="why nobody was told; blank where somebody was",
    )
    acknowledged_at = Instant(allow_null=True)
    acknowledged_by = PersonBrief(allow_null=True)
    paused_until = Instant(
        allow_null=True, help_text="until then no higher rung of this clock is heard"
    )


def _pause(**options: Any) -> IntegerField:
    given = {"required": False, "min_value": 0, "max_value": LONGEST_PAUSE_S}
    return IntegerField(**given | options)


class NewLadderBody(Shape):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)
    group = CharField(max_length=60, required=False, allow_null=True)
    rungs = Rungs()
    pause_s = _pause(default=PAUSE_S)


class ChangeLadderBody(Shape):
    name = CharField(required=False, max_length=120)
    rungs = Rungs(required=False)
    pause_s = _pause()


class WorkingHours(Serializer[Any]):
    calendar = CharField(
        allow_null=True,
        help_text="slug, read in the person's own time zone; null: letters come at any hour",
    )


class WorkingHoursBody(Shape):
    calendar = CharField(max_length=60, allow_null=True)


class AcknowledgeBody(Shape):
    pause_s = _pause(help_text="how long the next rungs wait; without it as the ladder says")
