"""What a customer writes on a resolved ticket is left to a person, who …"""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from cxloop.kernel.errors import Conflict
from tests.cast import Cast
from tests.desk.browsing import browse
from tests.makers import make_policy
from tests.recovery.asking import LATER, kinds, make_asked, questions_left
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.ask import close_silent
from tickets.recovery.models import Answer, Question
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.talk import reply, strike_dead_letters
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket

pytestmark = pytest.mark.django_db
WROTE = LATER + timedelta(days=1)
READ = WROTE + timedelta(hours=3)
NONCE = "3f1f5d3e-0000-4000-8000-000000000001"
DAYS = timedelta(days=settings.SILENT_AFTER_DAYS)


@pytest.fixture
def thanked(cast: Cast) -> Ticket:
    """Resolved and asked; a day later they wrote."""
    ticket = locked(
        make_asked(cast, assignee=cast.agent, policy=make_policy(next_reply_s=8 * 3600)).ticket_id
    )
    receive_message(ticket, text="Thanks!", received_at=WROTE, now=WROTE)
    return ticket


def judge(ticket: Ticket, cast: Cast, *, solved: bool) -> Answer:
    by = acting(cast.agent)
    said = {"solved": solved, "score": None, "comment": "", "channel": "letter"}
    return hear_answer(locked(ticket.pk), by=by, now=READ, **said)


def owed(ticket: Ticket) -> list[str]:
    return [
        clock.kind for clock in Clock.objects.filter(promise=ticket.pk, kind="next_reply").live()
    ]


def sweep(now: datetime) -> None:
    questions_left()
    close_silent(list(Question.objects.gone_silent(now)), now)


def test_finds_it_where_it_was_with_a_reply_owed(thanked: Ticket) -> None:
    thanked.refresh_from_db()
    assert (thanked.status, thanked.cycle, thanked.unjudged_since) == ("resolved", 1, WROTE)
    assert owed(thanked) == ["next_reply"]
    assert "reopened" not in kinds(thanked)


def test_has_it_among_their_work(thanked: Ticket, cast: Cast) -> None:
    assert list(Ticket.objects.unresolved()) == [thanked]
    assert Ticket.objects.carried_by([cast.agent.pk]) == {cast.agent.pk: 1}
    judge(thanked, cast, solved=True)
    assert not Ticket.objects.unresolved().exists()


def test_closes_it_by_their_word(thanked: Ticket, cast: Cast) -> None:
    answer = judge(thanked, cast, solved=True)
    thanked.refresh_from_db()
    assert (thanked.status, thanked.outcome, thanked.unjudged_since) == (
        "closed",
        "recovered",
        None,
    )
    assert (answer.channel, answer.heard_by) == ("letter", cast.agent)
    assert owed(thanked) == []


def test_begins_the_next_cycle_from_when_they_wrote(thanked: Ticket, cast: Cast) -> None:
    judge(thanked, cast, solved=False)
    thanked.refresh_from_db()
    assert (thanked.status, thanked.cycle, thanked.unjudged_since) == ("open", 2, None)
    anew = Clock.objects.get(promise=thanked.pk, kind="follow_up", cycle=2)
    assert anew.due_at == WROTE + timedelta(hours=48)


def test_answers_where_it_says_neither(thanked: Ticket, cast: Cast) -> None:
    thanked = locked(thanked.pk)
    reply(thanked, body="Is it put right?", by=acting(cast.agent), now=READ)
    thanked.refresh_from_db()
    assert (thanked.status, thanked.unjudged_since, owed(thanked)) == ("resolved", None, [])
    letter = Contact.objects.filter(ticket=thanked, at=READ).get().letter
    assert letter is not None
    strike_dead_letters([letter], READ)
    thanked.refresh_from_db()
    assert (thanked.unjudged_since, owed(thanked)) == (WROTE, ["next_reply"])


def test_may_begin_anew_without_judging(thanked: Ticket, cast: Cast) -> None:
    reopen_ticket(thanked, reason="it fell off", by=acting(cast.agent), now=READ)
    thanked.refresh_from_db()
    assert (thanked.status, thanked.unjudged_since) == ("open", None)


def test_cannot_call_them_silent(thanked: Ticket, cast: Cast) -> None:
    with pytest.raises(Conflict, match="has written"):
        close_ticket(thanked, outcome="silent", reason="-", by=acting(cast.agent), now=READ)


def test_has_as_long_as_it_takes_them(thanked: Ticket, cast: Cast) -> None:
    """Who has written is not silent, and after our answer has their days anew."""
    sweep(LATER + DAYS)
    thanked = locked(thanked.pk)
    assert thanked.status == "resolved"
    reply(thanked, body="Is it put right?", by=acting(cast.agent), now=LATER + DAYS)
    sweep(LATER + 2 * DAYS - timedelta(seconds=1))
    assert locked(thanked.pk).status == "resolved"
    sweep(LATER + 2 * DAYS)
    assert locked(thanked.pk).outcome == "silent"


def test_is_waited_for_only_while_it_is_resolved(thanked: Ticket) -> None:
    with pytest.raises(IntegrityError, match="only_what_is_resolved"), transaction.atomic():
        Ticket.objects.filter(pk=thanked.pk).update(status="open")


class TestOnItsPage:
    def test_is_asked_with_two_buttons(self, cast: Cast, thanked: Ticket) -> None:
        agent = browse(cast.agent)
        page = agent.get(f"/tickets/{thanked.ref}").content.decode()
        assert "Do they say that it is put right?" in page
        assert "solved?" in agent.get("/queue?tab=groups").content.decode()
        told = {"channel": "letter", "solved": "yes", "nonce": NONCE}
        assert agent.post(f"/tickets/{thanked.ref}/answer", told).status_code == 303
        assert locked(thanked.pk).outcome == "recovered"

    def test_is_asked_while_they_look(self, cast: Cast, thanked: Ticket) -> None:
        where = f"/tickets/{thanked.ref}?after=0"
        news = browse(cast.agent).get(where, headers={"HX-Request": "true"})
        assert "They say it is not" in news.content.decode()

    def test_is_no_reader(self, cast: Cast, thanked: Ticket) -> None:
        page = browse(cast.auditor).get(f"/tickets/{thanked.ref}")
        assert "put right?" not in page.content.decode()
