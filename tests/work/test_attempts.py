"""Nobody could be reached: what must have been tried before somebody may say so …"""

from datetime import timedelta
from typing import Any

import pytest

from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import browse, text_of, ticket_of_today
from tests.makers import NOW
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.attempts import Attempt, what_lacks
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.sweeps import strike_dead
from tickets.work.tries import attempts_on

HOUR = timedelta(hours=1)
BOTH = ("letter", "phone")


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
    said = {"channel": "phone", "reached": reached, "body": ""}
    log_contact(locked(ticket.pk), by=acting(cast.agent), now=moment(), **said)


@pytest.mark.django_db
class TestCounts:
    def test_calls_in_vain_and_letters_that_died(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        call(ticket, cast)
        call(ticket, cast, reached=True)
        reply(locked(ticket.pk), body="Hello?", by=acting(cast.agent), now=moment())
        assert [one.channel for one in attempts_on([ticket.pk])[ticket.pk]] == ["phone"]
        bury_letter(Letter.objects.get(kind="reply"), "550 nobody", now=moment())
        strike_dead()
        assert [one.channel for one in attempts_on([ticket.pk])[ticket.pk]] == ["phone", "letter"]

    def test_no_letter_that_was_taken_back(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        by = acting(cast.agent)
        reply(locked(ticket.pk), body="Hello?", by=by, now=moment())
        take_back(locked(ticket.pk), by=by, now=moment())
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

    def test_at_the_desk_where_it_is_closed(self, cast: Cast) -> None:
        ticket = ticket_of_today(cast.group)
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        assert "None is on record." in text_of(agent.get(where))
        call(ticket, cast)
        shown = text_of(agent.get(where))
        assert "Attempts so far: Phone call" in shown
        assert "wants one more" in shown
