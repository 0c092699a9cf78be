from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tickets.recovery.failure import DERIVED, DRIVERS
from tickets.recovery.models.failure import Driver, FailureType
from tickets.work.models import RootCause, Ticket


class Recovery(models.Model):
    """The repair of one cycle: what failed, what it was worth to us, what the customer said.

    `by_hand` names what somebody said of the failure; the rest of it follows from cause and type,
    as they stood when something was last said. `number` is the how-manieth failure of this customer
    it is. `no_gesture`: somebody decided that nothing need be given.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="recoveries")
    cycle = models.PositiveSmallIntegerField()
    failure = models.CharField(max_length=300, default="", blank=True)
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, null=True, related_name="+")
    type = models.ForeignKey(FailureType, on_delete=models.PROTECT, null=True, related_name="+")
    driver = models.CharField(
        max_length=20, choices=Driver.choices, default="", db_default="", blank=True
    )
    severity = models.PositiveSmallIntegerField(null=True, help_text="1, a trifle, to 4, grave")
    monetary = models.BooleanField(null=True)
    process = models.BooleanField(null=True, help_text="of the process, else of the outcome")
    controllable = models.BooleanField(null=True, help_text="we could have prevented it")
    number = models.PositiveSmallIntegerField(null=True)
    order_value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    order_currency = models.CharField(max_length=3, default="", db_default="", blank=True)
    by_hand = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    no_gesture = models.BooleanField(default=False, db_default=False)
    score_type_before = models.CharField(max_length=10, default="", blank=True)
    score_before = models.SmallIntegerField(null=True, blank=True)
    score_after = models.SmallIntegerField(null=True, blank=True, help_text="CSAT, 1 to 5")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_recovery_a_cycle"),
            models.CheckConstraint(
                condition=Q(driver__in=["", *DRIVERS]), name="failure_has_a_known_driver"
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__gte=1, severity__lte=4),
                name="severity_in_range",
            ),
            models.CheckConstraint(
                condition=Q(order_value=None, order_currency="")
                | Q(order_value__isnull=False, order_value__gt=0)
                & Q(order_currency__regex=r"^[A-Z]{3}$"),
                name="order_value_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(by_hand__contained_by=list(DERIVED)), name="said_by_hand_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"
