"""The letter that asks whether it is put right, in the customer's language."""

from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from feedback.intake.silence import contact_mark, surveys_mark
from tickets.recovery.links import question_link
from tickets.work.letter_book import LetterBook, language_of
from tickets.work.letter_words import QUESTION
from tickets.work.models import Resolution, Ticket
from tickets.work.subjects import in_answer_to
from tickets.work.threads import thread_of

__all__ = ["QUESTION", "question_letter"]


def question_letter(ticket: Ticket, resolution: Resolution) -> Draft:
    """What the agent wrote when resolving stands first, then the question and the link."""
    assert ticket.customer is not None
    thread = thread_of(ticket)
    link = question_link(ticket.pk, resolution.cycle)
    asking = LetterBook(QUESTION).write(QUESTION, ticket, {"link": link})
    said = resolution.body.strip()
    return Draft(
        key=f"question:{ticket.pk}:{resolution.cycle}",
        kind=QUESTION,
        to=ticket.customer.email,
        # A thread that began as a mail is one as long as its subject is.
        subject=in_answer_to(thread.subject, ticket.ref) or f"{asking.subject} [{ticket.ref}]",
        body=f"{said}\n\n{asking.body}" if said else asking.body,
        language=language_of(ticket.customer),
        reply_to=reply_address(ticket.pk),
        references=thread.references,
        automatic=True,
        about=(contact_mark(ticket.customer.pk), surveys_mark(ticket.customer.pk)),
        about_at=resolution.at,
    )
