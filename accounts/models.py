from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.keys import Key, KeyQuerySet, digest
from accounts.roles import LEADING_ROLES, WORKING_ROLES, GroupRole, OrganisationRole

DEFAULT_ACCEPT_WITHIN_S = 4 * 3600
SHORTEST_ACCEPT_WITHIN_S, LONGEST_ACCEPT_WITHIN_S = 60, 30 * 86_400


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def present(self, now: datetime) -> Self:
        """Who can take work now: active people who are not away."""
        return self.active().filter(Q(away_until=None) | Q(away_until__lte=now))

    def by_email(self, email: str) -> Self:
        return self.filter(email=email.strip().lower())

    def get_by_natural_key(self, email: str) -> "User":
        return self.by_email(email).get()

    def colleagues_of(self, person: "User") -> Self:
        """Whom this person may name: who shares a group with them, and every admin. Who reads
        everything may name anybody."""
        others = self.active().filter(kind=User.Kind.PERSON).exclude(pk=person.pk)
        if person.reads_everything:
            return others
        groups = Membership.objects.filter(user=person).values("group")
        near = Membership.objects.filter(group__in=groups).values("user")
        return others.filter(Q(pk__in=near) | Q(organisation_role=OrganisationRole.ADMIN))

    def admins(self) -> Self:
        return self.active().filter(organisation_role=OrganisationRole.ADMIN)


class User(AbstractBaseUser):
    """A person, or a service that acts by token. Signs in by e-mail, whatever its case."""

    class Kind(models.TextChoices):
        PERSON = "person"
        SERVICE = "service"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    organisation_role = models.CharField(
        max_length=10, choices=OrganisationRole.choices, default="", blank=True
    )
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    away_until = models.DateTimeField(null=True, blank=True)
    stand_in = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="who hears and takes over in their place while they are away",
    )
    open_ticket_cap = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="most open tickets at once, over all groups"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(organisation_role__in=OrganisationRole.values), name="known_org_role"
            ),
            models.CheckConstraint(condition=Q(kind__in=["person", "service"]), name="known_kind"),
            models.CheckConstraint(
                condition=~Q(stand_in=F("pk")), name="nobody_stands_in_for_themselves"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_admin(self) -> bool:
        return self.organisation_role == OrganisationRole.ADMIN

    @property
    def reads_everything(self) -> bool:
        return self.organisation_role != OrganisationRole.NONE

    def is_away(self, now: datetime) -> bool:
        return self.away_until is not None and self.away_until > now

    def brief(self) -> dict[str, Any]:
        return {"id": self.pk, "name": self.name}


class AccessGroupQuerySet(models.QuerySet["AccessGroup"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, user: User) -> Self:
        """The groups whose work this person may see: the root of every other such question."""
        if not user.is_active:
            return self.none()
        if user.reads_everything:
            return self
        return self.filter(pk__in=Membership.objects.filter(user=user).values("group"))

    def workable_by(self, user: User) -> Self:
        """The groups whose tickets this person may work."""
        return self._held_by(user, WORKING_ROLES)

    def led_by(self, user: User) -> Self:
        return self._held_by(user, LEADING_ROLES)

    def managed_by(self, user: User) -> Self:
        return self._held_by(user, [GroupRole.MANAGER])

    def _held_by(self, user: User, roles: Iterable[GroupRole]) -> Self:
        if not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        if user.reads_everything:
            return self.none()
        held = Membership.objects.filter(user=user, role__in=list(roles))
        return self.filter(pk__in=held.values("group"))


class AccessGroup(models.Model):
    """People who may see and work certain tickets."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    accept_within_s = models.PositiveIntegerField(
        default=DEFAULT_ACCEPT_WITHIN_S,
        db_default=DEFAULT_ACCEPT_WITHIN_S,
        help_text="real time in which somebody accepts what is handed over to it",
    )
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        User, through="Membership", related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = AccessGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    accept_within_s__gte=SHORTEST_ACCEPT_WITHIN_S,
                    accept_within_s__lte=LONGEST_ACCEPT_WITHIN_S,
                ),
                name="there_is_time_to_accept_within",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def brief(self) -> dict[str, str]:
        return {"slug": self.slug, "name": self.name}


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=GroupRole.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="one_role_per_group"),
            models.CheckConstraint(condition=Q(role__in=GroupRole.values), name="known_group_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.group_id}"


class PersonalTokenQuerySet(KeyQuerySet["PersonalToken"]):
    def visible_to(self, user: User) -> Self:
        return self if user.reads_everything else self.filter(user=user)


class PersonalToken(Key):
    """`pat_…`: acts as the person it belongs to."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")

    objects = PersonalTokenQuerySet.as_manager()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def matching(self, clear: str) -> Self:
        return self.filter(digest=digest(clear))

    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, expires_at__gt=now)

    def unanswered(self, since: datetime) -> Self:
        """The last one to each address, where nobody took it up; ended ones too."""
        last = self.filter(created_at__gt=since).order_by("email", "-pk").distinct("email")
        return self.filter(pk__in=last.values("pk"), accepted_at=None)


class Invitation(models.Model):
    """A door for one person, open for 72 hours and once."""

    email = models.EmailField(max_length=254)
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation_role = models.CharField(
        max_length=10, choices=OrganisationRole.choices, default="", blank=True
    )
    group = models.ForeignKey(
        AccessGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    group_role = models.CharField(max_length=10, choices=GroupRole.choices, default="", blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invited_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(organisation_role__in=OrganisationRole.values),
                name="invited_to_known_org_role",
            ),
            models.CheckConstraint(
                condition=Q(group=None, group_role="")
                | Q(group__isnull=False, group_role__in=GroupRole.values),
                name="invited_to_group_with_role",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Change(models.Model):
    """What somebody changed about groups, people, sources, fields and tags, written with it; a
    trigger keeps it as it was written. `key` is the slug or the number of what was changed."""

    class About(models.TextChoices):
        GROUP = "group"
        PERSON = "person"
        INVITATION = "invitation"
        SOURCE = "source"
        FIELD = "field"
        TAG = "tag"

    about = models.CharField(max_length=10, choices=About.choices)
    key = models.CharField(max_length=60)
    act = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="null: a command on the machine",
    )

    class Meta:
        indexes = [models.Index(fields=["about", "key", "at", "id"], name="change_of_one")]
        constraints = [
            models.CheckConstraint(
                condition=Q(about__in=["group", "person", "invitation", "source", "field", "tag"]),
                name="known_change",
            )
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.key}: {self.act}"


class Attempt(models.Model):
    """A sign-in that failed, or a reset that was asked for. Counted in PostgreSQL, so that guessing
    stays limited when the broker is away."""

    account = models.BinaryField(max_length=32, help_text="SHA-256 of the act and the e-mail tried")
    address = models.GenericIPAddressField(help_text="IPv6 by its /64")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="attempt_by_account"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
            models.Index(fields=["at"], name="attempt_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"
