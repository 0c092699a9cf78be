"""suggestions_for …"""

from typing import Any

import pytest

from tests.cast import Cast
from tests.makers import NOW
from tests.problems.making import make_problem, put, ticket_at
from tickets.problems.actions.tickets import take_out
from tickets.problems.models import Problem
from tickets.problems.suggesting import suggestions_for
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db


def with_words(cast: Cast, *comments: str, **plan: Any) -> list[Any]:
    return [ticket_at(cast, NOW, comment=words, subject=words, **plan) for words in comments]


@pytest.fixture
def problem(cast: Cast) -> Problem:
    """Among thirty others, of a courier who leaves parcels in the rain."""
    with_words(cast, *(f"The invoice shows number {n} twice" for n in range(30)))
    found = make_problem(cast, title="Wet", gathers=False)
    own = with_words(cast, "courier left the parcel in rain", "parcel soaked, courier gone")
    put(found, *own, by=cast.agent)
    return found


def found_for(problem: Problem, reader: Any) -> dict[str, tuple[str, ...]]:
    return {one.ticket.ref: one.shares for one in suggestions_for(problem, reader)}


def test_it_names_what_shares_rare_words_and_which(cast: Cast, problem: Problem) -> None:
    near, far = with_words(cast, "My courier threw the parcel", "A parcel for my neighbour")
    assert found_for(problem, cast.lead) == {near.ref: ("courier", "parcel")}
    assert far.ref not in found_for(problem, cast.lead)


def test_what_everybody_says_tells_nothing(cast: Cast) -> None:
    with_words(cast, *(f"The parcel {n} by courier" for n in range(30)))
    problem = make_problem(cast, title="Wet", gathers=False)
    put(problem, *with_words(cast, "courier, parcel", "parcel, courier"), by=cast.agent)
    with_words(cast, "parcel of the courier")
    assert found_for(problem, cast.lead) == {}


def test_korean_words_are_found_by_their_pairs(cast: Cast) -> None:
    with_words(cast, *(f"결제가 두 번 되었어요 {n}" for n in range(30)))
    problem = make_problem(cast, title="비", gathers=False)
    put(problem, *with_words(cast, "택배가 젖었어요", "젖은 택배를 받았어요"), by=cast.agent)
    (near,) = with_words(cast, "택배 상자가 젖었네요 받았어요")
    assert "택배" in found_for(problem, cast.lead)[near.ref]


def test_nobody_is_suggested_what_they_do_not_see(cast: Cast, problem: Problem) -> None:
    Problem.objects.update(group=None)
    problem.refresh_from_db()
    (there,) = with_words(cast, "courier and parcel", group=cast.other_group)
    assert found_for(problem, cast.lead) == {}
    assert there.ref in found_for(problem, cast.admin)


def test_what_was_taken_out_is_not_suggested_again(cast: Cast, problem: Problem) -> None:
    (near,) = with_words(cast, "courier with a parcel")
    put(problem, near, by=cast.agent)
    take_out(problem, near, by=cast.agent, now=NOW)
    assert found_for(problem, cast.lead) == {}


def test_spam_is_not_suggested(cast: Cast, problem: Problem) -> None:
    (near,) = with_words(cast, "courier with a parcel")
    close_ticket(locked(near.pk), outcome="spam", reason="pills", by=acting(cast.agent), now=NOW)
    assert found_for(problem, cast.lead) == {}


def test_one_without_tickets_goes_by_its_title(cast: Cast) -> None:
    with_words(cast, *(f"The invoice shows number {n} twice" for n in range(30)))
    (near,) = with_words(cast, "Kettle leaks at the handle")
    problem = make_problem(cast, title="Kettle handle leaks", gathers=False)
    assert found_for(problem, cast.lead)[near.ref] == ("handle", "kettle", "leaks")


def test_it_takes_as_many_statements_for_many_as_for_few(
    cast: Cast, problem: Problem, django_assert_max_num_queries: Any
) -> None:
    with_words(cast, *(f"courier {n} and parcel" for n in range(12)))
    with django_assert_max_num_queries(9):
        assert len(suggestions_for(problem, cast.lead)) <= 10
