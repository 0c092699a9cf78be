from django.db import models
from django.db.models import F, Q

from tickets.recovery.failure import DRIVERS, Known
from tickets.work.models import RootCause


class Driver(models.TextChoices):
    """What a failure weighs on: the drivers of loyalty."""

    PRODUCT_EXPERIENCE = "product_experience"
    INTERACTION = "interaction"
    BRAND = "brand"
    PRICE = "price"


class FailureType(models.Model):
    """What kind of failure it was, in the house's own words: a tree. A kind that does not say
    whether it is monetary, or of the process, is as the one above it."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")
    monetary = models.BooleanField(null=True)
    process = models.BooleanField(null=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(above=None) | ~Q(above=F("id")), name="failure_is_not_above_itself"
            )
        ]

    def __str__(self) -> str:
        return self.slug


class CauseDefault(models.Model):
    """What a root cause stands for, as long as nobody says otherwise of one repair."""

    cause = models.OneToOneField(
        RootCause, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    type = models.ForeignKey(FailureType, on_delete=models.PROTECT, null=True, related_name="+")
    driver = models.CharField(max_length=20, choices=Driver.choices, default="", blank=True)
    monetary = models.BooleanField(null=True)
    process = models.BooleanField(null=True)
    controllable = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(driver__in=["", *DRIVERS]), name="cause_has_a_known_driver"
            )
        ]

    def __str__(self) -> str:
        return str(self.cause_id)

    def known(self) -> Known:
        return Known(self.type_id, self.driver, self.monetary, self.process, self.controllable)
