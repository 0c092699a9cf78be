from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import AccessGroup, User
from tickets.work.models.ticket import Priority

LONGEST_WAIT_DAYS = 365


class MacroQuerySet(models.QuerySet["Macro"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, user: User) -> Self:
        """One's own, those of the groups whose work one sees, and everybody's. What somebody keeps
        for themselves no admin reads either."""
        groups = AccessGroup.objects.visible_to(user).values("pk")
        return self.filter(Q(owner=user) | Q(group__in=groups) | Q(owner=None, group=None))

    def by_use(self) -> Self:
        return self.order_by("-used", "-pk")


class Macro(models.Model):
    """What a colleague writes and does again and again, as one act.

    Kept for its `owner`, for a `group`, or, with neither, for everybody. `says` is whether its text
    is a reply or a note; a version in the other language stands in where one is missing.
    """

    class Says(models.TextChoices):
        NOTHING = ""
        REPLY = "reply"
        NOTE = "note"

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    says = models.CharField(max_length=10, choices=Says.choices, default="", blank=True)
    body_en = models.TextField(default="", blank=True)
    body_ko = models.TextField(default="", blank=True)
    add_tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    remove_tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, null=True, blank=True)
    assign_me = models.BooleanField(default=False, help_text="to whoever uses it")
    wait_days = models.PositiveSmallIntegerField(null=True, blank=True)
    hand_to = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    used = models.PositiveIntegerField(default=0, help_text="how often")
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(group=None), name="macro_is_for_one_or_many"
            ),
            models.CheckConstraint(
                condition=Q(says="", body_en="", body_ko="")
                | (Q(says__in=["reply", "note"]) & (~Q(body_en="") | ~Q(body_ko=""))),
                name="macro_that_says_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(says="")
                | ~Q(add_tags=[])
                | ~Q(remove_tags=[])
                | Q(priority__isnull=False)
                | Q(assign_me=True)
                | Q(wait_days__isnull=False)
                | Q(hand_to__isnull=False),
                name="macro_does_something",
            ),
            models.CheckConstraint(
                condition=Q(wait_days=None) | Q(wait_days__gte=1, wait_days__lte=LONGEST_WAIT_DAYS),
                name="macro_waits_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(priority=None)
                | Q(priority__gte=Priority.LOW, priority__lte=Priority.URGENT),
                name="macro_has_known_priority",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-used", "-id"], name="macro_by_use", condition=Q(archived_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> str:
        return "me" if self.owner_id else "group" if self.group_id else "everyone"

    @property
    def priority_word(self) -> str | None:
        return Priority(self.priority).word if self.priority else None

    def brief(self) -> dict[str, Any]:
        return {"id": self.pk, "name": self.name}
