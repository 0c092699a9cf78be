from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from feedback.intake.models.ids import new_id


class Contactable(models.TextChoices):
    """How a person of the house can reach this customer."""

    LETTER = "letter"
    PHONE = "phone"
    RECEIPT = "receipt", "receipt page"
    STORE = "store", "reply in the app store"
    NONE = "none", "not at all"


class CustomerQuerySet(models.QuerySet["Customer"]):
    def known_as(self, person: "Customer") -> Self:
        """Every row that stands for this person: their own, and those joined to them."""
        return self.filter(Q(pk=person.pk) | Q(joined_to=person.pk))

    def possible_matches(self, customer: "Customer") -> Self:
        """Trusted customers who may be the same person: shown to one, never joined by itself."""
        if customer.joined_to_id or customer.erased_at:
            return self.none()
        same = Q(pk=None)
        if customer.email:
            same |= Q(email=customer.email)
        if customer.phone:
            same |= Q(phone=customer.phone)
        return self.filter(same, trusted=True, joined_to=None).exclude(pk=customer.pk)


class Customer(models.Model):
    """Somebody outside. Trusted: named by a server, a signature or a mail round trip. Claimed: said
    by a browser; a claim never matches a trusted customer by itself. Once a colleague has said that
    two are one person, `joined_to` of the one names the other: what was said under it stays its
    own, what is owed for it is theirs. A trigger keeps that one deep, whoever writes.
    """

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
    joined_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
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
            models.Index(
                fields=["external_id"], name="customer_by_number", condition=~Q(external_id="")
            ),
            models.Index(
                fields=["joined_to"], name="customer_claims", condition=Q(joined_to__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or "somebody"

    @property
    def person(self) -> "Customer":
        """Whom this row stands for: the customer it was joined to, otherwise itself."""
        return self.joined_to or self

    @property
    def way(self) -> Contactable:
        """How a person of the house can reach them now."""
        if self.do_not_contact:
            return Contactable.NONE
        if self.email:
            return Contactable.LETTER
        return Contactable.PHONE if self.phone else Contactable.NONE

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
            "joined_to": str(self.joined_to_id) if self.joined_to_id else None,
        }


class Consent(models.Model):
    """What a customer allows us, as they last said it: written once for every time they say it.

    `said` is where and how. What is said of contact also stands on the customer, as do_not_contact.
    """

    class Purpose(models.TextChoices):
        CONTACT = "contact"
        SURVEYS = "surveys"
        MARKETING = "marketing"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    granted = models.BooleanField()
    said = models.CharField(max_length=100, blank=True, help_text="where and how they said it")
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["contact", "surveys", "marketing"]), name="known_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.granted else 'no'}"
