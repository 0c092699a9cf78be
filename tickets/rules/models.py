from typing import Self

from django.db import models

from accounts.models import User


class RuleQuerySet(models.QuerySet["Rule"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)


class Rule(models.Model):
    """One place in the ordered list; what it says stands in its newest version."""

    order = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1, help_text="the newest")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="rule_in_order")]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """A rule as it stood; never changed, only followed by the next version."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    order = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    when = models.JSONField()
    then = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="one_rule_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
