"""Letters about a repair, in the customer's language: the question whether it is put right, and
what a colleague writes about a gesture."""

from dataclasses import replace
from datetime import datetime

from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from feedback.email.marks import mark_of
from feedback.intake.models import Consent
from feedback.intake.silence import contact_mark, marketing_mark, surveys_mark
from tickets.recovery.given_words import what_is_given
from tickets.recovery.judgement import KEPT
from tickets.recovery.links import question_link, refusal_link
from tickets.recovery.models import Gesture
from tickets.work.letter_book import LetterBook, language_of
from tickets.work.letter_words import (
    ENGLISH,
    GESTURE_KEPT,
    GESTURE_PROMISED,
    KOREAN,
    QUESTION,
)
from tickets.work.letters import reply_letter
from tickets.work.models import Resolution, Ticket
from tickets.work.said_times import said_time, zone_of
from tickets.work.status_letters import over_status_line
from tickets.work.subjects import in_answer_to
from tickets.work.threads import thread_of

QUESTION_AGAIN = "question_again"


# Ours, not an admin's: who is asked can always say that they do not want to be.
_AWAY = {
    ENGLISH: "You do not want to be asked after a repair? {link}",
    KOREAN: "해결 여부를 묻는 메일을 원하지 않으시면: {link}",
}
_NO_OFFERS = {
    ENGLISH: "You want no more offers from us? {link}",
    KOREAN: "더 이상 혜택 안내를 원하지 않으시면: {link}",
}


def question_key(ticket_number: int, cycle: int, *, again: bool = False) -> str:
    return f"{QUESTION_AGAIN if again else QUESTION}:{ticket_number}:{cycle}"


def question_letter(
    ticket: Ticket, resolution: Resolution, *, again: datetime | None = None
) -> Draft:
    """What the agent wrote when resolving stands first, then the question and the link; at the foot
    how to be asked no more. `again`: the question alone, once more, and when."""
    assert ticket.customer is not None
    thread = thread_of(ticket)
    link = question_link(ticket.pk, resolution.cycle, again)
    asking = LetterBook(QUESTION).write(QUESTION, ticket, {"link": link})
    said = "" if again else resolution.body.strip()
    away = refusal_link(ticket.customer.pk, Consent.Purpose.SURVEYS)
    body = f"{said}\n\n{asking.body}" if said else asking.body
    foot = _AWAY[language_of(ticket.customer)].format(link=away)
    return Draft(
        key=question_key(ticket.pk, resolution.cycle, again=bool(again)),
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


def gesture_frame(gesture: Gesture, message: str) -> str:
    """What a colleague writes about it, in the house's words around it: what is given, and by when
    the customer has it."""
    ticket = gesture.recovery.ticket
    language = language_of(ticket.customer)
    said = {"message": message, "gesture": what_is_given(gesture, language)}
    if gesture.state == KEPT:
        return LetterBook(GESTURE_KEPT).frame(GESTURE_KEPT, ticket, said)
    until = said_time(gesture.keep_by, zone_of(ticket), language) if gesture.keep_by else ""
    return LetterBook(GESTURE_PROMISED).frame(GESTURE_PROMISED, ticket, {**said, "until": until})


def offer_letter(ticket: Ticket, body: str, *, key: str, writer: str = "") -> Draft:
    """A reply that advertises: it leaves for whom that was granted, and says how to end it."""
    assert ticket.customer is not None
    away = refusal_link(ticket.customer.pk, Consent.Purpose.MARKETING)
    foot = _NO_OFFERS[language_of(ticket.customer)].format(link=away)
    draft = reply_letter(ticket, body, key=key, writer=writer)
    return replace(
        draft,
        body=f"{draft.body.rstrip()}\n\n{foot}\n",
        unsubscribe=away,
        about=(*draft.about, marketing_mark(ticket.customer.pk)),
    )
