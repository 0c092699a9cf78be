"""gather_tickets …"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cxloop.kernel.errors import Conflict
from tests.cast import Cast
from tests.makers import NOW
from tests.problems.making import (
    DAY,
    cause,
    gather,
    make_problem,
    put,
    resolved_at,
    standing,
    ticket_at,
)
from tests.recovery.asking import ask_all, resolve
from tickets.problems.actions import gather as gathering
from tickets.problems.actions.problems import archive_problem, change_problem
from tickets.problems.actions.tickets import take_out
from tickets.problems.figures import sizes_of
from tickets.problems.models import Gathered, Problem, ProblemTicket
from tickets.recovery.actions.repair import change_recovery
from tickets.work import walking
from tickets.work.actions.assign import hand_over
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.send_back import send_back, take_back_handover
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=10)


def test_it_takes_up_what_was_resolved_by_its_cause_before(cast: Cast) -> None:
    recent, old = resolved_at(cast, NOW - DAY), resolved_at(cast, NOW - 91 * DAY)
    other = resolved_at(cast, NOW - DAY, slug="billing")
    unresolved = ticket_at(cast, NOW - DAY)
    problem = make_problem(cast)
    gather(NOW)
    assert standing(problem) == {recent.pk}
    assert not standing(problem) & {old.pk, other.pk, unresolved.pk}
    row = ProblemTicket.objects.get()
    assert (row.how, row.by, row.at) == ("rule", None, NOW)


def test_it_takes_up_what_is_resolved_from_then_on(cast: Cast) -> None:
    problem = make_problem(cast)
    gather(NOW)
    later = resolved_at(cast, NOW + timedelta(minutes=1))
    gather(NOW + timedelta(hours=1, minutes=3))
    assert standing(problem) == set(), "whoever writes history may not have committed"
    gather(NOW + timedelta(hours=2))
    assert standing(problem) == {later.pk}


def test_what_is_understood_late_counts_before_what_was_said(cast: Cast) -> None:
    problem = make_problem(cast)
    gather(NOW)
    ticket, wrong = resolved_at(cast, NOW, slug="billing"), resolved_at(cast, NOW)
    ask_all(NOW + timedelta(hours=2))
    by, now = acting(cast.agent), NOW + timedelta(hours=3)
    gather(now)
    assert standing(problem) == {wrong.pk}
    change_recovery(locked(wrong.pk), root_cause=cause("billing"), by=by, now=now)
    change_recovery(locked(ticket.pk), root_cause=cause(), by=by, now=now)
    gather(NOW + timedelta(hours=4))
    assert standing(problem) == {ticket.pk}
    change_recovery(locked(ticket.pk), root_cause=cause("billing"), by=by, now=now)
    gather(NOW + timedelta(hours=5))
    assert standing(problem) == set()
    change_recovery(locked(ticket.pk), root_cause=cause(), by=by, now=now)
    gather(NOW + timedelta(hours=6))
    assert standing(problem) == {ticket.pk}, "a rule puts back what a rule took out"


def test_it_never_puts_back_what_a_person_took_out(cast: Cast) -> None:
    ticket = resolved_at(cast, NOW - DAY)
    problem = make_problem(cast)
    gather(NOW)
    take_out(problem, ticket, by=cast.lead, now=NOW)
    with pytest.raises(Conflict):
        take_out(problem, ticket, by=cast.lead, now=NOW)
    change_recovery(locked(ticket.pk), failure="Lost.", by=acting(cast.agent), now=NOW)
    gather(NOW + DAY)
    change_problem(problem, {"gathers_from": NOW - 20 * DAY}, by=cast.lead, now=NOW)
    gather(NOW + DAY)
    assert standing(problem) == set()
    put(problem, ticket, by=cast.agent)
    assert standing(problem) == {ticket.pk}


def test_what_a_person_put_in_stays_whatever_its_cause(cast: Cast) -> None:
    problem, ticket = make_problem(cast), resolved_at(cast, NOW, slug="billing")
    put(problem, ticket, by=cast.agent)
    gather(NOW + DAY)
    assert standing(problem) == {ticket.pk}
    assert ProblemTicket.objects.get().how == "hand"
    problem.refresh_from_db()
    assert (problem.looks_back_at, problem.last_error) == (None, "")


def merge(ticket: Ticket, into: Ticket, cast: Cast, now: datetime) -> None:
    merge_tickets(locked(ticket.pk), into=locked(into.pk), by=acting(cast.agent), now=now)


def test_what_a_person_put_in_goes_on_where_the_ticket_does(cast: Cast) -> None:
    """Twice, and also where a rule had taken that one out."""
    problem, archived = make_problem(cast), make_problem(cast)
    gather(NOW)
    first = ticket_at(cast, NOW)
    second, last = (ticket_at(cast, NOW, customer=first.customer) for _ in range(2))
    put(problem, first, by=cast.lead)
    put(archived, first, by=cast.lead)
    archive_problem(archived, by=cast.lead, now=NOW)
    facts = {"how": "rule", "at": NOW, "out_at": NOW}
    ProblemTicket.objects.create(problem=problem, ticket=last, **facts)
    merge(first, second, cast, NOW)
    merge(second, last, cast, NOW + timedelta(minutes=1))
    gather(SOON)
    assert standing(problem) == {first.pk, second.pk, last.pk}
    row = ProblemTicket.objects.get(problem=problem, ticket=last)
    assert (row.how, row.by, row.at) == ("hand", cast.lead, SOON)
    assert sizes_of([problem], cast.lead, now=SOON)[problem.pk].tickets == 1
    assert standing(archived) == {first.pk}


def test_what_a_person_took_out_stays_out_of_what_was_merged_too(cast: Cast) -> None:
    problem = make_problem(cast)
    gather(NOW)
    ticket = ticket_at(cast, NOW)
    into = ticket_at(cast, NOW, customer=ticket.customer)
    put(problem, ticket, into, by=cast.lead)
    take_out(problem, into, by=cast.lead, now=NOW)
    merge(ticket, into, cast, NOW)
    gather(SOON)
    assert standing(problem) == {ticket.pk}


def test_a_problem_of_a_group_gathers_there_alone(cast: Cast) -> None:
    here = resolved_at(cast, NOW - DAY)
    there = resolved_at(cast, NOW - DAY, group=cast.other_group, by=cast.outsider)
    of_group, of_house = make_problem(cast), make_problem(cast, group=None)
    gather(NOW)
    assert standing(of_group) == {here.pk}
    assert standing(of_house) == {here.pk, there.pk}


def test_one_that_does_not_gather_takes_up_nothing(cast: Cast) -> None:
    resolved_at(cast, NOW - DAY)
    problem, archived = make_problem(cast, gathers=False), make_problem(cast)
    archive_problem(archived, by=cast.lead, now=NOW)
    gather(NOW)
    resolved_at(cast, NOW)
    gather(NOW + DAY)
    assert standing(problem) == standing(archived) == set()


def test_another_cause_gathers_anew(cast: Cast) -> None:
    first = resolved_at(cast, NOW - DAY)
    second = resolved_at(cast, NOW - DAY, slug="billing")
    problem = make_problem(cast)
    gather(NOW)
    assert standing(problem) == {first.pk}
    change_problem(problem, {"root_cause": cause("billing")}, by=cast.lead, now=NOW)
    gather(NOW)
    assert standing(problem) == {second.pk}


def test_nothing_of_another_cause_stands_where_it_gathers_no_more(cast: Cast) -> None:
    """Whether that is said with the other cause or before it; said alone it leaves what stands."""
    first, by_hand = resolved_at(cast, NOW - DAY), ticket_at(cast, NOW - DAY)
    at_once, before = make_problem(cast), make_problem(cast)
    gather(NOW)
    for problem in (at_once, before):
        put(problem, by_hand, by=cast.agent)
        problem.refresh_from_db()
    other = {"root_cause": cause("billing")}
    change_problem(at_once, {"gathers": False, **other}, by=cast.lead, now=NOW)
    change_problem(before, {"gathers": False}, by=cast.lead, now=NOW)
    assert (standing(at_once), standing(before)) == ({by_hand.pk}, {first.pk, by_hand.pk})
    change_problem(before, other, by=cast.lead, now=NOW)
    assert standing(before) == {by_hand.pk}


def test_nothing_from_before_the_day_stands(cast: Cast) -> None:
    old, new = resolved_at(cast, NOW - 9 * DAY), resolved_at(cast, NOW - DAY)
    problem = make_problem(cast)
    gather(NOW)
    problem.refresh_from_db()
    change_problem(problem, {"gathers_from": NOW - 5 * DAY}, by=cast.lead, now=NOW)
    assert standing(problem) == {new.pk}
    change_problem(problem, {"gathers_from": NOW - 10 * DAY}, by=cast.lead, now=NOW)
    gather(NOW)
    assert standing(problem) == {old.pk, new.pk}


@pytest.mark.parametrize("back", [send_back, take_back_handover])
def test_a_problem_of_a_group_follows_where_a_ticket_is_given(
    cast: Cast, back: Callable[..., None]
) -> None:
    """Its cause was named long before."""
    here = make_problem(cast)
    there = make_problem(cast, group=cast.other_group, by=cast.admin)
    ticket = resolved_at(cast, NOW - DAY)
    gather(NOW)
    assert (standing(here), standing(there)) == ({ticket.pk}, set())
    given = {"group": cast.other_group, "by": acting(cast.agent), "now": NOW}
    hand_over(locked(ticket.pk), **given)
    gather(NOW + DAY)
    assert (standing(here), standing(there)) == (set(), {ticket.pk})
    if back is send_back:
        send_back(locked(ticket.pk), why="Ours not", by=acting(cast.outsider), now=NOW + DAY)
    else:
        take_back_handover(locked(ticket.pk), by=acting(cast.agent), now=NOW + DAY)
    gather(NOW + 2 * DAY)
    assert (standing(here), standing(there)) == ({ticket.pk}, set())


def test_what_was_no_spam_after_all_is_taken_up(cast: Cast) -> None:
    problem = make_problem(cast)
    gather(NOW)
    ticket = resolved_at(cast, NOW)
    mark_spam(locked(ticket.pk), by=acting(cast.agent), now=NOW + timedelta(hours=2))
    gather(NOW + DAY)
    assert standing(problem) == set()
    not_spam(locked(ticket.pk), reason="", by=acting(cast.lead), now=NOW + DAY)
    gather(NOW + 2 * DAY)
    assert standing(problem) == {ticket.pk}


def test_twice_or_late_is_the_same_as_once(cast: Cast) -> None:
    ticket = resolved_at(cast, NOW - DAY)
    problem = make_problem(cast)
    gather(NOW)
    gather(NOW)
    gather(NOW + 30 * DAY)
    assert standing(problem) == {ticket.pk}
    assert ProblemTicket.objects.count() == 1


def test_it_goes_on_where_it_was_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, also through tickets of one moment."""
    monkeypatch.setattr(gathering, "A_STEP", 2)
    tickets = [resolved_at(cast, NOW - DAY) for _ in range(5)]
    problem = make_problem(cast)
    gathering.look_back([problem], NOW)
    assert len(standing(problem)) == 2
    gathering.look_back([Problem.objects.get()], NOW)
    assert len(standing(problem)) == 4
    gather(NOW)
    assert standing(problem) == {ticket.pk for ticket in tickets}
    assert Problem.objects.get().looks_back_at is None


