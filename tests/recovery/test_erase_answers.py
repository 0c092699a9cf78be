"""erase_answers …"""

from tests.cast import Cast
from tests.recovery.asking import LATER, answer, make_asked
from tickets.recovery.actions.erase import erase_answers
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import Answer, Gesture, Question, Recovery
from tickets.work.actor import acting


def test_it_blanks_the_words_of_one_customer_and_keeps_the_facts(cast: Cast) -> None:
    erased, other = (_spoken(cast) for _ in range(2))
    erase_answers([erased.ticket.pk])
    for question, word in ((erased, ""), (other, "Ada")):
        said = Answer.objects.get(question=question)
        assert (said.comment, said.score, said.solved) == (word, 4, True)
        gesture = Gesture.objects.get(recovery__ticket=question.ticket)
        assert (gesture.explanation, gesture.kind) == (word, "apology")
        recovery = Recovery.objects.get(ticket=question.ticket)
        assert (recovery.failure, recovery.score_after) == (word, 4)


def _spoken(cast: Cast) -> Question:
    question = make_asked(cast)
    act = {"by": acting(cast.agent), "now": LATER}
    add_gesture(question.ticket, kind="apology", explanation="Ada", **act)
    change_recovery(question.ticket, failure="Ada", **act)
    answer(question, solved=True, score=4, comment="Ada")
    return question
