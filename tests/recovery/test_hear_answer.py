"""hear_answer …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.makers import make_customer, make_person, make_root_cause, make_ticket
from tests.recovery.asking import LATER, ask_all, kinds, make_asked, make_resolved, resolve
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import Answer, Question, Recovery
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
CALLED = LATER + timedelta(hours=1)


def hear(ticket: Ticket, cast: Cast, **said: Any) -> Answer:
    given = {"solved": True, "score": None, "comment": "", "channel": "phone"}
    return hear_answer(locked(ticket.pk), by=acting(cast.agent), now=CALLED, **given | said)


@pytest.fixture
def called(cast: Cast) -> Ticket:
    """Resolved for somebody who has only a phone: no letter asks them."""
    somebody = Customer.objects.get(pk=make_customer().pk)
    somebody.email, somebody.phone = "", "+82101234"
    somebody.save()
    ticket = make_ticket(cast.group, customer=somebody, contactable="phone")
    by = acting(cast.agent)
    log_contact(ticket, channel="phone", reached=True, body="", by=by, now=LATER)
    resolve(ticket, by=cast.agent, body="")
    ask_all()
    return locked(ticket.pk)


def test_who_has_only_a_phone_closes_the_loop(called: Ticket, cast: Cast) -> None:
    assert not Question.objects.exists()
    answer = hear(called, cast, score=5, comment="Thank you")
    called.refresh_from_db()
    assert (called.status, called.outcome, called.answered_at) == ("closed", "recovered", CALLED)
    assert (answer.channel, answer.heard_by) == ("phone", cast.agent)
    assert Recovery.objects.get(ticket=called).score_after == 5


def test_a_root_cause_that_was_corrected_since_stands(called: Ticket, cast: Cast) -> None:
    found = make_root_cause("billing")
    change_recovery(called, root_cause=found, by=acting(cast.agent), now=LATER)
    hear(called, cast)
    assert Recovery.objects.get(ticket=called).root_cause == found


def test_history_says_who_heard_it_and_how(called: Ticket, cast: Cast) -> None:
    hear(called, cast, comment="Thank you")
    entry = called.timeline.get(kind="answered")
    assert (entry.actor, entry.text) == (cast.agent, "Thank you")
    assert entry.reason == {"solved": True, "channel": "phone"}


def test_an_unhappy_one_begins_the_next_cycle(called: Ticket, cast: Cast) -> None:
    hear(called, cast, solved=False)
    called.refresh_from_db()
    assert (called.status, called.cycle) == ("open", 2)
    assert kinds(called)[-1] == "reopened"
    with pytest.raises(Conflict, match="Resolve"):
        hear(called, cast)


def test_it_answers_the_question_that_a_letter_asked(cast: Cast) -> None:
    question = make_asked(cast)
    hear(question.ticket, cast)
    question.refresh_from_db()
    assert question.state == "answered"
    with pytest.raises(Conflict, match="already"):
        hear(question.ticket, cast)


def test_nobody_is_asked_by_letter_after_they_have_said_it(cast: Cast) -> None:
    ticket = make_resolved(cast)
    hear(ticket, cast)
    ask_all(CALLED)
    assert Question.objects.get(ticket=ticket).letter is None


def test_before_it_is_resolved_there_is_nothing_to_answer(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Resolve"):
        hear(make_ticket(cast.group), cast)


def test_it_wants_an_answer(called: Ticket, cast: Cast) -> None:
    with pytest.raises(Refused):
        hear(called, cast, solved=None)


def test_no_machine_hears_a_customer(called: Ticket) -> None:
    robot = acting(make_person("Robot", kind="service"))
    with pytest.raises(Conflict, match="person"):
        hear_answer(
            called, solved=True, score=None, comment="", channel="phone", by=robot, now=CALLED
        )


@pytest.mark.parametrize("lie", ["channel = 'page'", "heard_by_id = NULL", "channel = 'rumour'"])
def test_the_database_wants_to_know_who_heard_it(called: Ticket, cast: Cast, lie: str) -> None:
    answer = hear(called, cast)
    columns = "question_id, solved, score, comment, at, channel, heard_by_id"
    name, _, value = lie.partition(" = ")
    values = columns.replace(name, value)
    other = make_asked(cast)
    values = values.replace("question_id", str(other.pk))
    copy = f"INSERT INTO recovery_answer ({columns}) SELECT {values} FROM recovery_answer"
    with pytest.raises(IntegrityError, match="answer_by_voice_was_heard"), transaction.atomic():
        _run(f"{copy} WHERE id = {answer.pk}")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
