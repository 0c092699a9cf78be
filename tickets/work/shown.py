"""Feedback as people may see it, whose and with what was decided about it; and their news."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from feedback.intake.models import Customer, Feedback, FeedbackFile, Quarantine, Source
from tickets.rules.models import RuleVersion
from tickets.work.door import number_of
from tickets.work.heard_files import files_heard_with, show_heard_file
from tickets.work.models import Handover, News, Ticket, TicketFeedback, Triage

Json = dict[str, Any]


def feedback_visible_to(user: User) -> QuerySet[Feedback]:
    """The one question that decides who may see feedback: through its ticket, or through the
    groups that own its source."""
    if user.is_active and user.reads_everything:
        return Feedback.objects.all()
    tickets = Ticket.objects.visible_to(user).filter(pk=OuterRef("ticket"))
    links = TicketFeedback.objects.filter(feedback=OuterRef("pk"))
    owned = Q(source__in=Source.objects.visible_to(user).values("pk"))
    return Feedback.objects.filter(owned | Exists(links.filter(Exists(tickets))))


def customers_visible_to(user: User) -> QuerySet[Customer]:
    """The one question that decides who may see a customer: through a ticket of theirs, or through
    what they said."""
    if user.is_active and user.reads_everything:
        return Customer.objects.all()
    tickets = Ticket.objects.visible_to(user).filter(customer=OuterRef("pk"))
    said = feedback_visible_to(user).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(tickets) | Exists(said))


def customers_workable_by(user: User) -> QuerySet[Customer]:
    """Whoever works a ticket about a customer, or on which they spoke, works the customer."""
    tickets = Ticket.objects.workable_by(user)
    spoken = TicketFeedback.objects.filter(ticket__in=tickets.values("pk"))
    return Customer.objects.filter(
        Exists(tickets.filter(customer=OuterRef("pk")))
        | Exists(spoken.filter(feedback__customer=OuterRef("pk")))
    )


def news_for(person: User) -> QuerySet[News]:
    """Of tickets that they may still see, with the words."""
    seen = Ticket.objects.visible_to(person)
    return News.objects.filter(user=person, ticket__in=seen.values("pk")).select_related(
        "ticket", "entry__actor"
    )


def given_away(person: User, ref: str) -> Handover | None:
    """The last hand-over of this ticket, if it was theirs: their own act they may be told of, and
    nothing that happened since."""
    rows = Handover.objects.filter(ticket=number_of(ref)).select_related("to_group", "ticket")
    last = rows.order_by("-number").first()
    return last if last and last.by_id == person.pk else None


def verdicts_of(version: RuleVersion, reader: User | None) -> QuerySet[Triage]:
    """What this version of a rule decided, as far as the reader may see whose feedback it was;
    without one, all of it."""
    rows = Triage.objects.filter(rule=version)
    if reader is None:
        return rows
    seen = feedback_visible_to(reader).filter(pk=OuterRef("feedback"))
    return rows.filter(Exists(seen)).select_related("feedback__source", "feedback__customer")


def show_feedback(rows: Sequence[Feedback]) -> list[Json]:
    """In the order given; the rows' source and customer should be there already. Decision and
    ticket come from one statement: read one after the other, a ticket could stand beside a decision
    still pending, for both are written between the two."""
    keys = [row.pk for row in rows]
    triage, held = _judged().in_bulk(keys), Quarantine.objects.in_bulk(keys)
    files = files_heard_with(keys)
    return [
        _feedback(row, triage.get(row.pk), held.get(row.pk)) | _files(files.get(row.pk, ()))
        for row in rows
    ]


def _judged() -> QuerySet[Triage]:
    link = TicketFeedback.objects.filter(feedback=OuterRef("feedback"))
    return Triage.objects.select_related("rule").annotate(opened=Subquery(link.values("ticket")))


def _feedback(row: Feedback, triage: Triage | None, held: Quarantine | None) -> Json:
    return {
        "id": str(row.pk),
        "source": row.source.slug,
        "channel": row.channel,
        "received_at": row.received_at,
        "occurred_at": row.occurred_at,
        "imported_at": row.imported_at,
        "score": row.score,
        "scores": row.scores,
        "comment": row.comment or None,
        "answers": row.answers,
        "context": row.context,
        "tags": row.tags,
        "form": row.form or None,
        "form_version": row.form_version,
        "customer": row.customer.public() if row.customer else None,
        "contactable": row.contactable,
        "quarantine": _held(held) if held else None,
        "triage": _triage(triage),
        "ticket": f"T-{number}" if (number := getattr(triage, "opened", None)) else None,
    }


def _files(rows: Sequence[FeedbackFile]) -> Json:
    return {"files": [show_heard_file(row) for row in rows]}


def _held(held: Quarantine) -> Json:
    return {name: getattr(held, name) for name in ("state", "reasons", "held_at", "ended_at")}


def _triage(triage: Triage | None) -> Json:
    if triage is None:
        return {"decision": "pending", "rule": None, "reason": None, "matched": {}, "at": None}
    rule = triage.rule
    named = {"id": rule.rule_id, "version": rule.version, "name": rule.name} if rule else None
    return {
        "decision": triage.decision,
        "rule": named,
        "reason": triage.reason,
        "matched": triage.matched,
        "at": triage.at,
    }
