"""Forgetting a person: words go, facts stay."""

from cxloop.kernel.append_only import allow_erasing
from feedback.intake.models import Customer
from tickets.recovery.models import Answer, Gesture, Recovery


def erase_answers(customer: Customer) -> None:
    """What the customer answered, and what we wrote about putting it right. Scores, amounts, states
    and times stay. To be called inside a transaction; opens the history to its end."""
    allow_erasing()
    Answer.objects.filter(question__ticket__customer=customer).exclude(comment="").update(
        comment=""
    )
    Gesture.objects.filter(recovery__ticket__customer=customer).update(
        explanation="", decision_note=""
    )
    Recovery.objects.filter(ticket__customer=customer).update(failure="")
