"""The customer's own word: the only proof that the loop is closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Conflict, Fault, Refused
from feedback.intake.models import Feedback
from feedback.intake.scores import NEGATIVE, UNSCORED
from tickets.recovery.actions.repair import ready_to_ask, repair_of
from tickets.recovery.judgement import ITEMS, KEPT, PROMISED, SCORES, Judgement, outcome_of
from tickets.recovery.models import Answer, Gesture, Question
from tickets.work.actions.label import change_priority
from tickets.work.actions.move import end_ticket, note_answered, reopen_by_customer
from tickets.work.actor import CUSTOMER, Actor
from tickets.work.again import one_up, repaired_in_vain
from tickets.work.models import Priority, Resolution, Ticket
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

LONGEST_COMMENT = 10_000
NOT_PUT_RIGHT = "not put right: the priority is one higher"


def answer_question(
    question: Question,
    *,
    solved: bool | None,
    score: int | None,
    comment: str,
    now: datetime,
    by: Actor = CUSTOMER,
    channel: str = Answer.Channel.PAGE,
    items: Mapping[str, int] | None = None,
) -> Answer:
    """Taken once; said again, the first answer stands. Happy or neutral it closes the ticket,
    unhappy it begins the next cycle from now. The question and its ticket must be locked. `by` is
    a colleague where the customer said it to them. `items` are "fair", "easy" and "respect", from 1
    to 5, as far as they were answered.

    Raises Refused, and Conflict `overtaken` where the ticket has gone on without this answer.
    """
    if question.state == Question.State.ANSWERED:
        return question.answer
    if is_overtaken(question):
        raise Conflict("This question is about a state that has passed.", code="overtaken")
    items = items or {}
    if faults := [*_faults(solved, score, comment), *_item_faults(items)]:
        raise Refused(faults)
    answer = Answer.objects.create(
        question=question,
        solved=solved,
        score=score,
        comment=str(storable(comment)),
        at=now,
        channel=channel,
        heard_by=by.user,
        **items,
    )
    question.state = Question.State.ANSWERED
    question.save(update_fields=["state"])
    _draw_consequence(question.ticket, answer, by, now)
    return answer


def hear_answer(
    ticket: Ticket,
    *,
    solved: bool | None,
    score: int | None,
    comment: str,
    channel: str,
    by: Actor,
    now: datetime,
    items: Mapping[str, int] | None = None,
) -> Answer:
    """The customer said it to a colleague: on the phone, or where no letter could ask them. The
    ticket must be locked. Raises Conflict before it is resolved and after they have answered."""
    if not by.is_person:
        raise Conflict("Only a person can have heard the customer say it.", code="not_a_person")
    question = _question_of(ticket, now)
    if question.state == Question.State.ANSWERED:
        raise Conflict("The customer has answered already.", code="answered")
    said: dict[str, Any] = {"solved": solved, "score": score, "comment": comment, "items": items}
    return answer_question(question, **said, by=by, channel=channel, now=now)


def _question_of(ticket: Ticket, now: datetime) -> Question:
    """The one that was asked by letter, or one that the colleague asks now."""
    asked = Question.objects.filter(ticket=ticket, cycle=ticket.cycle)
    question = asked.select_for_update(no_key=True).first()
    if question is None:
        resolution = Resolution.objects.filter(ticket=ticket, cycle=ticket.cycle).first()
        if resolution is None or ticket.merged_into_id:
            raise Conflict("Resolve the ticket first: they answer to that.", code="not_resolved")
        ready_to_ask(resolution, ticket, now=now)
        question = asked.create(
            ticket=ticket,
            cycle=ticket.cycle,
            resolution=resolution,
            asked_at=now,
            silent_after=now,
        )
    question.ticket = ticket
    return question


def is_overtaken(question: Question) -> bool:
    """Whether the ticket went on, or into another one, since this was asked. One that somebody
    closed can still be answered: the customer's word counts for more."""
    ticket = question.ticket
    return question.cycle != ticket.cycle or ticket.merged_into_id is not None


def _faults(solved: bool | None, score: int | None, comment: str) -> list[Fault]:
    faults = []
    if solved is None and score is None:
        faults.append(Fault("/solved", "required", "Say whether it is solved, or give a score."))
    if score is not None and score not in SCORES:
        faults.append(Fault("/score", "out_of_range", "A score is a whole number from 1 to 5."))
    if len(comment) > LONGEST_COMMENT:
        faults.append(Fault("/comment", "too_long", f"At most {LONGEST_COMMENT:,} characters."))
    return faults


def _item_faults(items: Mapping[str, int]) -> list[Fault]:
    unknown = [name for name in items if name not in ITEMS]
    faults = [Fault(f"/{name}", "unknown_key", "There is no such item.") for name in unknown]
    wrong = [name for name in ITEMS if items.get(name, 1) not in SCORES]
    detail = "A whole number from 1 to 5."
    return faults + [Fault(f"/{name}", "out_of_range", detail) for name in wrong]


def _draw_consequence(ticket: Ticket, answer: Answer, by: Actor, now: datetime) -> None:
    judged = judge(ticket, answer)
    recovery = repair_of(ticket, now=now)
    recovery.score_after = answer.score
    recovery.save(update_fields=["score_after"])
    _note(ticket, answer, by, now)
    if judged.outcome is None:
        received_at = ticket.unjudged_since or now  # they may have said so before somebody read it
        reopen_by_customer(ticket, reason=judged.reason, received_at=received_at, now=now)
        note_answered(ticket, now=now)
        _take_it_more_seriously(ticket, now)
    else:
        note_answered(ticket, now=now)
        end_ticket(
            ticket,
            outcome=judged.outcome,
            reason=judged.reason,
            by=CUSTOMER,
            now=now,
            happening="answered",
        )


def _take_it_more_seriously(ticket: Ticket, now: datetime) -> None:
    """A repair that was none is a failure again, where the policy knows of such."""
    if ticket.promise.policy.again_within_s:
        higher = one_up(Priority(ticket.priority))
        change_priority(ticket, priority=higher, by=CUSTOMER, now=now, why=NOT_PUT_RIGHT)


def judge(ticket: Ticket, answer: Answer) -> Judgement:
    return outcome_of(
        answer.solved,
        answer.score,
        had_gestures=Gesture.objects.filter(
            recovery__ticket=ticket, state__in=[PROMISED, KEPT]
        ).exists(),
        had_failure=_had_failure(ticket),
    )


def _had_failure(ticket: Ticket) -> bool:
    """Whether something had to be put right: bad scores, words without one, or an answer that made
    us begin anew."""
    bad = Q(worst_class=NEGATIVE) | (Q(worst_class=UNSCORED) & ~Q(comment=""))
    linked = Feedback.objects.filter(pk__in=ticket.feedback_links.values("feedback"))
    return linked.filter(bad).exists() or repaired_in_vain(ticket) > 0


def _note(ticket: Ticket, answer: Answer, by: Actor, now: datetime) -> None:
    said: dict[str, Any] = {"solved": answer.solved, "score": answer.score}
    reason = {name: value for name, value in said.items() if value is not None}
    if answer.heard_by:
        reason["channel"] = answer.channel
    write_entry(ticket, "answered", by, now=now, text=answer.comment, reason=reason, public=True)
    add_words(ticket, answer.comment)
