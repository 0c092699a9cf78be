"""outlooks says when each open promise will be reached, and in which words."""

from datetime import UTC, datetime, timedelta

import pytest

from insights.reach import Outlook, Pace, Waiting, outlooks

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PACES = {1: Pace(42, 7), 2: Pace(7, 7)}


def waiting(clock: int, *, due_days: float, group: int = 1, ticket: int | None = None) -> Waiting:
    due_at = NOW + timedelta(days=due_days)
    return Waiting(clock, ticket or clock, group, due_at, is_broken=due_days < 0)


def looked(*queue: Waiting) -> dict[int, tuple[int, bool]]:
    found = outlooks(queue, PACES, NOW)
    return {one.waiting.clock: (one.before, one.is_too_late) for one in found}


def test_it_counts_what_is_before_in_the_same_group() -> None:
    queue = (waiting(1, due_days=1), waiting(2, due_days=1, group=2), waiting(3, due_days=2))
    assert {clock: before for clock, (before, _) in looked(*queue).items()} == {1: 0, 2: 0, 3: 1}


def test_it_counts_what_is_broken_and_still_waits() -> None:
    """But forecasts nothing of it: it has broken."""
    assert looked(waiting(1, due_days=-1), waiting(2, due_days=1)) == {2: (1, False)}


def test_it_counts_a_ticket_once_however_much_it_owes() -> None:
    """One contact ends both, so its place is that of the earlier."""
    queue = (
        waiting(1, due_days=-1, ticket=9),
        waiting(2, due_days=1),
        waiting(3, due_days=2, ticket=9),
    )
    assert looked(*queue) == {2: (1, False), 3: (0, False)}


@pytest.mark.parametrize("due_days, late", [(4.01, False), (3.99, True)])
def test_it_is_too_late_where_the_queue_takes_longer_than_the_time_left(
    due_days: float, late: bool
) -> None:
    """The fourth of a group that answers one a day."""
    before = [waiting(n, due_days=0.5, group=2) for n in range(1, 4)]
    assert looked(*before, waiting(4, due_days=due_days, group=2))[4] == (3, late)


def test_it_takes_who_answered_nobody_to_have_answered_one() -> None:
    assert (Pace(0, 7).a_day, Pace(1, 7).a_day) == (1 / 7, 1 / 7)


@pytest.mark.parametrize("before, words", [(0, "nobody is"), (1, "1 is"), (23, "23 are")])
def test_it_gives_its_reason_in_words(before: int, words: str) -> None:
    one = Outlook(waiting(1, due_days=1.2), before, a_day=6.0, left_days=1.2)
    reached = (before + 1) / 6
    assert one.reason == (
        f"{words} before it, the group answers 6 a day: reached in {reached:.1f} days, due in 1.2"
    )


def test_its_pressure_is_nothing_where_both_meet() -> None:
    assert Outlook(waiting(1, due_days=4), 3, a_day=1.0, left_days=4.0).pressure == 0
