from typing import Self

from django.db import models


class Whereabouts(models.Model):
    """The one row that says in which database it was written. Where it is read in another one, that
    one is a copy from earlier."""

    identity = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.identity


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(released_at=None)


class Hold(models.Model):
    """Letters that tell of what happened until `before` stay here until a person has decided: they
    may have left already, in a time that this database knows nothing of."""

    before = models.DateTimeField()
    noticed_at = models.DateTimeField()
    by_hand = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=254, default="", blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["released_at"], name="one_hold_in_force", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"before {self.before}"
