"""What the calls about sources take and answer."""

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    Serializer,
)

from accounts.models import AccessGroup
from cxloop.kernel.shapes import Instant, Shape
from feedback.intake.models import Channel, Source, SourceKey, SourceOwner


class SourceShape(Serializer[Any]):
    slug = CharField()
    name = CharField()
    channel = ChoiceField(Channel.choices)
    allowed_origins = ListField(child=CharField(), help_text="empty: any page may post")
    daily_cap = IntegerField(allow_null=True, help_text="feedback a day in the source's zone")
    time_zone = CharField()
    question = CharField(help_text="what its form page asks")
    owners = ListField(child=CharField(), help_text="groups that read all of it")
    identity_secret = CharField(help_text="signs customer ids: proof = HMAC-SHA256 of the id")
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class NewSourceBody(Shape):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)
    channel = ChoiceField(Channel.choices)
    allowed_origins = ListField(child=CharField(max_length=255), required=False)
    daily_cap = IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    time_zone = CharField(required=False, max_length=60)
    question = CharField(required=False, max_length=300, allow_blank=True)
    owners = ListField(child=CharField(max_length=60), required=False)


class ChangeSourceBody(Shape):
    name = CharField(required=False, max_length=120)
    allowed_origins = ListField(child=CharField(max_length=255), required=False)
    daily_cap = IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    time_zone = CharField(required=False, max_length=60)
    question = CharField(required=False, max_length=300, allow_blank=True)
    owners = ListField(child=CharField(max_length=60), required=False)
    archived = BooleanField(required=False)


class SourceKeyShape(Serializer[Any]):
    id = IntegerField()
    kind = ChoiceField(SourceKey.Kind.choices)
    test = BooleanField(
        source="is_test", help_text="what comes by it is tried, opens no ticket and counts nowhere"
    )
    hint = CharField(help_text="how the key begins")
    shown = CharField(
        help_text="a publishable key in clear, which stands in pages anyway; else empty"
    )
    label = CharField()  # type: ignore[assignment]
    created_at = Instant()
    last_used_at = Instant(allow_null=True)
    revoked_at = Instant(allow_null=True)


class NewSourceKeyShape(SourceKeyShape):
    key = CharField(help_text="in clear: shown this once")


class NewSourceKeyBody(Shape):
    kind = ChoiceField(SourceKey.Kind.choices)
    test = BooleanField(default=False, help_text="what comes by it is tried and never heard")
    label = CharField(required=False, max_length=100, allow_blank=True, default="")  # type: ignore[assignment]


def shown_source(source: Source) -> dict[str, Any]:
    owners = AccessGroup.objects.filter(
        pk__in=SourceOwner.objects.filter(source=source).values("group")
    )
    slugs = list(owners.order_by("slug").values_list("slug", flat=True))
    facts = {name: getattr(source, name) for name in _FACTS}
    return dict(SourceShape({**facts, "owners": slugs}).data)


_FACTS = (
    "slug",
    "name",
    "channel",
    "allowed_origins",
    "daily_cap",
    "time_zone",
    "question",
    "identity_secret",
    "created_at",
    "archived_at",
)
