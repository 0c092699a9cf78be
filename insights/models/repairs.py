from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Customer, Source
from insights.measures.rows import ENDERS, STANDINGS, USES
from tickets.work.models import RootCause, Ticket


class UnrecordedQuerySet(DueQuerySet["Unrecorded"]):
    def to_record(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(since__lte=now).order_by("since", "pk")


class Unrecorded(Due):
    """A ticket whose history went on, or whose customer may have come back, since its repairs were
    recorded; removed by who records them."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField()

    objects = UnrecordedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["since", "ticket"], name="unrecorded_oldest")]

    def __str__(self) -> str:
        return f"T-{self.ticket_id}"


class RepairRecordQuerySet(models.QuerySet["RepairRecord"]):
    def received_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(received_at__gte=start, received_at__lt=end)

    def of_groups(self, groups: Collection[int]) -> Self:
        return self.filter(group__in=list(groups))

    def to_look_at_again(self, now: datetime) -> Self:
        return self.filter(look_again_at__lte=now).order_by("look_again_at", "pk")


class RepairRecord(models.Model):
    """What became of one cycle of a ticket, on one row: what a report of repairs is worked out of,
    and nothing else. Written from what the other rooms keep, anew as a whole whenever the history
    of the ticket goes on, so nothing of it is true by itself.

    The columns are those of insights.measures.rows.Repair. Without an index of its own a reference
    is one that nothing looks for and of which nothing is deleted.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    cycle = models.PositiveSmallIntegerField()
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    standing = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    score_type = models.CharField(max_length=10, default="", blank=True)
    score_before = models.SmallIntegerField(null=True)
    class_before = models.CharField(max_length=10)
    acknowledged_at = models.DateTimeField(null=True, help_text="by itself, which keeps no promise")
    attempted_at = models.DateTimeField(
        null=True, help_text="the first try, whom it reached or not"
    )
    reached_at = models.DateTimeField(null=True, help_text="the first contact that reached them")
    owed_at = models.DateTimeField(null=True, help_text="since when a follow-up was owed")
    due_at = models.DateTimeField(null=True, help_text="by its policy; of what is paused, never")
    follow_up = models.CharField(max_length=10, default="", blank=True, help_text="its state")
    met_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    score_after = models.SmallIntegerField(null=True, help_text="CSAT, 1 to 5")
    fair = models.SmallIntegerField(null=True, help_text="1 to 5: what came of it")
    easy = models.SmallIntegerField(null=True, help_text="1 to 5: how it went")
    respect = models.SmallIntegerField(null=True, help_text="1 to 5: how they were treated")
    is_heard = models.BooleanField(
        default=False, db_default=False, help_text="a colleague heard the answer"
    )
    is_silent = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, help_text="the end of this cycle")
    outcome = models.CharField(max_length=30, default="", blank=True)
    closed_by = models.CharField(max_length=10, default="", blank=True)
    reopened_at = models.DateTimeField(null=True, help_text="when the next cycle began")
    ended_at = models.DateTimeField(null=True, help_text="the end of its ticket, if it has ended")
    cause = models.ForeignKey(
        RootCause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    failure_type = models.CharField(max_length=60, default="", blank=True, help_text="slug")
    driver = models.CharField(max_length=20, default="", blank=True)
    severity = models.PositiveSmallIntegerField(null=True)
    is_monetary = models.BooleanField(null=True)
    is_process = models.BooleanField(null=True)
    is_controllable = models.BooleanField(null=True)
    failure_number = models.PositiveSmallIntegerField(null=True, help_text="of this customer's")
    costs = models.JSONField(default=dict, help_text="amounts promised or kept, by currency")
    gestures = ArrayField(models.CharField(max_length=40), default=list, help_text="kind:state")
    playbook = models.CharField(
        max_length=60, default="", db_default="", blank=True, help_text="slug"
    )
    playbook_version = models.PositiveIntegerField(null=True)
    playbook_use = models.CharField(
        max_length=10, default="", db_default="", blank=True, help_text="what became of it"
    )
    value = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, help_text="of the customer, when first written"
    )
    failed_before_at = models.DateTimeField(null=True, help_text="their last failure before it")
    failed_again_at = models.DateTimeField(null=True, help_text="their next, on another ticket")
    same_cause_again_at = models.DateTimeField(null=True, help_text="their next of the same cause")
    later_score = models.SmallIntegerField(null=True, help_text="their next score of this type")
    later_score_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(help_text="when this was written")
    look_again_at = models.DateTimeField(
        null=True, help_text="what they did since, of 30 or 90 days"
    )

    objects = RepairRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_record_a_cycle"),
            models.CheckConstraint(
                condition=Q(standing__in=STANDINGS), name="known_standing_of_repair"
            ),
            models.CheckConstraint(
                condition=Q(closed_by__in=["", *ENDERS]), name="known_who_closed_it"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, solved=None, score_after=None)
                | (
                    Q(answered_at__isnull=False, is_silent=False)
                    & (Q(solved__isnull=False) | Q(score_after__isnull=False))
                ),
                name="recorded_answer_is_one",
            ),
            models.CheckConstraint(
                condition=Q(fair=None, easy=None, respect=None)
                | Q(answered_at__isnull=False)
                & (Q(fair=None) | Q(fair__gte=1, fair__lte=5))
                & (Q(easy=None) | Q(easy__gte=1, easy__lte=5))
                & (Q(respect=None) | Q(respect__gte=1, respect__lte=5)),
                name="recorded_items_were_answered",
            ),
            models.CheckConstraint(
                condition=Q(is_heard=False) | Q(answered_at__isnull=False),
                name="recorded_hearing_was_answered",
            ),
            models.CheckConstraint(
                condition=Q(playbook="", playbook_version=None, playbook_use="")
                | (~Q(playbook="") & Q(playbook_version__isnull=False, playbook_use__in=USES)),
                name="recorded_playbook_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(score_before=None, score_type="")
                | (Q(score_before__isnull=False) & ~Q(score_type="")),
                name="recorded_score_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(look_again_at=None) | Q(look_again_at__gt=F("received_at")),
                name="looked_at_again_later",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at", "group"], name="repair_by_receipt"),
            models.Index(
                fields=["look_again_at", "id"],
                name="repair_to_look_at",
                condition=Q(look_again_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} cycle {self.cycle}"
