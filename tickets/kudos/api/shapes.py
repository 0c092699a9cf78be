"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    IntegerField,
    UUIDField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import GroupBrief, PersonBrief
from cxloop.kernel.shapes import Instant, Shape
from tickets.kudos.judgement import WHYS
from tickets.work.verb import LARGEST_ID


class SourceBrief(Serializer[Any]):
    slug = CharField()
    name = CharField()


class Kudos(Serializer[Any]):
    """What a customer said praises this person, or the group. Either `feedback` says where, or
    `ticket` and `cycle`: then it is an answer after a repair."""

    id = IntegerField()
    person = PersonBrief(allow_null=True, help_text="null: nobody is named, it is the group's")
    group = GroupBrief()
    why = ChoiceField(WHYS, help_text="how we know; by hand a colleague said so")
    by = PersonBrief(allow_null=True, help_text="who passed it on by hand")
    at = Instant(help_text="when it was said")
    found_at = Instant()
    unread = BooleanField(help_text="it praises you, and you have not said that you read it")
    words = CharField(allow_null=True, help_text="null: the customer was forgotten")
    feedback = UUIDField(allow_null=True)
    ticket = CharField(allow_null=True, help_text="ref")
    cycle = IntegerField(allow_null=True)
    source = SourceBrief(allow_null=True)  # type: ignore[assignment]


class KudosLine(Serializer[Any]):
    month = DateField(help_text="its first day")
    group = GroupBrief()
    person = PersonBrief(allow_null=True, help_text="null: the group itself")
    number = IntegerField()


class KudosCounts(Serializer[Any]):
    """By group and by name: what was said in those months, in your time zone."""

    first = DateField()
    last = DateField()
    time_zone = CharField()
    lines = KudosLine(many=True)


class CountsQuery(Shape):
    first = DateField(required=False)
    last = DateField(required=False)
    group = CharField(required=False, default="")


class PassOnBody(Shape):
    """Either `feedback`, or `ticket`: then it is what the customer answered in that cycle."""

    person = IntegerField(min_value=1, max_value=LARGEST_ID)
    feedback = UUIDField(required=False)
    ticket = CharField(required=False, max_length=30, help_text="ref")
    cycle = IntegerField(
        required=False, min_value=1, max_value=32_767, help_text="without it the newest answer"
    )


class NoBody(Shape):
    """Nothing need be said."""


class KudosSeen(Serializer[Any]):
    seen = IntegerField()
