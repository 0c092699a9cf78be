"""What the bodies of playbooks look like: as we answer, then as we are asked."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalField,
    IntegerField,
    JSONField,
    ListField,
    SerializerMethodField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import PersonBrief
from cxloop.kernel.shapes import Instant, Shape
from tickets.recovery.amounts import Amount
from tickets.recovery.judgement import GESTURE_KINDS


class Step(Serializer[Any]):
    kind = ChoiceField(list(GESTURE_KINDS))
    text_en = CharField()
    text_ko = CharField()
    note = CharField()


class PlaybookOffered(Serializer[Any]):
    """What the house does about such a failure. Over, where it was left, or the ticket resolved."""

    slug = CharField(source="version.playbook.slug")
    name = CharField(source="version.playbook.name")
    version = IntegerField(source="version.version")
    note = CharField(source="version.note")
    source_of_advice = CharField(source="version.source")
    steps = SerializerMethodField()
    next = Step(source="next_step", allow_null=True)
    is_over = BooleanField()
    followed = BooleanField(source="use.followed", allow_null=True, default=None)
    why_left = CharField(source="use.why_left", default="")

    @extend_schema_field(
        {"type": "array", "items": {"type": "object", "additionalProperties": True}}
    )
    def get_steps(self, offered: Any) -> list[dict[str, Any]]:
        return [{**step.as_json(), "given": given} for step, given in offered.steps]


class Playbook(Serializer[Any]):
    """The newest version of it."""

    slug = CharField(source="playbook.slug")
    name = CharField(source="playbook.name")
    is_on = BooleanField(source="playbook.is_on", help_text="whether it is offered")
    version = IntegerField()
    types = ListField(child=CharField(), help_text="slugs; blank: any")
    severity_from = IntegerField(allow_null=True)
    value_from = DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    again = BooleanField(allow_null=True, help_text="for a further failure of one customer")
    monetary = BooleanField(allow_null=True)
    steps = Step(many=True)
    note = CharField()
    source_of_advice = CharField(source="source")
    written_at = Instant()
    written_by = PersonBrief(allow_null=True)
    archived_at = Instant(source="playbook.archived_at", allow_null=True)


class ChangePlaybookBody(Shape):
    name = CharField(required=False, max_length=120)
    is_on = BooleanField(required=False)
    types = ListField(required=False, child=CharField(max_length=60), max_length=50)
    severity_from = IntegerField(required=False, allow_null=True)
    value_from = Amount(required=False, allow_null=True, max_digits=16, decimal_places=2)
    again = BooleanField(required=False, allow_null=True)
    monetary = BooleanField(required=False, allow_null=True)
    steps = JSONField(required=False, help_text="kind, text_en, text_ko, note; up to 10")
    note = CharField(required=False, allow_blank=True, max_length=2000)
    source_of_advice = CharField(required=False, allow_blank=True, max_length=300, source="source")


class NewPlaybookBody(ChangePlaybookBody):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)
    steps = JSONField(help_text="kind, text_en, text_ko, note; up to 10")


class LeaveBody(Shape):
    why = CharField(max_length=300, help_text="why the playbook does not fit")
