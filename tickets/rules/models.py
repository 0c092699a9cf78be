from typing import Any, Self

from django.db import models
from django.db.models import F

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


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def newest(self) -> Self:
        """One row a rule: as it stands."""
        return self.filter(version=F("rule__version"))

    def current(self) -> Self:
        """The rules that judge, as they stand, in the order they are asked."""
        return self.newest().filter(rule__archived_at=None).order_by("order", "rule")


class RuleVersion(models.Model):
    """A rule as it stood; never changed, only followed by the next version."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    order = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    when = models.JSONField()
    then = models.JSONField()
    archived = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="one_rule_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def public(self) -> dict[str, Any]:
        return {
            "id": self.rule_id,
            "version": self.version,
            "name": self.name,
            "order": self.order,
            "when": self.when,
            "then": self.then,
            "archived": self.archived,
            "written_at": self.written_at,
            "written_by": self.written_by and self.written_by.brief(),
        }
