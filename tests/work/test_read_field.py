"""What a field is sent is read …"""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tickets.work.fields import KINDS, Asked, Misfit, read_asked, read_value, shown

SEOUL = ZoneInfo("Asia/Seoul")

READ = [
    ("text", "A-1001", "A-1001"),
    ("text", "  A  1001\n", "A 1001"),
    ("text", 1001, "1001"),
    ("text", 1001.5, "1001.5"),
    ("text", "한글", "한글"),
    ("number", 100, Decimal(100)),
    ("number", 0, Decimal(0)),
    ("number", 0.1, Decimal("0.1")),
    ("number", -3, Decimal(-3)),
    ("number", "1240.50", Decimal("1240.5")),
    ("number", " 7 ", Decimal(7)),
    ("number", 1 / 3, Decimal("0.333333")),
    ("number", "99999999999999", Decimal("99999999999999")),
    ("date", "2026-11-20", date(2026, 11, 20)),
    ("date", "2026-11-20T23:30:00Z", date(2026, 11, 21)),
    ("date", "2026-11-20T23:30:00+09:00", date(2026, 11, 20)),
    ("date", "2026-11-20T23:30:00", date(2026, 11, 20)),
    ("choice", "large", "Large"),
    ("choice", "LARGE ", "Large"),
    ("choice", 40, "40"),
]


@pytest.mark.parametrize("kind, raw, value", READ)
def test_as_its_kind(kind: str, raw: Any, value: Any) -> None:
    read = read_value(kind, raw, choices=["Small", "Large", "40"], zone=SEOUL)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [None, "", " \n"])
def test_as_nothing_where_it_is_blank(kind: str, raw: Any) -> None:
    assert read_value(kind, raw) is None


MISFITS = [
    ("text", True, "wrong_type"),
    ("text", ["A-1001"], "wrong_type"),
    ("text", {"id": 1}, "wrong_type"),
    ("text", "x" * 201, "too_long"),
    ("number", "a hundred", "wrong_type"),
    ("number", "1,240.50", "wrong_type"),
    ("number", "NaN", "wrong_type"),
    ("number", "1e5", "wrong_type"),
    ("number", float("inf"), "wrong_type"),
    ("number", True, "wrong_type"),
    ("number", [1], "wrong_type"),
    ("number", "100000000000000", "out_of_range"),
    ("number", 1e300, "out_of_range"),
    ("date", "tomorrow", "wrong_type"),
    ("date", "2026-02-30", "wrong_type"),
    ("date", 20261120, "wrong_type"),
    ("date", "0001-01-01", "out_of_range"),
    ("date", "0001-01-01T00:00:00+14:00", "wrong_type"),
    ("choice", "Medium", "unknown_choice"),
    ("choice", [], "wrong_type"),
]


@pytest.mark.parametrize("kind, raw, code", MISFITS)
def test_and_refused_with_the_reason_where_it_does_not_fit(kind: str, raw: Any, code: str) -> None:
    with pytest.raises(Misfit) as misfit:
        read_value(kind, raw, choices=["Small", "Large"])
    assert misfit.value.code == code


@pytest.mark.parametrize(
    "value, words",
    [
        (Decimal("120.500000"), "120.5"),
        (Decimal("100.000000"), "100"),
        (Decimal("0.000000"), "0"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 20), "2026-11-20"),
        ("A-1", "A-1"),
    ],
)
def test_and_shown_as_people_write_it(value: Any, words: str) -> None:
    assert shown(value) == words


ASKED = [
    ("text", "A-1001", [Asked("is", "a-1001")]),
    ("text", "a-10*", [Asked("begins", "a-10")]),
    ("text", "*", [Asked("filled")]),
    ("text", "none", [Asked("empty")]),
    ("text", "A,B", [Asked("is", "a"), Asked("is", "b"), Asked("is", "a,b")]),
    ("text", ">1", [Asked("is", ">1")]),
    ("number", "100", [Asked("is", Decimal(100))]),
    ("number", "=100", [Asked("is", Decimal(100))]),
    ("number", ">100", [Asked("gt", Decimal(100))]),
    ("number", ">= 100", [Asked("gte", Decimal(100))]),
    ("number", "<-1", [Asked("lt", Decimal(-1))]),
    ("number", "<=0", [Asked("lte", Decimal(0))]),
    ("number", "50..200", [Asked("between", Decimal(50), Decimal(200))]),
    ("number", "50..", [Asked("gte", Decimal(50))]),
    ("number", "..50", [Asked("lte", Decimal(50))]),
    ("number", "1,none", [Asked("is", Decimal(1)), Asked("empty")]),
    ("date", ">2026-11-01", [Asked("gt", date(2026, 11, 1))]),
    (
        "date",
        "2026-11-01..2026-11-30",
        [Asked("between", date(2026, 11, 1), date(2026, 11, 30))],
    ),
    ("choice", "large,Small", [Asked("is", "large"), Asked("is", "small")]),
]


@pytest.mark.parametrize("kind, text, asked", ASKED)
def test_and_asked_for(kind: str, text: str, asked: list[Asked]) -> None:
    assert read_asked(kind, [text], choices=["Small", "Large"]) == asked


@pytest.mark.parametrize(
    "kind, text",
    [
        ("number", "many"),
        ("number", ">"),
        ("number", ".."),
        ("number", "1..x"),
        ("date", ">2026-13-01"),
        ("choice", "Medium"),
    ],
)
def test_and_refused_where_nothing_can_be_asked_so(kind: str, text: str) -> None:
    with pytest.raises(Misfit):
        read_asked(kind, [text], choices=["Small", "Large"])
