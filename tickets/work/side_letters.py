"""What we write to somebody else about a ticket: a letter of that thread alone. No word, name or
Message-ID of the customer is in it that its writer has not put there."""

from dataclasses import replace

from django.conf import settings

from accounts.models import User
from cxloop.kernel.letters import Draft
from cxloop.kernel.models import Letter
from feedback.email.addresses import side_address
from tickets.work.actor import Actor
from tickets.work.letter_book import LetterBook
from tickets.work.letter_words import ENGLISH, KOREAN, Words, composed
from tickets.work.models import SideMessage, SideThread, Ticket
from tickets.work.threads import named

SIDE = "side"


def side_letter(thread: SideThread, ticket: Ticket, body: str, *, key: str, by: Actor) -> Draft:
    """Over the signature of the group, in the language of who writes. It may be taken back for a
    moment, and it is about nobody's wish for silence: the customer is not written to."""
    said = composed(Words(body="{said}"), {"said": body}, _signature(ticket, by))
    references = references_of(thread)
    draft = Draft(
        key=key,
        kind=SIDE,
        to=thread.address,
        subject=f"Re: {thread.subject}" if references else thread.subject,
        body=said.body,
        reply_to=side_address(thread.pk),
        references=references,
    )
    return replace(draft, hold=settings.UNDO)


def _signature(ticket: Ticket, by: Actor) -> str:
    person = by.user if by.user and by.kind == User.Kind.PERSON else None
    language = KOREAN if person and person.language.startswith("ko") else ENGLISH
    return LetterBook().signature(ticket, language, writer=person.name if person else "")


def references_of(thread: SideThread) -> str:
    """Of what was said there, the oldest first; not of what was taken back."""
    rows = SideMessage.objects.filter(thread=thread)
    ours = rows.filter(letter__isnull=False).exclude(letter__state=Letter.State.WITHDRAWN)
    theirs = rows.filter(mail__isnull=False)
    return named(
        [
            *ours.values_list("entry__at", "letter__message_id"),
            *theirs.values_list("entry__at", "mail__message_id"),
        ]
    )
