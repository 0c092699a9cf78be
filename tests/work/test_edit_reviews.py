"""A review that was edited goes where it was heard before: owed another answer, or in history."""

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.feedback.exports import play_row
from tests.makers import make_root_cause
from tests.work.reviewing import SORRY, ago, clocks, open_store, told
from tickets.work.actions.move import close_ticket, resolve_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TicketFeedback, Triage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(cast: Cast) -> None:
    open_store(cast.group)


def test_edited_after_the_reply_it_is_owed_another_on_the_same_ticket() -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    told(play_row(at=ago(9), edited=ago(4), text="4.2 crashes too", reply=(ago(8), SORRY)))
    ticket = Ticket.objects.get()
    first, second = clocks(ticket)
    assert (first.state, second.state) == ("met", "running")
    assert second.started_at == ago(4)
    entry = ticket.timeline.get(kind="feedback_joined")
    assert entry.text == "4.2 crashes too"
    assert (entry.reason["edited"], entry.reason["stars"], entry.reason["stars_before"]) == (
        True,
        1,
        1,
    )
    assert entry.reason["rule"]["name"] == "Unhappy"


@pytest.mark.parametrize("ends", ["resolved", "closed"])
def test_edited_after_the_end_it_begins_the_next_cycle(cast: Cast, ends: str) -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    ticket, by = locked(Ticket.objects.get().pk), acting(cast.agent)
    if ends == "resolved":
        resolve_ticket(ticket, root_cause=make_root_cause(), body="4.2", by=by, now=moment())
    else:
        close_ticket(ticket, outcome="not_actionable", reason="old", by=by, now=moment())
    told(play_row(at=ago(9), edited=ago(1), stars=2, text="No."))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.cycle) == ("open", 2)
    assert clocks(ticket)[-1].started_at == ago(1)
    assert Triage.objects.filter(decision="joined").count() == 1


def test_three_stars_are_no_praise() -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    told(play_row(at=ago(9), edited=ago(1), stars=3, text="Slow now"))
    ticket = Ticket.objects.get()
    assert [clock.state for clock in clocks(ticket)] == ["met", "running"]
    entry = ticket.timeline.get(kind="feedback_joined")
    assert (entry.actor_kind, entry.reason["stars"]) == ("customer", 3)
    assert Triage.objects.latest("feedback__received_at").decision == "none"


@pytest.mark.parametrize("stars", [4, 5])
def test_edited_to_praise_it_is_in_history_and_begins_nothing(cast: Cast, stars: int) -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    ticket = locked(Ticket.objects.get().pk)
    cause = make_root_cause()
    resolve_ticket(ticket, root_cause=cause, body="x", by=acting(cast.agent), now=moment())
    told(play_row(at=ago(9), edited=ago(1), stars=stars, text="Works now"))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.cycle, ticket.outcome) == ("resolved", 1, "")
    assert [clock.state for clock in clocks(ticket)] == ["met"]
    entry = ticket.timeline.get(kind="feedback_joined")
    assert (entry.reason["stars"], entry.reason["stars_before"]) == (stars, 1)
    assert TicketFeedback.objects.filter(ticket=ticket).count() == 2


def test_praise_before_any_reply_leaves_the_first_promise_as_it_is() -> None:
    told(play_row(at=ago(9)))
    told(play_row(at=ago(9), edited=ago(1), stars=5, text="Oh, it works"))
    assert [clock.state for clock in clocks(Ticket.objects.get())] == ["running"]


def test_praise_that_turns_into_a_complaint_opens_a_ticket() -> None:
    told(play_row(at=ago(9), stars=5))
    told(play_row(at=ago(9), edited=ago(1), stars=1, text="Broken since 4.2"))
    (clock,) = clocks(Ticket.objects.get())
    assert clock.started_at == ago(1)


def test_a_complaint_of_today_does_not_go_where_nobody_is_alarmed() -> None:
    told(play_row(at=ago(200)))
    told(play_row(at=ago(200), edited=ago(1), text="Still"))
    old, new = Ticket.objects.order_by("pk")
    assert (old.quiet, new.quiet) == (True, False)
