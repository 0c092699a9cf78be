from secrets import token_hex
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.keys import Key, KeyQuerySet
from accounts.models import AccessGroup, User


def new_identity_secret() -> str:
    return token_hex(32)


class Channel(models.TextChoices):
    WEBSITE = "website"
    APP = "app"
    EMAIL = "email"
    IMPORT = "import"
    STORE = "store", "app store"
    HAND = "hand", "by hand"


class SourceQuerySet(models.QuerySet["Source"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, user: User) -> Self:
        if user.is_active and user.reads_everything:
            return self
        return self.filter(pk__in=_sources_of(user))

    def posted_to_from(self, origin: str) -> Self:
        """Sources whose pages may have this origin: the ones a preflight can mean."""
        open_to_any = Q(allowed_origins=[]) if origin != "null" else Q(pk=None)
        return self.current().filter(Q(allowed_origins__contains=[origin]) | open_to_any)


def _sources_of(user: User) -> "models.QuerySet[SourceOwner, Any]":
    groups = AccessGroup.objects.visible_to(user).values("pk")
    return SourceOwner.objects.filter(group__in=groups).values("source")


class Source(models.Model):
    """One website, app, mailbox or import."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    allowed_origins = ArrayField(
        models.CharField(max_length=255), default=list, blank=True, help_text="empty allows any"
    )
    daily_cap = models.PositiveIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    question = models.CharField(
        max_length=300, default="", blank=True, help_text="of its form page"
    )
    identity_secret = models.CharField(
        max_length=64, default=new_identity_secret, help_text="signs ids that a browser says"
    )
    owners: "models.ManyToManyField[AccessGroup, SourceOwner]" = models.ManyToManyField(
        AccessGroup, through="SourceOwner", related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="known_channel")
        ]

    def __str__(self) -> str:
        return self.slug


class SourceOwner(models.Model):
    """This group may read all feedback of this source, ticket or not."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "group"], name="source_owned_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.group_id}"


class SourceKey(Key):
    """`pk_…` may only create feedback; `sk_…` is for a server of this one source. What comes by one
    that `is_test` is tried and never heard; a trigger keeps a key what it was issued as. `shown` is
    a publishable key in clear: it stands in pages, so that keeping it tells nobody anything."""

    class Kind(models.TextChoices):
        PUBLISHABLE = "pk", "publishable"
        SECRET = "sk", "secret"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=2, choices=Kind.choices)
    is_test = models.BooleanField(default=False, db_default=False)
    shown = models.CharField(max_length=80, default="", db_default="", blank=True)

    objects = KeyQuerySet["SourceKey"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="pk") | Q(shown=""), name="secret_key_is_never_shown"
            )
        ]

    @property
    def is_secret(self) -> bool:
        return self.kind == self.Kind.SECRET
