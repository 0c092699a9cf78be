"""Nobody could be reached: what must have been tried before somebody may say so …"""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxloop.kernel.letters import bury_letter, call_back
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from feedback.intake.silence import NO_OFFERS, contact_mark
from tests.cast import Cast, api
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tests.makers import NOW
from tests.recovery.asking import resolve
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.attempts import ON_TWO_DAYS, Attempt, next_attempt, what_lacks, worth_trying
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket, Wait
from tickets.work.sweeps import strike_dead
from tickets.work.tries import attempts_on

HOUR = timedelta(hours=1)
BOTH = ("letter", "phone")
UTC_ZONE = ZoneInfo("UTC")


def tried(*said: tuple[str, float]) -> list[Attempt]:
    return [Attempt(channel, NOW + hours * HOUR) for channel, hours in said]


@pytest.mark.parametrize(
    ("attempts", "ways", "lacks"),
    [
        ((), BOTH, "no_attempts"),
        ((("phone", 0),), BOTH, "few_attempts"),
        ((("phone", 0), ("phone", 1), ("phone", 11.9)), BOTH, "few_attempts"),
        ((("phone", 0), ("phone", 12)), BOTH, ""),
        ((("visit", 0), ("letter", 40)), (), ""),
        ((("phone", 0), ("letter", 1)), BOTH, ""),
        ((("letter", 0),), BOTH, "few_attempts"),
        ((("letter", 0),), ("letter",), ""),
        ((("phone", 0),), ("phone",), "few_attempts"),
        ((("phone", 0), ("phone", 2)), ("phone",), "few_attempts"),
        ((("phone", 0),), ("letter",), "few_attempts"),
        ((("other", 0),), (), "few_attempts"),
    ],
)
def test_two_days_or_every_way(
    attempts: tuple[tuple[str, float], ...], ways: tuple[str, ...], lacks: str
) -> None:
    assert what_lacks(tried(*attempts), ways) == lacks


def call(ticket: Ticket, cast: Cast, *, reached: bool = False) -> None:
    _call_at(ticket, cast, moment(), reached=reached)


def _call_at(ticket: Ticket, cast: Cast, at: datetime, *, reached: bool = False) -> None:
    said = {"channel": "phone", "reached": reached, "body": ""}
    log_contact(locked(ticket.pk), by=acting(cast.agent), now=at, **said)


