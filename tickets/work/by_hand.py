"""A ticket by hand, as somebody asks for it: from feedback no rule took, or from a call, a visit or
a letter that they record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework import serializers

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Forbidden, NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Shape
from feedback.intake.actions import hear
from feedback.intake.actions.asks import as_reachable
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Arrival, Channel, Customer, Feedback, Source
from feedback.intake.submission import Person, read_submission
from feedback.intake.trust import Trust, identity_of
from tickets.sla.models import PolicyVersion
from tickets.work.actions.open import Terms, open_from_contact, open_from_feedback
from tickets.work.actions.triage import FALLBACK_POLICY
from tickets.work.actor import acting
from tickets.work.models import PRIORITY_WORDS, Priority, Ticket, Triage
from tickets.work.shown import feedback_visible_to
from tickets.work.verb import text
from tickets.work.verbs import ContactBody

HEARD_BY = ("phone", "visit", "letter", "other")


class FromFeedbackBody(Shape):
    group = serializers.CharField(help_text="slug")
    policy = serializers.CharField(default=FALLBACK_POLICY, help_text="slug")
    priority = serializers.ChoiceField(list(PRIORITY_WORDS), default=Priority.NORMAL.word)
    reason = text(longest=300)


class FromContactBody(Shape):
    """Beside these stand the customer, the comment and all else that feedback may say."""

    group = serializers.CharField(help_text="slug")
    policy = serializers.CharField(default=FALLBACK_POLICY, help_text="slug")
    priority = serializers.ChoiceField(list(PRIORITY_WORDS), default=Priority.NORMAL.word)
    channel = serializers.ChoiceField(HEARD_BY, help_text="how it was heard")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="slug of a source whose channel is hand"
    )
    contact = ContactBody(
        allow_null=True, default=None, help_text="where hearing it was the contact already"
    )


def ticket_from_feedback(by: User, pk: UUID, raw: Any) -> Ticket:
    """Raises NotHere for feedback they may not see, Conflict while it is pending or where it has
    a ticket."""
    if not feedback_visible_to(by).filter(pk=pk).exists():
        raise NotHere()
    _must_work_somewhere(by)
    said = _read(FromFeedbackBody, raw)
    terms = _terms(by, said)
    with transaction.atomic():
        feedback = _held(pk)
        return open_from_feedback(
            feedback, terms, reason=said["reason"], by=acting(by), now=moment()
        )


def _held(pk: UUID) -> Feedback:
    """With who is behind it, locked. Two who open a ticket from it at once: the second finds the
    first one's."""
    customer = Feedback.objects.values_list("customer", flat=True).get(pk=pk)
    lock_people([customer] if customer else [])
    Feedback.objects.select_for_update(no_key=True).get(pk=pk)
    return _with_person(pk)


def _with_person(pk: UUID) -> Feedback:
    feedback = Feedback.objects.select_related("customer__joined_to", "source").get(pk=pk)
    as_reachable([feedback])
    return feedback


def ticket_from_contact(by: User, raw: Any) -> Ticket:
    """The words are feedback first, judged by who recorded them; then a ticket."""
    _must_work_somewhere(by)
    mine, words = _split(raw)
    said = _read(FromContactBody, mine)
    terms = _terms(by, said)
    source = _source(said.get("source"), terms.group)
    with transaction.atomic():
        now = moment()
        feedback = _record(by, words, said["channel"], source=source, now=now)
        return open_from_contact(
            feedback, terms, contact=_contact(said["contact"]), by=acting(by), now=now
        )


def _must_work_somewhere(by: User) -> None:
    """Readers are turned away before what they said is looked at."""
    if not AccessGroup.objects.workable_by(by).exists():
        raise Forbidden("You may read, not open tickets.")


def _split(raw: Any) -> tuple[Any, dict[str, Any]]:
    if not isinstance(raw, dict):
        return raw, {}
    mine = FromContactBody().fields.keys()
    words = {name: value for name, value in raw.items() if name not in mine}
    return {name: value for name, value in raw.items() if name in mine}, words


def _read(shape: type[Shape], raw: Any) -> dict[str, Any]:
    found = shape(data=raw)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def _terms(by: User, said: dict[str, Any]) -> Terms:
    policy = PolicyVersion.objects.newest_by_slug([said["policy"]]).get(said["policy"])
    if policy is None or policy.policy.archived_at:
        raise Refused.at("/policy", "unknown_policy", "There is no such policy.")
    return Terms(_group(by, said["group"]), policy, PRIORITY_WORDS[said["priority"]])


def _group(by: User, slug: str) -> AccessGroup:
    group = AccessGroup.objects.current().visible_to(by).filter(slug=slug).first()
    if group is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    if not AccessGroup.objects.workable_by(by).filter(pk=group.pk).exists():
        raise Forbidden("You may read tickets of this group, not open them.")
    return group


def _source(slug: str | None, group: AccessGroup) -> Source:
    """The one named, or one that the group owns, or any: of those that are heard by hand."""
    sources = Source.objects.current().filter(channel=Channel.HAND)
    if slug is not None:
        found = sources.filter(slug=slug).first()
    else:
        found = sources.filter(owners=group).first() or sources.order_by("pk").first()
    if found is None:
        raise Refused.at("/source", "unknown_source", "There is no such source heard by hand.")
    return found


def _record(
    by: User, words: dict[str, Any], channel: str, *, source: Source, now: datetime
) -> Feedback:
    """An agent knows whom they speak with, but what a server told of that customer stands."""
    if "backdated" in words:
        raise Refused.at("/backdated", "unknown_name", "What is heard now is received now.")
    context = words.get("context", {})
    if isinstance(context, dict):
        words = words | {"context": {**context, "heard_by": channel}}
    said = read_submission(words, now=now)
    receipt = hear(said, source=source, trust=_trust_in(by, said.customer), now=now)
    Arrival.objects.filter(feedback=receipt.id).delete()
    Triage.objects.create(
        feedback_id=receipt.id,
        decision=Triage.Decision.NONE,
        reason="No rule was asked: who recorded it opened the ticket.",
        at=now,
    )
    return _with_person(receipt.id)


def _trust_in(by: User, person: Person | None) -> Trust:
    """A customer whom others serve is matched by a claim only: whoever guesses an address must not
    be shown whose it is."""
    identity = identity_of(person, Trust.SIGNED) if person else None
    trusted = Customer.objects.filter(trusted=True).select_related("joined_to")
    known = trusted.filter(identity=identity).first() if identity else None
    if known is None or Ticket.objects.visible_to(by).filter(customer=known.person).exists():
        return Trust.SIGNED
    seen = feedback_visible_to(by).filter(customer=known).exists()
    return Trust.SIGNED if seen else Trust.CLAIMED


def _contact(said: dict[str, Any] | None) -> dict[str, Any] | None:
    if said is None:
        return None
    reached = said["outcome"] == "reached"
    return {"channel": said["channel"], "reached": reached, "body": said["body"]}
