"""The letter that asks whether it is put right, in the customer's language."""

from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from feedback.email.marks import mark_of
from feedback.intake.silence import contact_mark, surveys_mark
from tickets.recovery.links import question_link, surveys_link
from tickets.work.letter_book import LetterBook, language_of
from tickets.work.letter_words import ENGLISH, KOREAN, QUESTION
from tickets.work.models import Resolution, Ticket
from tickets.work.status_letters import over_status_line
from tickets.work.subjects import in_answer_to
from tickets.work.threads import thread_of

__all__ = ["QUESTION", "question_letter"]

QUESTION_AGAIN = "question_again"


# Ours, not an admin's: who is asked can always say that they do not want to be.
_AWAY = {
    ENGLISH: "You do not want to be asked after a repair? {link}",
    KOREAN: "해결 여부를 묻는 메일을 원하지 않으시면: {link}",
}


def question_letter(ticket: Ticket, resolution: Resolution, *, again: bool = False) -> Draft:
    """What the agent wrote when resolving stands first, then the question and the link; at the foot
    how to be asked no more. `again`: the question alone, once more."""
    assert ticket.customer is not None
    thread = thread_of(ticket)
    link = question_link(ticket.pk, resolution.cycle)
    asking = LetterBook(QUESTION).write(QUESTION, ticket, {"link": link})
    said = "" if again else resolution.body.strip()
    away = surveys_link(ticket.customer.pk)
    body = f"{said}\n\n{asking.body}" if said else asking.body
    foot = _AWAY[language_of(ticket.customer)].format(link=away)
    return Draft(
        key=f"{QUESTION_AGAIN if again else QUESTION}:{ticket.pk}:{resolution.cycle}",
        kind=QUESTION_AGAIN if again else QUESTION,
        to=ticket.customer.email,
        # A thread that began as a mail is one as long as its subject is.
        subject=in_answer_to(thread.subject, ticket.ref)
        or f"{asking.subject} {mark_of(ticket.ref)}",
        body=f"{over_status_line(body, ticket).rstrip()}\n\n{foot}\n",
        language=language_of(ticket.customer),
        unsubscribe=away,
        reply_to=reply_address(ticket.pk),
        references=thread.references,
        automatic=True,
        rationed=True,
        about=(contact_mark(ticket.customer.pk), surveys_mark(ticket.customer.pk)),
        about_at=resolution.at,
    )