@pytest.mark.django_db
class TestCounts:
    def test_calls_in_vain_and_letters_that_died(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        call(ticket, cast)
        reply(locked(ticket.pk), body="Hello?", by=acting(cast.agent), now=moment())
        assert attempts_on([ticket.pk]) == {}  # as far as we know the letter reached them
        bury_letter(Letter.objects.get(kind="reply"), "550 nobody", now=moment())
        strike_dead()
        assert [one.channel for one in attempts_on([ticket.pk])[ticket.pk]] == ["phone", "letter"]

    def test_nothing_before_they_were_reached(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        call(ticket, cast)
        call(ticket, cast, reached=True)
        assert attempts_on([ticket.pk]) == {}
        call(ticket, cast)
        assert len(attempts_on([ticket.pk])[ticket.pk]) == 1

    def test_nothing_before_they_wrote(self, cast: Cast) -> None:
        ticket, now = ticket_of_today(cast.group), moment()
        call(ticket, cast)
        receive_message(locked(ticket.pk), text="Here I am", received_at=now, now=moment())
        assert attempts_on([ticket.pk]) == {}

    def test_no_letter_that_was_taken_back(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        by = acting(cast.agent)
        reply(locked(ticket.pk), body="Hello?", by=by, now=moment())
        take_back(locked(ticket.pk), by=by, now=moment())
        assert attempts_on([ticket.pk]) == {}

    def test_no_letter_that_we_called_back(self, cast: Cast) -> None:
        """They could not be reached by it, for it never left."""
        ticket = ticket_of_today(cast.group)
        reply(locked(ticket.pk), body="Hello?", by=acting(cast.agent), now=moment())
        assert ticket.customer_id
        call_back([contact_mark(ticket.customer_id)], NO_OFFERS, now=moment())
        strike_dead()
        assert Contact.objects.get(ticket=ticket).struck_at
        assert attempts_on([ticket.pk]) == {}

    def test_nothing_of_an_earlier_cycle(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        call(ticket, cast)
        Ticket.objects.filter(pk=ticket.pk).update(cycle=2)
        assert attempts_on([ticket.pk]) == {}


@pytest.mark.django_db
class TestSaid:
    def test_over_rest(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        call(ticket, cast)
        body: dict[str, Any] = {"outcome": "unreachable", "reason": "Nobody answers"}
        answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/close", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "few_attempts")

    @pytest.mark.parametrize(
        ("heard", "status"), [("called", 409), ("written", 409), ("never", 200)]
    )
    def test_of_nobody_who_was_heard_in_between(self, cast: Cast, heard: str, status: int) -> None:
        ticket = ticket_of_today(cast.group)
        _call_at(ticket, cast, moment() - 24 * HOUR)
        between = moment() - 12 * HOUR
        if heard == "called":
            _call_at(ticket, cast, between, reached=True)
        elif heard == "written":
            receive_message(locked(ticket.pk), text="Yes?", received_at=between, now=between)
        _call_at(ticket, cast, moment())
        body = {"outcome": "unreachable", "reason": "Nobody answers"}
        answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/close", body)
        assert answer.status_code == status

    def test_at_the_desk_where_it_is_closed(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        assert "None is on record since" in text_of(agent.get(where))
        call(ticket, cast)
        shown = text_of(agent.get(where))
        assert "Attempts so far: Phone call" in shown
        assert "wants one more" in shown


@pytest.mark.parametrize(
    ("attempts", "ways", "step"),
    [
        ((), BOTH, None),
        ((("letter", 0),), BOTH, ("phone", "other_way")),
        ((("phone", 0),), BOTH, ("letter", "other_way")),
        ((("letter", 0), ("phone", 24)), BOTH, ("letter", "another_day")),
        ((("phone", 0), ("phone", 24)), BOTH, ("letter", "other_way")),
        ((("letter", 0), ("phone", 24), ("letter", 48)), BOTH, (None, "enough")),
        ((("letter", 0),), ("letter",), (None, "enough")),
        ((("phone", 0),), ("phone",), ("phone", "another_day")),
        ((("phone", 0), ("phone", 1)), ("phone",), ("phone", "another_day")),
        ((("phone", 0), ("phone", 30)), ("phone",), (None, "enough")),
        ((("phone", 0),), ("letter",), ("letter", "other_way")),
        ((("visit", 0),), BOTH, ("phone", "other_way")),
        ((("visit", 0),), (), None),
        ((("visit", 0), ("visit", 30)), (), (None, "enough")),
    ],
)
def test_a_letter_a_call_a_second_letter_and_then_it_may_be_closed(
    attempts: tuple[tuple[str, float], ...],
    ways: tuple[str, ...],
    step: tuple[str | None, str] | None,
) -> None:
    found = next_attempt(tried(*attempts), ways, zone=UTC_ZONE)
    assert (found and (found.channel, found.reason)) == step
    if found and found.reason == "enough":
        assert found.not_before is None
        assert what_lacks(tried(*attempts), ways) == ""


@pytest.mark.parametrize(
    ("last", "zone", "then"),
    [
        ("2026-11-27 09:00", "UTC", "2026-11-28 14:00"),
        ("2026-11-27 12:59", "UTC", "2026-11-28 14:00"),
        ("2026-11-27 13:00", "UTC", "2026-11-28 09:00"),
        ("2026-11-27 20:59", "UTC", "2026-11-28 09:00"),
        ("2026-11-27 23:30", "UTC", "2026-11-28 14:00"),
        ("2026-11-27 00:10", "UTC", "2026-11-28 14:00"),
        ("2026-11-27 01:00", "Asia/Seoul", "2026-11-28 05:00"),  # ten there, then two
        ("2026-11-27 16:00", "Asia/Seoul", "2026-11-29 05:00"),  # past midnight there
        ("2026-10-24 16:00", "Europe/Berlin", "2026-10-25 08:00"),  # the clock goes back
    ],
)
def test_another_day_in_its_other_half(last: str, zone: str, then: str) -> None:
    at = datetime.fromisoformat(f"{last}+00:00")
    found = worth_trying(at, ZoneInfo(zone))
    assert found == datetime.fromisoformat(f"{then}+00:00")
    assert found - at >= ON_TWO_DAYS


def test_each_that_is_worth_trying_counts_as_another_day() -> None:
    for quarter in range(4 * 24 * 8):
        at = NOW + quarter * HOUR / 4
        for zone in ("UTC", "Asia/Seoul", "America/St_Johns", "Australia/Lord_Howe"):
            found = worth_trying(at, ZoneInfo(zone))
            assert what_lacks([Attempt("phone", at), Attempt("phone", found)], ("phone",)) == ""


@pytest.fixture
def unreached(cast: Cast) -> Ticket:
    """Called in vain this minute; an address is known too."""
    ticket = ticket_of_today(cast.group)
    Customer.objects.filter(pk=ticket.customer_id).update(phone="+82 2 1234")
    call(ticket, cast)
    return locked(ticket.pk)


def shown(ticket: Ticket, cast: Cast) -> Any:
    return api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}").json()["next_attempt"]


@pytest.mark.django_db
class TestProposes:
    def test_the_next_over_rest(self, unreached: Ticket, cast: Cast) -> None:
        step = shown(unreached, cast)
        assert (step["channel"], step["reason"]) == ("letter", "other_way")
        assert datetime.fromisoformat(step["not_before"]) > moment() + ON_TWO_DAYS / 2

    def test_nothing_before_anything_failed(self, cast: Cast) -> None:
        assert shown(ticket_of_today(cast.group), cast) is None

    def test_the_same_as_at_first_where_they_were_heard_in_between(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        reply(locked(unreached.pk), body="Hello?", by=acting(cast.agent), now=moment())
        bury_letter(Letter.objects.get(kind="reply"), "550 nobody", now=moment())
        strike_dead()
        call(unreached, cast, reached=True)
        call(unreached, cast)
        step = shown(unreached, cast)
        assert (step["channel"], step["reason"]) == ("letter", "other_way")

    def test_nothing_once_they_have_written(self, unreached: Ticket, cast: Cast) -> None:
        now = moment()
        receive_message(locked(unreached.pk), text="Here I am", received_at=now, now=now)
        assert shown(unreached, cast) is None

    def test_nothing_once_they_were_reached(self, unreached: Ticket, cast: Cast) -> None:
        call(unreached, cast, reached=True)
        assert shown(unreached, cast) is None

    def test_nothing_while_a_letter_is_on_its_way_and_on_once_it_died(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        reply(locked(unreached.pk), body="Hello?", by=acting(cast.agent), now=moment())
        assert shown(unreached, cast) is None
        bury_letter(Letter.objects.get(kind="reply"), "550 nobody", now=moment())
        strike_dead()
        assert shown(unreached, cast)["reason"] == "another_day"

    def test_on_where_a_letter_was_taken_back(self, unreached: Ticket, cast: Cast) -> None:
        by = acting(cast.agent)
        reply(locked(unreached.pk), body="Hello?", by=by, now=moment())
        take_back(locked(unreached.pk), by=by, now=moment())
        assert shown(unreached, cast)["channel"] == "letter"

    def test_nothing_where_only_the_resolving_was_taken_back(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        """The letter before it stands; the one that was written with it does not."""
        by = acting(cast.agent)
        reply(locked(unreached.pk), body="Hello?", by=by, now=moment())
        resolve(unreached, by=cast.agent, now=moment())
        take_back(locked(unreached.pk), by=by, now=moment())
        assert shown(unreached, cast) is None

    def test_on_where_the_letter_was_taken_back_that_came_with_a_resolving(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        resolve(unreached, by=cast.agent, body="It is done.", now=moment())
        take_back(locked(unreached.pk), by=acting(cast.agent), now=moment())
        assert shown(unreached, cast)["channel"] == "letter"

    def test_on_where_a_colleague_took_back_theirs_and_none_where_another_stands(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        for person in (cast.lead, cast.agent):
            reply(locked(unreached.pk), body="Hello?", by=acting(person), now=moment())
        take_back(locked(unreached.pk), by=acting(cast.lead), now=moment())
        assert shown(unreached, cast) is None
        take_back(locked(unreached.pk), by=acting(cast.agent), now=moment())
        assert shown(unreached, cast)["channel"] == "letter"

    def test_nothing_to_who_wants_no_contact(self, unreached: Ticket, cast: Cast) -> None:
        wish = {"do_not_contact": True, "do_not_contact_since": moment()}
        Customer.objects.filter(pk=unreached.customer_id).update(**wish)
        assert shown(unreached, cast) is None

    def test_it_on_the_page_with_one_click_to_wait_for_it(
        self, unreached: Ticket, cast: Cast
    ) -> None:
        agent, where = browse(cast.agent), f"/tickets/{unreached.ref}"
        page = agent.get(where)
        assert "Next: a letter, worth trying from" in text_of(page)
        until = re.search(r'name="until" value="([^"]+)"', page.content.decode())
        assert until
        sent(agent.post(f"{where}/wait", {"nonce": nonce_of(page), "until": until[1]}), where)
        waiting = locked(unreached.pk)
        step = shown(unreached, cast)
        assert waiting.status == "waiting"
        assert waiting.waiting_until == datetime.fromisoformat(step["not_before"])
        assert not Wait.objects.exists()
        assert "Try again at" not in text_of(agent.get(where))

    def test_nothing_on_the_page_of_who_may_only_read(self, unreached: Ticket, cast: Cast) -> None:
        page = text_of(browse(cast.viewer).get(f"/tickets/{unreached.ref}"))
        assert "Next: a letter" not in page

    def test_it_for_no_statement_more_on_the_page(self, unreached: Ticket, cast: Cast) -> None:
        agent, other = browse(cast.agent), ticket_of_today(cast.group)
        cost = cost_of(agent, f"/tickets/{other.ref}")
        assert cost_of(agent, f"/tickets/{unreached.ref}") <= cost
