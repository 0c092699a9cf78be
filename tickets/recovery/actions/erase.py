"""Forgetting a person: words go, facts stay."""

from collections.abc import Collection

from django.db.models import QuerySet

from cxloop.kernel.append_only import allow_erasing
from cxloop.kernel.models import Letter
from tickets.recovery.letters import question_key
from tickets.recovery.models import Answer, Gesture, PlaybookUse, Question, Recovery


def question_letters(tickets: Collection[int]) -> QuerySet[Letter]:
    """With the reminders of them, by the keys they were written under."""
    asked = Question.objects.filter(ticket__in=tickets).values_list("ticket", "cycle")
    keys = [question_key(*about, again=again) for about in asked for again in (False, True)]
    return Letter.objects.filter(key__in=keys)


def erase_answers(tickets: Collection[int]) -> int:
    """What the customer answered, and what we wrote about putting it right: how many answers.
    Scores, amounts, states and times stay. To be called inside a transaction; opens the history to
    its end."""
    allow_erasing()
    Question.objects.filter(ticket__in=tickets).update(last_error="")
    Gesture.objects.filter(recovery__ticket__in=tickets).update(
        explanation="", decision_note="", proof_reference="", last_error=""
    )
    Recovery.objects.filter(ticket__in=tickets).update(failure="")
    PlaybookUse.objects.filter(recovery__ticket__in=tickets).update(why_left="")
    return Answer.objects.filter(question__ticket__in=tickets).update(comment="")
