"""What we write to customers from a ticket, in their language."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cxloop.kernel.letters import Draft
from cxloop.kernel.models import Letter
from feedback.email.addresses import reply_address
from feedback.intake.models import Customer
from tickets.work.models import Contact, Ticket

REPLY, ACKNOWLEDGEMENT = "reply", "acknowledgement"
REMINDER, CLOSING = "reminder", "closing"

_ACKNOWLEDGEMENT = {
    "en": (
        "We have your message",
        "Thank you for telling us. Your message has reached us under the number {ref}.\n\n"
        "A person will write to you by {due}.\n",
    ),
    "ko": (
        "말씀을 잘 받았습니다",
        "소중한 말씀 감사합니다. 접수 번호는 {ref}입니다.\n\n"
        "담당자가 {due}까지 직접 답변드리겠습니다.\n",
    ),
}


_REMINDER = {
    "en": (
        "We wait for your answer to go on. Please answer this letter when you can.\n\n"
        "Your number is {ref}.\n"
    ),
    "ko": (
        "계속 도와드리려면 고객님의 답변이 필요합니다. 편하실 때 이 메일에 답장해 주세요.\n\n"
        "접수 번호는 {ref}입니다.\n"
    ),
}
_CLOSING = {
    "en": (
        "We have not heard from you. May we close the matter? If we hear nothing by {day}, we "
        "close it then. An answer to this letter keeps it open, also later.\n\n"
        "Your number is {ref}.\n"
    ),
    "ko": (
        "아직 답변을 받지 못했습니다. 접수를 종료해도 될까요? "
        "{day}까지 답변이 없으시면 종료하겠습니다. "
        "이 메일에 답장하시면 언제든 계속 도와드리겠습니다.\n\n"
        "접수 번호는 {ref}입니다.\n"
    ),
}


def language_of(customer: Customer | None) -> str:
    """The language we write in: the customer's where we speak it, otherwise English."""
    locale = customer.locale if customer else ""
    return "ko" if locale.lower().startswith("ko") else "en"


def can_write_to(ticket: Ticket) -> bool:
    customer = ticket.customer
    return bool(customer and customer.email and not customer.do_not_contact)


def reply_letter(ticket: Ticket, body: str, *, key: str) -> Draft:
    """An answer, which whoever wrote it may take back for a moment."""
    draft = _in_the_thread(ticket, body, kind=REPLY, key=key, automatic=False)
    return replace(draft, hold=settings.UNDO)


def acknowledgement(ticket: Ticket, *, due_at: datetime, zone: str, received_at: datetime) -> Draft:
    """No word of the submitter stands in it: nobody can send strangers their text through us."""
    assert ticket.customer is not None
    subject, body = _ACKNOWLEDGEMENT[language_of(ticket.customer)]
    due = due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")
    return Draft(
        key=f"acknowledgement:{ticket.pk}",
        kind=ACKNOWLEDGEMENT,
        to=ticket.customer.email,
        subject=f"{subject} [{ticket.ref}]",
        body=body.format(ref=ticket.ref, due=due),
        reply_to=reply_address(ticket.pk),
        automatic=True,
        about_at=received_at,
    )


def reminder_letter(ticket: Ticket, *, key: str) -> Draft:
    assert ticket.customer is not None
    body = _REMINDER[language_of(ticket.customer)].format(ref=ticket.ref)
    return _in_the_thread(ticket, body, kind=REMINDER, key=key, automatic=True)


def closing_letter(ticket: Ticket, silent_after: datetime, *, key: str) -> Draft:
    """May we close? Silence until then closes."""
    assert ticket.customer is not None
    body = _CLOSING[language_of(ticket.customer)]
    day = silent_after.strftime("%Y-%m-%d")
    body = body.format(ref=ticket.ref, day=day)
    return _in_the_thread(ticket, body, kind=CLOSING, key=key, automatic=True)


def _in_the_thread(ticket: Ticket, body: str, *, kind: str, key: str, automatic: bool) -> Draft:
    """Its reply address carries the ticket, its references the thread."""
    assert ticket.customer is not None
    return Draft(
        key=key,
        kind=kind,
        to=ticket.customer.email,
        subject=subject_line(ticket),
        body=body,
        reply_to=reply_address(ticket.pk),
        references=thread_of(ticket),
        automatic=automatic,
        about_at=ticket.updated_at,
    )


def subject_line(ticket: Ticket) -> str:
    return f"Re: {ticket.subject} [{ticket.ref}]"


def thread_of(ticket: Ticket) -> str:
    """The Message-IDs of our letters to this customer so far, oldest first."""
    sent = Contact.objects.filter(ticket=ticket, letter__isnull=False).order_by("at")
    sent = sent.exclude(letter__state=Letter.State.WITHDRAWN)
    ids = list(sent.values_list("letter__message_id", flat=True))
    first = Letter.objects.filter(key=f"acknowledgement:{ticket.pk}").values_list(
        "message_id", flat=True
    )
    return " ".join([*first, *ids][-20:])
