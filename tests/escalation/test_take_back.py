"""Nobody is told of a promise that has ended before the letter left."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import browse, text_of
from tests.escalation.climbing import (
    HOUR,
    clock_of,
    elsewhere,
    letters_to,
    make_default_ladder,
    sweep,
)
from tests.makers import NOW, make_policy, make_ticket
from tickets.escalation.actions.erase import erase_notices
from tickets.escalation.actions.tell import tell
from tickets.escalation.models import Notice
from tickets.escalation.sweeps import climb_ladders
from tickets.work.actions.move import close_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def reach(ticket: Ticket, person, at) -> None:
    with transaction.atomic():
        by = acting(person)
        log_contact(locked(ticket.pk), channel="phone", reached=True, body="", by=by, now=at)


def state_of(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(escalation__ticket=ticket).order_by("pk")
    return [(row.state, row.dropped) for row in rows]


def test_a_letter_that_waits_is_called_back_by_the_contact(ticket, cast):
    sweep(24)
    reach(ticket, cast.agent, NOW + 25 * HOUR)
    (letter,) = letters_to("agent")
    assert (letter.state, letter.withdrawn_why) == ("withdrawn", "met")
    assert letter.withdrawn_at == NOW + 25 * HOUR
    sweep(25.1)
    assert state_of(ticket) == [("dropped", "met")]
    assert Letter.objects.filter(state="withdrawn", withdrawal_noticed=False).count() == 0


def test_a_letter_that_waits_is_called_back_by_closing(ticket, cast):
    sweep(24)
    by = acting(cast.agent)
    close_ticket(locked(ticket.pk), outcome="spam", reason="spam", by=by, now=NOW + 25 * HOUR)
    sweep(25.1)
    assert state_of(ticket) == [("dropped", "void")]
    assert letters_to("agent")[0].withdrawn_why == "void"


def test_late_contact_calls_back_what_tells_of_the_breach(ticket, cast):
    sweep(49)
    reach(ticket, cast.agent, NOW + 50 * HOUR)
    assert letters_to("manager")[0].state == "withdrawn"


def test_a_letter_that_has_left_stays_as_it_is(ticket, cast):
    sweep(24)
    Letter.objects.update(state="sent", sent_at=NOW + 24 * HOUR)
    reach(ticket, cast.agent, NOW + 25 * HOUR)
    sweep(25.1)
    assert letters_to("agent")[0].state == "sent"
    assert state_of(ticket) == [("told", "")]


def test_a_notice_that_was_not_written_yet_is_dropped(ticket, cast):
    sweep(24)
    Notice.objects.update(letter=None)
    Letter.objects.filter(kind="escalation").delete()
    reach(ticket, cast.agent, NOW + 25 * HOUR)
    sweep(25.1)
    assert state_of(ticket) == [("dropped", "met")]
    assert letters_to("agent") == []


def test_what_else_stood_in_a_digest_is_told_anew(ticket, cast):
    policy = ticket.promise.policy
    others = [make_ticket(cast.group, policy=policy, assignee=cast.agent) for _ in range(22)]
    sweep(24)
    reach(ticket, cast.agent, NOW + 25 * HOUR)
    sweep(25.1)
    called_back, anew = letters_to("agent")
    assert called_back.state == "withdrawn"
    assert (anew.state, anew.subject) == ("waiting", "22 promises in danger or broken")
    assert ticket.ref not in anew.body.split()
    assert state_of(ticket) == [("dropped", "met")]
    assert {state_of(other)[0] for other in others} == {("told", "")}
    reach(others[0], cast.agent, NOW + 26 * HOUR)
    sweep(26.1)
    assert letters_to("agent")[-1].subject == "21 promises in danger or broken"


def test_a_digest_that_was_called_back_loses_its_words_with_the_person(ticket, cast):
    policy = ticket.promise.policy
    others = [make_ticket(cast.group, policy=policy, assignee=cast.agent) for _ in range(22)]
    sweep(24)
    reach(ticket, cast.agent, NOW + 25 * HOUR)
    sweep(25.1)
    erase_notices([ticket.pk, *(other.pk for other in others)])
    assert not any("Parcel" in letter.body for letter in letters_to("agent"))


def test_the_api_and_the_desk_say_who_need_not_hear_any_more(ticket, cast):
    sweep(24)
    reach(ticket, cast.lead, NOW + 25 * HOUR)
    sweep(25.1)
    (row,) = api(cast.agent).get("/api/v1/escalations").json()["results"]
    (notice,) = row["notices"]
    assert (notice["to"], notice["state"], notice["why"]) == ("Agent", "dropped", "met")
    shown = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
    assert "Not written to after all: Agent" in shown
    _, _, called_back = text_of(browse(cast.admin).get("/health")).partition("Letters called back")
    assert "agent@house.example" in called_back
    assert "Letters called back" not in text_of(browse(cast.agent).get("/health"))


class TestAtOnce:
    """On several connections."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def overdue(self, cast: Cast) -> Ticket:
        make_default_ladder()
        policy = make_policy(acknowledge_s=None, resolve_s=None)
        received_at = moment() - 49 * HOUR
        return make_ticket(cast.group, policy=policy, assignee=cast.agent, received_at=received_at)

    def test_a_contact_is_not_overtaken_by_the_letter(self, overdue, cast):
        """Who writes the letter holds the clock: the contact waits, and then finds the letter."""
        climb_ladders()
        Notice.objects.update(letter=None)
        Letter.objects.all().delete()
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                tell(list(Notice.objects.untold(moment())), moment())
                reaching = pool.submit(elsewhere, reach, overdue, cast.agent, moment())
                with pytest.raises(TimeoutError):
                    reaching.result(timeout=1)
            reaching.result(timeout=60)
        assert Letter.objects.get().state == "withdrawn"

    def test_nobody_is_written_to_while_somebody_is_ending_the_promise(self, overdue, cast):
        climb_ladders()
        Notice.objects.update(letter=None)
        Letter.objects.all().delete()
        with transaction.atomic():
            log_contact(
                locked(overdue.pk), channel="phone", reached=True, body="",
                by=acting(cast.agent), now=moment(),
            )  # fmt: skip
            elsewhere(climb_ladders)
        assert Letter.objects.count() == 0
        Notice.objects.update(try_after=None)
        climb_ladders()
        assert state_of(overdue) == [("dropped", "met")]
        assert Letter.objects.count() == 0

    def test_the_delivery_sends_nothing_that_was_called_back(self, overdue, cast):
        climb_ladders()
        with transaction.atomic():
            log_contact(
                locked(overdue.pk), channel="phone", reached=True, body="",
                by=acting(cast.agent), now=moment(),
            )  # fmt: skip
            assert elsewhere(deliver_letters) == 0
        assert deliver_letters() == 0
        assert clock_of(overdue).state == "breached"
        assert Letter.objects.get().state == "withdrawn"
