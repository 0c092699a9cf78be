from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from tickets.escalation.models.ladder import Ladder
from tickets.escalation.rungs import LONGEST_PAUSE_S
from tickets.sla.models import Calendar, Clock
from tickets.work.models import Ticket


class Escalation(models.Model):
    """One rung passed, once: `due_at` is when the rung's time came, `raised_at` when we noted it.

    `skipped` says why nobody was told.
    """

    class Skipped(models.TextChoices):
        SUPERSEDED = "superseded", "a higher rung was noted at the same time or before"
        IMPORTED = "imported", "the promise is imported history"
        NOBODY = "nobody", "there is nobody left who could act"
        CONDITIONS = "conditions", "the ticket was not one that the rung is for"
        ACKNOWLEDGED = "acknowledged", "somebody had taken note of a rung below, for a time"

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="escalations", db_index=False
    )
    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, related_name="escalations", db_index=False
    )
    cycle = models.PositiveSmallIntegerField()
    rung = models.PositiveSmallIntegerField()
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="+", db_index=False)
    ladder_version = models.PositiveIntegerField()
    what = models.JSONField(help_text="the rung as it stood, and what it did")
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    late_by_us = models.BooleanField(default=False, help_text="we noted it over 120 s late")
    skipped = models.CharField(max_length=20, choices=Skipped.choices, default="", blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="until then no higher rung of this clock is heard"
    )

    over = models.BooleanField(
        default=False,
        db_default=False,
        help_text="its ticket is closed: nobody need take note any more",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "cycle", "rung"], name="one_escalation_a_rung"
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None)
                | Q(
                    acknowledged_at__isnull=False,
                    paused_until__lte=F("acknowledged_at") + timedelta(seconds=LONGEST_PAUSE_S),
                ),
                name="pauses_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=Q(raised_at__gte=F("due_at")), name="not_raised_early"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    skipped__in=[
                        "",
                        "superseded",
                        "imported",
                        "nobody",
                        "conditions",
                        "acknowledged",
                    ]
                ),
                name="known_reason_to_skip",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="escalation_unacknowledged",
                condition=Q(acknowledged_at=None, skipped=""),
            ),
            models.Index(
                fields=["ticket", "raised_at", "id"],
                name="escalation_unheard_of_ticket",
                condition=Q(acknowledged_at=None, skipped="", over=False),
            ),
            models.Index(fields=["ticket", "raised_at"], name="escalation_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"rung {self.rung} of {self.clock_id}"


class NoticeQuerySet(DueQuerySet["Notice"]):
    def untold(self, now: datetime) -> Self:
        """What people have not been written yet, person by person."""
        due = self.not_put_off(now).waiting().filter(tell_at__lte=now)
        return due.order_by("user_id", "address", "pk")

    def told_since(self, start: datetime) -> Self:
        return self.filter(told_at__gt=start)

    def waiting(self) -> Self:
        return self.filter(letter=None, dropped="")

    def to_same(self, notices: "Iterable[Notice]") -> Self:
        """Those to the same people and addresses as these."""
        hearers = [notice.hearer for notice in notices]
        users = {user for user, _ in hearers if user}
        return self.filter(Q(user__in=users) | Q(address__in={to for _, to in hearers if to}))


class Notice(Due):
    """This person, or this address, is told of this escalation, once. Without a letter it waits to
    be written, since many at once become one letter. It is dropped where the promise has ended
    before the letter left: then nobody need hear any more.
    """

    class Dropped(models.TextChoices):
        MET = "met", "the promise was kept, or made good, before the letter left"
        VOID = "void", "the promise was void before the letter left"

    escalation = models.ForeignKey(
        Escalation, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    address = models.EmailField(max_length=254, default="", blank=True)
    tell_at = models.DateTimeField(db_default=Now(), help_text="not before: they may be asleep")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when its letter was written")
    gathered = models.BooleanField(
        default=False, help_text="they hear so much just now that this waits for one letter"
    )
    dropped = models.CharField(max_length=10, choices=Dropped.choices, default="", blank=True)
    again = models.PositiveSmallIntegerField(
        default=0, help_text="how many letters that said it were called back"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation", "user"], name="one_notice_a_person"),
            models.UniqueConstraint(
                fields=["escalation", "address"],
                name="one_notice_an_address",
                condition=~Q(address=""),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | (Q(user=None) & ~Q(address="")),
                name="somebody_is_told",
            ),
            models.CheckConstraint(
                condition=Q(dropped__in=["", "met", "void"]), name="known_reason_to_drop"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tell_at", "user", "id"],
                name="notice_untold",
                condition=Q(letter__isnull=True, dropped=""),
            ),
            models.Index(
                fields=["told_at"], name="notice_told", condition=Q(told_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.address} of {self.escalation_id}"

    @property
    def whom(self) -> str:
        return self.user.name if self.user else self.address

    @property
    def why_dropped(self) -> str:
        """Also of one that still waits, to be dropped when its time comes."""
        if self.dropped or self.letter_id:
            return self.dropped
        clock = self.escalation.clock
        if clock.met_at:
            return self.Dropped.MET
        return self.Dropped.VOID if clock.voided_at else ""

    @property
    def state(self) -> str:
        if self.why_dropped:
            return "dropped"
        return "told" if self.letter_id else "waiting"

    @property
    def hearer(self) -> tuple[int | None, str]:
        return self.user_id, self.address


class WorkingHours(models.Model):
    """When letters about promises may reach a person, read in their own time zone. Whoever has none
    is written to at any hour."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.calendar_id} of {self.user_id}"
