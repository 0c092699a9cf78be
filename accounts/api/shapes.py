"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from rest_framework.fields import BooleanField, CharField, ChoiceField, EmailField, IntegerField
from rest_framework.serializers import Serializer

from accounts.models import User
from accounts.roles import GroupRole, OrganisationRole
from cxloop.kernel.shapes import Instant, Shape


class PersonBrief(Serializer[Any]):
    id = IntegerField()
    name = CharField()


class GroupBrief(Serializer[Any]):
    slug = CharField()
    name = CharField()


class HeldRole(Serializer[Any]):
    slug = CharField(source="group.slug")
    name = CharField(source="group.name")
    role = ChoiceField(GroupRole.choices)


class Person(Serializer[Any]):
    id = IntegerField()
    email = EmailField()
    name = CharField()
    kind = ChoiceField(User.Kind.choices)
    organisation_role = ChoiceField(OrganisationRole.choices)
    groups = HeldRole(many=True, source="memberships.all")
    language = CharField()
    time_zone = CharField()
    away_until = Instant(allow_null=True)
    stand_in = PersonBrief(allow_null=True)
    open_ticket_cap = IntegerField(allow_null=True)
    active = BooleanField(source="is_active")
    created_at = Instant()


class Member(Serializer[Any]):
    id = IntegerField(source="user.id")
    name = CharField(source="user.name")
    role = ChoiceField(GroupRole.choices)
    active = BooleanField(source="user.is_active")


class Group(Serializer[Any]):
    slug = CharField()
    name = CharField()
    accept_within_s = IntegerField(help_text="in which it accepts what is handed over to it")
    members = Member(many=True, source="memberships.all")
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class Token(Serializer[Any]):
    id = IntegerField()
    kind = CharField(default="pat", help_text="pat: acts as its user")
    hint = CharField(help_text="how the key begins")
    label = CharField()  # type: ignore[assignment]
    user = PersonBrief()
    created_at = Instant()
    last_used_at = Instant(allow_null=True)
    revoked_at = Instant(allow_null=True)


class NewToken(Token):
    key = CharField(help_text="in clear: shown this once")


class Invitation(Serializer[Any]):
    id = IntegerField()
    email = EmailField()
    organisation_role = ChoiceField(OrganisationRole.choices)
    group = GroupBrief(allow_null=True)
    role = CharField(source="group_role")
    invited_by = PersonBrief()
    created_at = Instant()
    expires_at = Instant()
    accepted_at = Instant(allow_null=True)


class MeBody(Shape):
    language = CharField(required=False, max_length=5)
    time_zone = CharField(required=False, max_length=60)
    away_until = Instant(required=False, allow_null=True)
    stand_in = IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="the id of a colleague who takes their place while they are away",
    )


class ChangePersonBody(MeBody):
    email = CharField(required=False, max_length=254)
    name = CharField(required=False, max_length=120)
    organisation_role = ChoiceField(OrganisationRole.choices, required=False)
    open_ticket_cap = IntegerField(required=False, allow_null=True, min_value=0, max_value=32_767)
    active = BooleanField(required=False)


class NewPersonBody(Shape):
    email = CharField(max_length=254)
    name = CharField(max_length=120)
    kind = ChoiceField(User.Kind.choices, required=False)
    organisation_role = ChoiceField(OrganisationRole.choices, required=False)
    language = CharField(required=False, max_length=5)
    time_zone = CharField(required=False, max_length=60)
    open_ticket_cap = IntegerField(required=False, allow_null=True, min_value=0, max_value=32_767)
    password = CharField(required=False, trim_whitespace=False)


class NewGroupBody(Shape):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)


class ChangeGroupBody(Shape):
    name = CharField(required=False, max_length=120)
    accept_within_s = IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    archived = BooleanField(required=False)


class RoleBody(Shape):
    role = ChoiceField(GroupRole.choices)


class NewTokenBody(Shape):
    label = CharField(max_length=100)  # type: ignore[assignment]
    user = IntegerField(required=False, help_text="a service's id; without it the token is yours")


class InvitationBody(Shape):
    email = CharField(max_length=254)
    organisation_role = ChoiceField(OrganisationRole.choices, required=False)
    group = CharField(required=False, help_text="a slug; needs role")
    role = ChoiceField(GroupRole.choices, required=False, source="group_role")
