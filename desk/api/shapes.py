"""How a ticket looks over REST."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    ListField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import GroupBrief, PersonBrief
from cxloop.kernel.shapes import Instant
from feedback.intake.models import Contactable
from tickets.recovery.shapes import Recovery
from tickets.sla.ledger import STATES
from tickets.sla.models import Kind
from tickets.sla.shapes import Clock
from tickets.work.api.files import AttachedFile
from tickets.work.api.shapes import Customer, Feedback, SaidScore
from tickets.work.attempts import LETTER, PHONE, REASONS
from tickets.work.by_hand import FromContactBody
from tickets.work.lifecycle import OUTCOMES, STATUSES
from tickets.work.models import PRIORITY_WORDS, HandedFor, TicketShare


class RaisedRung(Serializer[Any]):
    id = IntegerField()
    clock = ChoiceField(Kind.choices)
    cycle = IntegerField()
    rung = IntegerField()
    due_at = Instant()
    raised_at = Instant()
    acknowledged_at = Instant(allow_null=True)
    paused_until = Instant(allow_null=True)
    skipped = CharField(help_text="why nobody was told; blank where somebody was")


class TimelineEntry(Serializer[Any]):
    at = Instant()
    kind = CharField()
    actor = DictField(help_text="kind, and for people id and name")
    text = CharField()
    files = AttachedFile(many=True, help_text="read under /tickets/{ref}/files/{id}")
    reason = DictField()


class SharedWith(GroupBrief):
    right = ChoiceField(TicketShare.Right.choices, help_text="read, or read and write notes")


class Handover(Serializer[Any]):
    """A hand-over that waits: accept it, take the ticket, or send it back."""

    number = IntegerField(help_text="how often this ticket was handed over, this one counted")
    vars()["from"] = GroupBrief()
    to = GroupBrief()
    by = PersonBrief(allow_null=True)
    reason = ChoiceField(HandedFor.choices)
    summary = CharField()
    at = Instant()
    accept_by = Instant(help_text="later the receiving group's lead hears of it")


class TicketRow(Serializer[Any]):
    ref = CharField()
    subject = CharField()
    status = ChoiceField(STATUSES)
    outcome = ChoiceField(OUTCOMES, allow_null=True)
    close_reason = CharField(allow_null=True)
    priority = ChoiceField(list(PRIORITY_WORDS))
    cycle = IntegerField()
    group = GroupBrief()
    handover = Handover(allow_null=True, help_text="while nobody has accepted it yet")
    shared_with = SharedWith(many=True, help_text="further groups that may read it")
    watchers = PersonBrief(many=True, help_text="hear what happens on it")
    assignee = PersonBrief(allow_null=True)
    customer = Customer(allow_null=True)
    contactable = ChoiceField(Contactable.choices)
    feedback = Feedback(many=True)
    tags = ListField(child=CharField())
    fields = DictField(  # type: ignore[assignment]
        child=CharField(), help_text="what stands in the fields of this house, by slug"
    )
    clocks = Clock(many=True)
    escalations = RaisedRung(many=True)
    next_due_at = Instant(allow_null=True, help_text="the earliest deadline still to be met")
    waiting_until = Instant(allow_null=True)
    snoozed_until = Instant(allow_null=True, help_text="put away by its owner; its clocks run on")
    merged_into = CharField(allow_null=True, help_text="ref")
    linked_to = CharField(allow_null=True, help_text="ref")
    imported = BooleanField(help_text="history that was imported: it alarms nobody")
    created_at = Instant()
    updated_at = Instant()
    resolved_at = Instant(allow_null=True)
    unjudged_since = Instant(
        allow_null=True,
        help_text="they wrote while it was resolved, and nobody has said what that means",
    )
    closed_at = Instant(allow_null=True)


class NextAttempt(Serializer[Any]):
    """What to try next to reach the customer; without a way enough was tried, and it may be closed
    as unreachable."""

    channel = ChoiceField([LETTER, PHONE], allow_null=True)
    not_before = Instant(allow_null=True, help_text="another day, in the other half of it")
    reason = ChoiceField(REASONS, help_text="the other way, the same on another day, or enough")


class Ticket(TicketRow):
    links = ListField(child=CharField(), help_text="refs of tickets it was linked with by hand")
    next_attempt = NextAttempt(
        allow_null=True, help_text="null where nothing failed, or they were reached since"
    )
    recovery = Recovery()
    timeline = TimelineEntry(many=True)


class NamedVersion(Serializer[Any]):
    slug = CharField()
    version = IntegerField()


class Stretch(Serializer[Any]):
    """A stretch of time that counted or did not, and why."""

    vars()["from"] = Instant()
    to = Instant()
    counts = BooleanField()
    why = CharField()


class Otherwise(Serializer[Any]):
    priority = ChoiceField(list(PRIORITY_WORDS))
    due_at = Instant(help_text="if the ticket had this priority from now on")


class Explanation(Serializer[Any]):
    """A deadline added up: `counted_s` reaches `target_s` at the due time."""

    kind = ChoiceField(Kind.choices)
    cycle = IntegerField()
    state = ChoiceField(STATES)
    policy = NamedVersion()
    calendar = NamedVersion(allow_null=True, help_text="null is round the clock")
    law = CharField(allow_null=True, help_text="what obliges us to it; null: our own promise")
    target_s = IntegerField()
    segments = Stretch(many=True)
    counted_s = IntegerField()
    due_at = Instant(allow_null=True)
    what_if = Otherwise(many=True, help_text="where another priority would make it another time")
    sentences = ListField(child=CharField())


class SaidCustomer(Serializer[Any]):
    """Who it was, as far as they said."""

    id = CharField(required=False)
    email = CharField(required=False)
    name = CharField(required=False)
    phone = CharField(required=False)
    locale = CharField(required=False)
    segment = CharField(required=False)
    value = CharField(required=False)
    company = CharField(required=False)


class NewTicketBody(FromContactBody):
    customer = SaidCustomer(required=False)
    comment = CharField(required=False)
    score = SaidScore(required=False)
    occurred_at = Instant(required=False)
    tags = ListField(child=CharField(), required=False)
