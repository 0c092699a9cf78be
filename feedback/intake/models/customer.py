from typing import Any, Self

from django.db import models
from django.db.models import Q

from feedback.intake.models.ids import new_id


class Contactable(models.TextChoices):
    """How a person of the house can reach this customer."""

    LETTER = "letter"
    PHONE = "phone"
    RECEIPT = "receipt", "receipt page"
    NONE = "none", "not at all"


class CustomerQuerySet(models.QuerySet["Customer"]):
    def possible_matches(self, customer: "Customer") -> Self:
        """Trusted customers who may be this one: shown to a person, never joined by itself."""
        same = Q(pk=None)
        if customer.email:
            same |= Q(email=customer.email)
        if customer.phone:
            same |= Q(phone=customer.phone)
        return self.filter(same, trusted=True).exclude(pk=customer.pk)


class Customer(models.Model):
    """Somebody outside. Trusted: named by a server, a signature or a mail round trip. Claimed: said
    by a browser; a claim never matches a trusted customer by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trusted = models.BooleanField()
    identity = models.CharField(  # noqa: DJ001 - null: nobody knows who, and that is never unique
        max_length=340,
        null=True,
        blank=True,
        help_text="what makes two mentions one customer: id:…, email:… or phone:…",
    )
    external_id = models.CharField(max_length=255, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    name = models.CharField(max_length=255, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    locale = models.CharField(max_length=35, default="", blank=True)
    segment = models.CharField(max_length=64, default="", blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    company = models.CharField(max_length=255, default="", blank=True)
    do_not_contact = models.BooleanField(default=False)
    do_not_contact_since = models.DateTimeField(null=True, blank=True)
    do_not_contact_said = models.CharField(max_length=100, default="", blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "trusted"], name="one_customer_an_identity"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(identity=None, external_id="", email="", name="", phone="", company=""),
                name="erased_customer_is_nobody",
            ),
            models.CheckConstraint(
                condition=Q(do_not_contact=False) | Q(do_not_contact_since__isnull=False),
                name="do_not_contact_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="customer_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="customer_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or "somebody"

    def public(self) -> dict[str, Any]:
        return {
            "id": str(self.pk),
            "external_id": self.external_id or None,
            "name": self.name or None,
            "email": self.email or None,
            "phone": self.phone or None,
            "locale": self.locale or None,
            "segment": self.segment or None,
            "value": None if self.value is None else str(self.value),
            "company": self.company or None,
            "trusted": self.trusted,
            "do_not_contact": self.do_not_contact,
        }
