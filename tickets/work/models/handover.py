from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.work.models.ticket import Ticket

WAITS = Q(accepted_at=None, returned_at=None, over_at=None)


class HandedFor(models.TextChoices):
    WRONG_GROUP = "wrong_group"
    EXPERTISE = "expertise"
    PERMISSION = "permission"
    CUSTOMER_WISH = "customer_wish"
    OTHER = "other"


class HandoverQuerySet(DueQuerySet["Handover"]):
    def waiting(self) -> Self:
        """Nobody of the receiving group has said yet whether they take it."""
        return self.filter(WAITS)

    def to_tell(self, now: datetime) -> Self:
        """Waiting beyond their time, and no lead was told."""
        late = self.not_put_off(now).waiting().filter(told_at=None, accept_by__lte=now)
        return late.order_by("accept_by", "pk")


class Handover(Due):
    """A ticket given to another group, which accepts it or sends it back. `number` counts those of
    one ticket; `over_at` is when it ended otherwise: handed on, resolved, closed."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="handovers", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    from_group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="who owned it then, and gets it back",
    )
    reason = models.CharField(max_length=20, choices=HandedFor.choices)
    summary = models.TextField(blank=True, default="", help_text="for colleagues only")
    at = models.DateTimeField()
    accept_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    returned_why = models.CharField(max_length=300, blank=True, default="")
    over_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when the receiving group's lead heard that nobody took it"
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="handovers_are_counted"),
            models.UniqueConstraint(
                fields=["ticket"], name="one_handover_waits_a_ticket", condition=WAITS
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, returned_at=None)
                | Q(accepted_at=None, over_at=None)
                | Q(returned_at=None, over_at=None),
                name="handover_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="who_accepts_is_named",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None, returned_why="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_why="")),
                name="who_sends_back_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(from_group=F("to_group")), name="handed_to_another_group"
            ),
            models.CheckConstraint(
                condition=Q(accept_by__gt=F("at")), name="there_is_time_to_accept"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(told_at__gte=F("accept_by")),
                name="told_when_it_is_late",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=HandedFor.values), name="known_handover_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["accept_by", "id"],
                name="handover_to_tell",
                condition=WAITS & Q(told_at=None),
            ),
            # Of a group that its colleagues look at: what waits for them is never much.
            models.Index(fields=["to_group"], name="handover_waiting", condition=WAITS),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} to {self.to_group_id}"

    @property
    def waits(self) -> bool:
        return self.accepted_at is None and self.returned_at is None and self.over_at is None

    def is_late(self, now: datetime) -> bool:
        return self.waits and self.accept_by <= now