def test_a_walk_passes_only_what_is_settled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "A_STRETCH", 3)
    problem = make_problem(cast)
    gather(NOW)
    ticket = resolved_at(cast, NOW)
    while gathering.gather_named(now=NOW + DAY):
        assert Gathered.objects.count() == 1
    assert standing(problem) == {ticket.pk}
    assert Gathered.objects.get().entry == TimelineEntry.objects.latest("pk").pk


def test_one_that_cannot_gather_is_in_no_others_way(cast: Cast) -> None:
    """It cannot be taken out before it was put in."""
    broken, other = make_problem(cast), make_problem(cast)
    gather(NOW)
    stuck = ticket_at(cast, NOW)
    ProblemTicket.objects.create(problem=broken, ticket=stuck, how="rule", at=NOW + 90 * DAY)
    resolve(stuck, by=cast.agent, now=NOW + timedelta(hours=1), cause=cause("billing"))
    named = resolved_at(cast, NOW)
    gather(NOW + DAY)
    assert standing(other) == {named.pk}
    broken.refresh_from_db()
    assert "taken_out_after_put_in" in broken.last_error
    ProblemTicket.objects.filter(problem=broken).update(at=NOW)
    gather(NOW + 2 * DAY)
    assert standing(broken) == {named.pk}
    broken.refresh_from_db()
    assert (broken.looks_back_at, broken.last_error) == (None, "")


def test_it_costs_no_more_for_many_than_for_few(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(20):
        resolved_at(cast, NOW - DAY)
    problem = make_problem(cast)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        gathering.look_back([problem], NOW)
    assert len(standing(problem)) == 20
