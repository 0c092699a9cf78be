"""Which cause is alive, which gesture went with what, and which lines are held back."""

import pytest

from insights.measures.causes import causes
from insights.measures.compared import Compared
from insights.measures.gestures import gestures
from insights.measures.held import held_back
from insights.measures.known import known
from insights.measures.lines import lines
from insights.shares import Share
from tests.insights.repairing import BEGIN, DAY, answered, reached, repair


class TestCause:
    @pytest.mark.parametrize(
        "now, before, trend",
        [
            (30, 10, "more"),
            (10, 30, "fewer"),
            (12, 10, "none"),
            (5, 0, "more"),
            (9, 0, "more"),
            (25, 20, "none"),
        ],
    )
    def test_is_more_only_where_chance_would_not_do_as_much(
        self, now: int, before: int, trend: str
    ) -> None:
        (found,) = causes([repair(cause="courier")] * now, [repair(cause="courier")] * before)
        assert (found.number, found.before, found.trend) == (now, before, trend)

    def test_lives_until_it_was_last_met(self) -> None:
        rows = [repair(cause="courier", received_at=BEGIN + n * DAY) for n in (3, 7, 5)]
        assert causes(rows, [])[0].last_at == BEGIN + 7 * DAY

    def test_stands_by_how_often_it_was_met_and_what_is_held_last(self) -> None:
        rows = [repair(cause=slug) for slug in ["a"] * 6 + ["b"] * 9 + ["c"] * 2 + [""] * 7]
        found = [(one.slug, one.is_held) for one in causes(rows, [])]
        assert found == [("b", False), ("", False), ("a", True), ("c", True)]


class TestGesture:
    def test_stands_beside_the_same_failure_without_it(self) -> None:
        voucher = {"gestures": (("voucher", "kept"),)}
        rows = [answered(cause="courier", **voucher)] * 5 + [answered(1, cause="courier")] * 6
        rows += [answered(cause="billing")] * 9
        (found,) = gestures(rows)
        assert (found.failure, found.kind, found.number) == (("courier", "cause"), "voucher", 5)
        assert found.won_back == Compared(Share(5, 5), Share(0, 6))
        assert (found.kept, found.won_back.verdict) == (Share(5, 5), "better")

    def test_that_was_never_made_went_with_nothing(self) -> None:
        states = ("waiting", "rejected", "broken")
        rows = [reached(cause="courier", gestures=(("refund", state),)) for state in states]
        assert gestures(rows) == []

    def test_that_waits_or_was_broken_stands_on_neither_side(self) -> None:
        voucher = {"cause": "courier", "gestures": (("voucher", "kept"),)}
        broken = {"cause": "courier", "gestures": (("voucher", "broken"), ("voucher", "rejected"))}
        rejected = {"cause": "courier", "gestures": (("voucher", "rejected"),)}
        waiting = {"cause": "courier", "gestures": (("voucher", "waiting"),)}
        rows = [answered(**voucher), answered(1, **broken), answered(1, **waiting)]
        (found,) = gestures([*rows, answered(**rejected), answered(1, cause="courier")])
        assert found.won_back == Compared(Share(1, 1), Share(1, 2))

    def test_is_told_by_the_type_of_failure_before_the_cause(self) -> None:
        row = answered(cause="courier", failure_type="late", gestures=(("apology", "promised"),))
        assert [(one.failure, one.is_held) for one in gestures([row])] == [(("late", "type"), True)]

    def test_of_a_type_is_not_that_of_a_cause_of_the_same_slug(self) -> None:
        given = {"gestures": (("apology", "kept"),)}
        rows = [
            *[answered(cause="delivery", **given)] * 5,
            *[answered(cause="billing", failure_type="delivery", **given)] * 6,
            answered(**given),
        ]
        assert [(one.failure, one.number) for one in gestures(rows)] == [
            (("", ""), 1),
            (("delivery", "cause"), 5),
            (("delivery", "type"), 6),
        ]


@pytest.mark.parametrize(
    "counts, held",
    [
        ({"a": 9, "b": 7, "c": 5}, set()),
        ({"a": 9, "b": 7, "c": 4}, {"b", "c"}),
        ({"a": 9, "b": 4, "c": 3}, {"b", "c"}),
        ({"a": 9, "b": 1, "c": 1}, {"a", "b", "c"}),
        ({"a": 9, "b": 6, "c": 1, "d": 0}, {"b", "c"}),
        ({"a": 9, "b": 6, "c": 4, "d": 4}, {"c", "d"}),
        ({"a": 9, "b": 6, "c": 4}, {"b", "c"}),
        ({"a": 3}, {"a"}),
        ({}, set()),
    ],
)
def test_one_line_that_is_held_back_holds_a_second(counts: dict[str, int], held: set) -> None:
    assert held_back(counts) == held


def test_lines_that_are_held_stand_last() -> None:
    rows = [repair(group=slug) for slug in ["care"] * 9 + ["billing"] * 2 + ["shop"] * 6]
    found = lines(rows, lambda row: row.group, BEGIN)
    assert [(one.slug, one.is_held) for one in found] == [
        ("care", False),
        ("shop", True),
        ("billing", True),
    ]


def test_of_fewer_than_five_on_either_side_no_difference_is_told() -> None:
    found = Compared(Share(4, 4), Share(0, 90))
    assert (found.difference, found.interval, found.verdict) == (None, None, "unknown")
    other = Compared(Share(90, 90), Share(0, 4))
    assert (other.difference, other.interval, other.verdict) == (None, None, "unknown")
    told = Compared(Share(5, 5), Share(0, 90))
    assert told.verdict == "better"


def test_how_much_is_known_is_told() -> None:
    rows = [repair(cause="courier", severity=1), repair(standing="spam", cause="courier"), repair()]
    found = known(rows)
    assert (found["cause"], found["severity"], found["value"]) == (
        Share(1, 2),
        Share(1, 2),
        Share(0, 2),
    )
