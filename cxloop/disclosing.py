"""Everything we hold on one person, told as one JSON document, row by row."""

import base64
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

from cxloop.kernel.models import Content, File
from desk.models import Draft
from feedback.email.models import Mail
from feedback.intake.models import Consent, Customer, Feedback, FeedbackFile, Quarantine, Trial
from feedback.stores.models import Revision, StoreReply
from tickets.kudos.models import Kudos
from tickets.problems.actions.erase import announcement_letters
from tickets.problems.models import ProblemTicket, Told
from tickets.recovery.actions.erase import question_letters
from tickets.recovery.models import Answer, Gesture, PlaybookUse, Question, Recovery
from tickets.sla.models import Clock
from tickets.work.actions.erase import (
    letters_about,
    letters_beside,
    sides_about,
    tickets_about,
)
from tickets.work.models import (
    Attachment,
    Contact,
    FieldValue,
    Resolution,
    SideMessage,
    SideThread,
    Ticket,
    TimelineEntry,
    Triage,
)

ROWS_AT_ONCE = 100

_json = partial(json.dumps, cls=DjangoJSONEncoder, ensure_ascii=False)


def people_named(who: str) -> list[list[Customer]]:
    """By id, or everybody of this address: trusted ones and such as only claim it. Each person with
    the claims that a colleague said are theirs."""
    try:
        named = Q(pk=UUID(who))
    except ValueError:
        named = Q(email=who.strip().lower())
    found = Customer.objects.filter(named).select_related("joined_to").order_by("created_at")
    people = dict.fromkeys(row.person for row in found)
    return [_rows_of(person) for person in people]


def _rows_of(person: Customer) -> list[Customer]:
    """Claims first, as everybody locks them; what was erased before only where nothing else is."""
    rows = list(Customer.objects.known_as(person).order_by("trusted", "pk"))
    return [row for row in rows if not row.erased_at] or rows


def document(customers: Iterable[Customer], *, now: datetime) -> Iterator[str]:
    """The pieces of the document; each row is read when it is asked for."""
    yield f'{{"told_at": {_json(now)}, "people": ['
    for number, customer in enumerate(customers):
        yield ", " if number else ""
        yield f'{{"customer": {_json(_row(customer))}'
        for name, rows in _held(customer).items():
            yield f', "{name}": ['
            yield from _listed(rows)
            yield "]"
        yield "}"
    yield "]}\n"


def _held(customer: Customer) -> dict[str, QuerySet[Any]]:
    tickets = tickets_about(customer)
    sides = sides_about(customer, tickets)
    letters = letters_about(tickets) | question_letters(tickets) | letters_beside(sides)
    letters |= announcement_letters(tickets)
    mails = Mail.objects.of_person(
        customer,
        addresses=[customer.email] if customer.email else [],
        tickets=tickets,
        sides=sides,
        letters=list(letters.values_list("pk", flat=True)),
    )
    attachments = Attachment.objects.filter(ticket__in=tickets)
    heard = FeedbackFile.objects.filter(feedback__customer=customer)
    files = File.objects.filter(
        Q(pk__in=attachments.values("file")) | Q(pk__in=heard.values("file"))
    )
    return {
        **_said_by(customer),
        "kudos": Kudos.objects.of_customer(customer, tickets),
        **_done_on(tickets),
        "attachments": attachments,
        "files": files,
        "contents": Content.objects.filter(pk__in=files.values("content")),
        "side_threads": SideThread.objects.filter(pk__in=sides),
        "side_messages": SideMessage.objects.filter(thread__in=sides),
        "letters": letters,
        "mails": mails,
    }


def _said_by(customer: Customer) -> dict[str, QuerySet[Any]]:
    return {
        "consents": Consent.objects.filter(customer=customer),
        "feedback": Feedback.objects.filter(customer=customer),
        "feedback_files": FeedbackFile.objects.filter(feedback__customer=customer),
        "quarantine": Quarantine.objects.filter(feedback__customer=customer),
        "trials": Trial.objects.naming(customer),
        "triages": Triage.objects.filter(feedback__customer=customer),
        "reviews": Revision.objects.filter(feedback__customer=customer),
        "store_replies": StoreReply.objects.of_person(customer),
    }


def _done_on(tickets: Collection[int]) -> dict[str, QuerySet[Any]]:
    return {
        "tickets": Ticket.objects.filter(pk__in=tickets),
        "fields": FieldValue.objects.filter(ticket__in=tickets),
        "clocks": Clock.objects.filter(promise__in=tickets),
        "timeline": TimelineEntry.objects.filter(ticket__in=tickets),
        "drafts": Draft.objects.filter(ticket__in=tickets),
        "contacts": Contact.objects.filter(ticket__in=tickets),
        "resolutions": Resolution.objects.filter(ticket__in=tickets),
        "recoveries": Recovery.objects.filter(ticket__in=tickets),
        "playbook_uses": PlaybookUse.objects.filter(recovery__ticket__in=tickets),
        "gestures": Gesture.objects.filter(recovery__ticket__in=tickets),
        "questions": Question.objects.filter(ticket__in=tickets),
        "answers": Answer.objects.filter(question__ticket__in=tickets),
        "problem_tickets": ProblemTicket.objects.filter(ticket__in=tickets),
        "told": Told.objects.filter(ticket__in=tickets),
    }


def _listed(rows: QuerySet[Any]) -> Iterator[str]:
    at_once = 1 if rows.model is Content else ROWS_AT_ONCE
    for number, row in enumerate(rows.order_by("pk").iterator(chunk_size=at_once)):
        yield (", " if number else "") + _json(_row(row))


def _row(row: Model) -> dict[str, Any]:
    """All its columns as they are stored: whatever a later version keeps is told too."""
    return {
        field.attname: _told(getattr(row, field.attname)) for field in row._meta.concrete_fields
    }


def _told(value: Any) -> Any:
    is_raw = isinstance(value, (bytes, memoryview))
    return base64.b64encode(bytes(value)).decode() if is_raw else value
