from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Source, SourceKey, new_id
from feedback.web.forms import FormDocument, read_form_document


class FormQuerySet(models.QuerySet["Form"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def in_order(self) -> Self:
        """The first is the one that the source asks where none is named."""
        return self.order_by("created_at", "pk")


class Form(models.Model):
    """What a source asks, under a name that stays. Its `version` is the newest; answers keep the
    number of the one that they were given to."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = FormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "slug"], name="one_form_a_slug"),
            models.CheckConstraint(condition=Q(version__gte=1), name="form_has_a_version"),
        ]

    def __str__(self) -> str:
        return self.slug

    def newest(self) -> "FormVersion":
        return self.versions.get(number=self.version)


class FormVersion(models.Model):
    """Written once; a trigger keeps it."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_versions_are_counted")
        ]

    def __str__(self) -> str:
        return f"{self.form_id} version {self.number}"

    def read(self) -> FormDocument:
        return read_form_document(self.document)

    def brief(self) -> dict[str, Any]:
        by = self.made_by.brief() if self.made_by else None
        return {"version": self.number, "made_at": self.made_at, "made_by": by}


class PartQuerySet(DueQuerySet["Part"]):
    def due(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(heard_at__lte=now).order_by("heard_at", "pk")


class Part(Due):
    """What was answered so far of what nobody has sent yet, as it came. Its number is that of the
    feedback it becomes; `marks` are the names by which a person would be found in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source_key = models.ForeignKey(
        SourceKey, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=255)
    body = models.TextField()
    marks = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    filled_ms = models.BigIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    heard_at = models.DateTimeField(help_text="at the latest; sending it ends it before")

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_key", "key"], name="one_part_a_key"),
            models.CheckConstraint(
                condition=Q(heard_at__gt=models.F("begun_at")), name="part_is_heard_later"
            ),
        ]
        indexes = [models.Index(fields=["heard_at", "id"], name="part_to_hear")]

    def __str__(self) -> str:
        return str(self.pk)
