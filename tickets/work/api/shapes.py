"""What the bodies of this room's routes look like."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
    SlugField,
    UUIDField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import PersonBrief
from cxloop.kernel.file_kinds import KINDS as FILE_KINDS
from cxloop.kernel.shapes import Instant, Shape
from feedback.intake.models import Channel, Consent, Contactable
from feedback.intake.models import Customer as CustomerRow
from feedback.intake.models.quarantine import STATES
from feedback.intake.scores import CLASSES, TABLE
from feedback.intake.suspicion import CODES
from tickets.work.fields import KINDS, MOST_FIELDS
from tickets.work.lifecycle import STATUSES


class Customer(Serializer[Any]):
    id = UUIDField()
    external_id = CharField(allow_null=True)
    name = CharField(allow_null=True)
    email = CharField(allow_null=True)
    phone = CharField(allow_null=True)
    locale = CharField(allow_null=True)
    segment = CharField(allow_null=True)
    value = CharField(allow_null=True, help_text="a decimal number")
    company = CharField(allow_null=True)
    trusted = BooleanField(help_text="false: claimed by a browser or a mail")
    do_not_contact = BooleanField()
    joined_to = UUIDField(
        allow_null=True, help_text="the trusted customer whom a colleague says this one is"
    )

    def to_representation(self, customer: CustomerRow) -> dict[str, Any]:
        return customer.public()


class ConsentGiven(Serializer[Any]):
    purpose = ChoiceField(Consent.Purpose.choices)
    granted = BooleanField()
    said = CharField(help_text="where and how they said it")
    at = Instant()
    recorded_by = PersonBrief(allow_null=True)


class BriefTicket(Serializer[Any]):
    ref = CharField()
    subject = CharField()
    status = ChoiceField(STATUSES)
    created_at = Instant()


class CustomerWhole(Serializer[Any]):
    """A customer with all that belongs to them, as far as the caller may see it."""

    customer = Customer()
    consents = ConsentGiven(many=True, help_text="the newest first")
    claims = Customer(many=True, help_text="what stands for this customer")
    possible_matches = Customer(many=True, help_text="trusted customers who may be the same person")
    tickets = BriefTicket(many=True, help_text="the newest first")


class JoinCustomerBody(Shape):
    to = UUIDField(help_text="id of a trusted customer")


class ConsentBody(Shape):
    purpose = ChoiceField(Consent.Purpose.choices)
    granted = BooleanField()
    said = CharField(max_length=100, help_text="where and how they said it")


class MoveForecast(Serializer[Any]):
    running = IntegerField(help_text="clocks that would go on under the newest version")
    move = IntegerField(help_text="of them those whose due time changes")
    break_at_once = IntegerField(help_text="of them those whose new due time has passed")
    stay_broken = IntegerField(help_text="broken ones it would not have broken; they stay so")


class ConfirmedMove(Serializer[Any]):
    confirmed_by = PersonBrief()
    confirmed_at = Instant()
    moved = IntegerField(help_text="clocks so far")
    finished_at = Instant(allow_null=True)


class RunningPromises(Serializer[Any]):
    version = IntegerField(help_text="the newest")
    forecast = MoveForecast()
    confirmed = ConfirmedMove(allow_null=True)


class MoveBody(Shape):
    version = IntegerField(help_text="the newest, of which the forecast told")


class SaidScore(Serializer[Any]):
    type = ChoiceField(list(TABLE))
    value = JSONField(help_text="a whole number; for gcr no, partly or yes")


class ClassedScore(SaidScore):
    vars()["class"] = ChoiceField(CLASSES)


class KeyedScore(ClassedScore):
    key = CharField()


class NamedRule(Serializer[Any]):
    id = IntegerField()
    version = IntegerField()
    name = CharField()


class Triage(Serializer[Any]):
    """What was decided, by which rule, on which values; or why nothing was."""

    decision = ChoiceField(["pending", "ticket", "joined", "none"])
    rule = NamedRule(allow_null=True)
    reason = CharField(allow_null=True)
    matched = DictField()
    at = Instant(allow_null=True)


class HeldBefore(Serializer[Any]):
    """That it was held before the rules, since it looked automatic, and what became of that."""

    state = ChoiceField(list(STATES))
    reasons = ListField(child=ChoiceField(CODES))
    held_at = Instant()
    ended_at = Instant(allow_null=True)


class HeardFile(Serializer[Any]):
    """A file that came with feedback; its bytes and its picture are at /files/{id} of it."""

    id = IntegerField()
    name = CharField(help_text="blank where it was forgotten with its customer")
    kind = ChoiceField(FILE_KINDS, help_text="by its content, whatever it is called")
    size = IntegerField(help_text="bytes")
    drawn = BooleanField(help_text="whether /preview has a picture of it")


class Feedback(Serializer[Any]):
    id = UUIDField()
    source = CharField(help_text="slug")  # type: ignore[assignment]
    channel = ChoiceField(Channel.choices)
    received_at = Instant()
    occurred_at = Instant(allow_null=True)
    imported_at = Instant(allow_null=True)
    score = ClassedScore(allow_null=True)
    scores = KeyedScore(many=True)
    comment = CharField(allow_null=True)
    answers = DictField()
    context = DictField()  # type: ignore[assignment]
    tags = ListField(child=CharField())
    files = HeardFile(many=True)
    form = CharField(allow_null=True)
    form_version = IntegerField(allow_null=True)
    customer = Customer(allow_null=True)
    contactable = ChoiceField(Contactable.choices)
    quarantine = HeldBefore(allow_null=True)
    triage = Triage()
    ticket = CharField(allow_null=True, help_text="ref")


class TicketField(Serializer[Any]):
    """What this house knows of a ticket beside what every house does."""

    slug = CharField(help_text="how lists and tickets name it, for good")
    kind = ChoiceField(KINDS)
    label_en = CharField()
    label_ko = CharField()
    choices = ListField(child=CharField(), help_text="of a choice alone")
    path = CharField(help_text="where the context of a feedback says it, as order.id; or blank")
    in_queue = BooleanField(help_text="a column of the queue")
    place = IntegerField(allow_null=True, help_text="from 1; null where it is archived")
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class ChangeTicketFieldBody(Shape):
    label_en = CharField(max_length=60, allow_blank=True, required=False)
    label_ko = CharField(max_length=60, allow_blank=True, required=False)
    choices = ListField(child=CharField(max_length=60), required=False)
    path = CharField(max_length=190, allow_blank=True, required=False)
    in_queue = BooleanField(required=False)
    place = IntegerField(min_value=1, max_value=MOST_FIELDS, required=False)
    archived = BooleanField(required=False)


class NewTicketFieldBody(Shape):
    """At most 20 are in use. Slug and kind are for good: archive it, and make it anew."""

    slug = CharField(max_length=40)
    kind = ChoiceField(KINDS)
    label_en = CharField(max_length=60, allow_blank=True, required=False)
    label_ko = CharField(max_length=60, allow_blank=True, required=False)
    choices = ListField(child=CharField(max_length=60), required=False)
    path = CharField(max_length=190, allow_blank=True, required=False)
    in_queue = BooleanField(required=False)


class RootCause(Serializer[Any]):
    slug = CharField()
    name = CharField()
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class NewRootCauseBody(Shape):
    slug = SlugField(max_length=60)
    name = CharField(max_length=120)


class ChangeRootCauseBody(Shape):
    name = CharField(max_length=120)
