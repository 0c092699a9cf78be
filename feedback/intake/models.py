from datetime import datetime
from secrets import token_hex
from typing import Any, Self
from uuid import UUID

import uuid_utils.compat as uuids
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.keys import Key, KeyQuerySet
from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.scores import CLASSES, NEGATIVE, TABLE, TABLE_VERSION, UNSCORED, shown


def new_id() -> UUID:
    """UUIDv7: ordered by time, so that new rows land together in the index."""
    return uuids.uuid7()


def new_identity_secret() -> str:
    return token_hex(32)


class Channel(models.TextChoices):
    WEBSITE = "website"
    APP = "app"
    EMAIL = "email"
    IMPORT = "import"
    HAND = "hand", "by hand"


class Contactable(models.TextChoices):
    """How a person of the house can reach this customer."""

    LETTER = "letter"
    PHONE = "phone"
    RECEIPT = "receipt", "receipt page"
    NONE = "none", "not at all"


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
    """`pk_…` may only create feedback; `sk_…` is for a server of this one source."""

    class Kind(models.TextChoices):
        PUBLISHABLE = "pk", "publishable"
        SECRET = "sk", "secret"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=2, choices=Kind.choices)

    objects = KeyQuerySet["SourceKey"].as_manager()

    @property
    def is_secret(self) -> bool:
        return self.kind == self.Kind.SECRET


class CustomerQuerySet(models.QuerySet["Customer"]):
    def possible_matches(self, customer: "Customer") -> Self:
        """Trusted customers who may be this one: shown to a person, never joined by itself."""
        same = Q(pk=None)
        if customer.email:
            same |= Q(email=customer.email)
        if customer.phone:
            same |= Q(phone=customer.phone)
        return self.filter(same, trusted=True).exclude(pk=customer.pk)


class Customer(models.Model):
    """Somebody outside. Trusted: named by a server, a signature or a mail round trip. Claimed: said
    by a browser; a claim never matches a trusted customer by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trusted = models.BooleanField()
    identity = models.CharField(  # noqa: DJ001 - null: nobody knows who, and that is never unique
        max_length=340,
        null=True,
        blank=True,
        help_text="what makes two mentions one customer: id:…, email:… or phone:…",
    )
    external_id = models.CharField(max_length=255, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    name = models.CharField(max_length=255, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    locale = models.CharField(max_length=35, default="", blank=True)
    segment = models.CharField(max_length=64, default="", blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    company = models.CharField(max_length=255, default="", blank=True)
    do_not_contact = models.BooleanField(default=False)
    do_not_contact_since = models.DateTimeField(null=True, blank=True)
    do_not_contact_said = models.CharField(max_length=100, default="", blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "trusted"], name="one_customer_an_identity"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(identity=None, external_id="", email="", name="", phone="", company=""),
                name="erased_customer_is_nobody",
            ),
            models.CheckConstraint(
                condition=Q(do_not_contact=False) | Q(do_not_contact_since__isnull=False),
                name="do_not_contact_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="customer_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="customer_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or "somebody"

    def public(self) -> dict[str, Any]:
        return {
            "id": str(self.pk),
            "external_id": self.external_id or None,
            "name": self.name or None,
            "email": self.email or None,
            "phone": self.phone or None,
            "locale": self.locale or None,
            "segment": self.segment or None,
            "value": None if self.value is None else str(self.value),
            "company": self.company or None,
            "trusted": self.trusted,
            "do_not_contact": self.do_not_contact,
        }


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def received_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(received_at__gte=start, received_at__lt=end)


class Feedback(models.Model):
    """What one customer said once. Never edited: a trigger refuses it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The indexes below begin with these; ones of their own would be paid for and never read.
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)
    quiet = models.BooleanField(default=False, db_default=False, help_text="too old to be live")
    score_type = models.CharField(max_length=10, default="", blank=True)
    score_value = models.SmallIntegerField(null=True, blank=True)
    score_class = models.CharField(max_length=10, default=UNSCORED)
    worst_class = models.CharField(max_length=10, default=UNSCORED)
    score_table = models.PositiveSmallIntegerField(default=TABLE_VERSION)
    scores = models.JSONField(default=list, blank=True)
    comment = models.TextField(default="", blank=True)
    answers = models.JSONField(default=dict, blank=True)
    context = models.JSONField(default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    form = models.CharField(max_length=64, default="", blank=True)
    form_version = models.PositiveIntegerField(null=True, blank=True)
    contactable = models.CharField(max_length=10, choices=Contactable.choices)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score_type="", score_value=None, score_class=UNSCORED)
                | Q(score_type__in=list(TABLE), score_value__isnull=False),
                name="score_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(score_class__in=CLASSES, worst_class__in=CLASSES),
                name="known_score_class",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="feedback_newest"),
            models.Index(fields=["source", "-received_at", "-id"], name="feedback_of_source"),
            models.Index(
                fields=["customer", "-received_at"],
                name="feedback_of_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["customer", "received_at"],
                name="failures_of_customer",
                condition=Q(worst_class=NEGATIVE, customer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def score(self) -> dict[str, Any] | None:
        if self.score_value is None:
            return None
        value = shown(self.score_type, self.score_value)
        return {"type": self.score_type, "value": value, "class": self.score_class}


class ArrivalQuerySet(DueQuerySet["Arrival"]):
    def waiting(self, now: datetime) -> Self:
        return self.not_put_off(now).order_by("received_at", "feedback")


class Arrival(Due):
    """Feedback that nobody has judged yet: written beside it, removed by its triage."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    received_at = models.DateTimeField()

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["received_at", "feedback"], name="arrival_oldest")]

    def __str__(self) -> str:
        return str(self.feedback_id)


class IdempotencyKey(models.Model):
    """Whose answer a key has; written in the same transaction as the feedback it stands for."""

    source_key = models.ForeignKey(
        SourceKey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    endpoint = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    body_digest = models.BinaryField(max_length=32)
    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_key", "endpoint", "key"], name="one_answer_a_key"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
