"""A person is forgotten in every room at once: words and identifiers go; times, scores and clocks
stay, and a tombstone that says why."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import ERASED_ADDRESS, erase_letters
from cxloop.kernel.models import Letter
from desk.drafts import erase_drafts
from desk.saved_views import forget_views_about
from feedback.email.actions import erase_mails, hold_answers
from feedback.intake.actions.erase import erase_customer, lock_person
from feedback.intake.actions.trials import erase_trials
from feedback.intake.models import Customer
from feedback.stores.actions import erase_reviews, hold_replies
from feedback.web.actions import erase_parts, forget_shown_to
from tickets.escalation.actions.erase import erase_notices
from tickets.kudos.actions.erase import erase_unrouted
from tickets.problems.actions.erase import announcement_letters, erase_told
from tickets.recovery.actions.ask import forget_asked
from tickets.recovery.actions.erase import erase_answers, question_letters
from tickets.sla.erase import erase_void_reasons
from tickets.work.actions.erase import (
    erase_tickets,
    hold_tickets_about,
    letters_about,
    letters_beside,
    sides_about,
    tickets_about,
)
from tickets.work.actor import Actor

LONGEST_REASON = 300


@transaction.atomic
def erase(customer: Customer, *, reason: str, by: Actor, now: datetime) -> dict[str, int]:
    """How many rows lost their words, by what they are. Locks as acts do: arrivals, the customer,
    feedback, mails, tickets, clocks, letters.

    Raises Refused for a reason that keeps what is to be erased, Conflict `erased` the second time.
    """
    erase_parts(customer)
    erase_trials(customer)
    forget_shown_to(customer)
    customer = lock_person(customer)
    _check(customer, reason)
    about = tickets_about(customer)
    hold_answers(about, sides_about(customer, about))
    hold_replies(customer)
    tickets = hold_tickets_about(customer)
    sides = sides_about(customer, tickets)
    letters = _letters_about(tickets)
    addresses = _addresses(customer, letters)
    erase_reviews(customer)
    beside = list(letters_beside(sides).values_list("pk", flat=True))
    mails = erase_mails(
        customer, addresses=addresses, tickets=tickets, sides=sides, letters=letters + beside
    )
    erase_tickets(customer, tickets, sides=sides, reason=reason, by=by, now=now)
    _erase_beside(customer, tickets)
    answers = erase_answers(tickets)
    forget_asked(customer, now=now)
    written_to = Letter.objects.filter(pk__in=letters + beside)
    all_letters = written_to | Letter.objects.filter(to__in=addresses)
    return {
        "feedback": erase_customer(customer, now=now),
        "mails": mails,
        "tickets": len(tickets),
        "answers": answers,
        "letters": erase_letters(all_letters, now=now),
    }


def _letters_about(tickets: Collection[int]) -> list[int]:
    written = letters_about(tickets) | question_letters(tickets) | announcement_letters(tickets)
    return list(written.values_list("pk", flat=True))


def _erase_beside(customer: Customer, tickets: Collection[int]) -> None:
    """What was noted of them elsewhere, and counts nowhere."""
    erase_drafts(tickets)
    erase_void_reasons(tickets)
    erase_notices(tickets)
    erase_told(tickets)
    erase_unrouted(customer, tickets)
    forget_views_about(customer)


def _check(customer: Customer, reason: str) -> None:
    if customer.erased_at:
        raise Conflict("This customer was erased already.", code="erased")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused.at("/reason", "required", f"Say why, in 1 to {LONGEST_REASON} characters.")
    marks = (customer.email, customer.name, customer.phone, customer.external_id)
    if any(_is_told(mark) and mark.casefold() in reason.casefold() for mark in marks):
        raise Refused.at("/reason", "names_the_person", "The reason would keep who it was.")


def _is_told(mark: str) -> bool:
    """Two letters stand in many words; two syllables are a name."""
    return len(mark) > 2 or (mark != "" and not mark.isascii())


def _addresses(customer: Customer, letters: Collection[int]) -> list[str]:
    """Theirs, now and earlier, but none that somebody else has too: another customer we still
    know, or a colleague."""
    ours = Letter.objects.filter(pk__in=letters).exclude(to=ERASED_ADDRESS)
    theirs = {address.lower() for address in ours.values_list("to", flat=True)}
    theirs |= {customer.email} - {""}
    others = Customer.objects.exclude(pk=customer.pk).filter(email__in=theirs)
    shared = set(others.values_list("email", flat=True))
    shared |= set(User.objects.filter(email__in=theirs).values_list("email", flat=True))
    return sorted(theirs - {address.lower() for address in shared})
