"""target_for, read_variants and faults_in_pauses …"""

from typing import Any

import pytest

from tickets.sla.models import Kind
from tickets.sla.targets import (
    PAUSABLE,
    TARGET_OF,
    Terms,
    faults_in_pauses,
    read_variants,
    target_for,
    usual_pauses,
)

H = 3600
BASE: dict[str, int | None] = {
    "acknowledge_s": None,
    "follow_up_s": 48 * H,
    "next_reply_s": 24 * H,
    "resolve_s": 168 * H,
    "keep_in_loop_s": None,
    "close_loop_s": None,
}
VARIANTS = [
    {"priority": ["urgent"], "segment": ["gold"], "follow_up_s": 2 * H},
    {"priority": ["urgent", "high"], "follow_up_s": 8 * H, "acknowledge_s": H},
    {"segment": ["gold"], "resolve_s": 72 * H},
]


def test_it_knows_every_kind_but_what_customers_date_themselves() -> None:
    assert [*TARGET_OF, Kind.CALL_BACK] == Kind.values


@pytest.mark.parametrize(
    "kind, priority, segment, hours",
    [
        ("follow_up", "normal", "", 48),
        ("follow_up", "high", "", 8),
        ("follow_up", "urgent", "", 8),
        ("follow_up", "urgent", "Gold", 2),
        ("follow_up", "normal", "gold", 48),
        ("resolve", "normal", "gold", 72),
        ("resolve", "urgent", "gold", 72),
        ("acknowledge", "normal", "gold", None),
        ("acknowledge", "urgent", "gold", 1),
        ("next_reply", "urgent", "gold", 24),
        ("close_loop", "urgent", "gold", None),
    ],
)
def test_the_first_variant_that_fits_and_names_it_governs(
    kind: str, priority: str, segment: str, hours: int | None
) -> None:
    found = target_for(kind, BASE, VARIANTS, Terms(priority, segment))
    assert found == (hours * H if hours else None)


def test_segments_are_kept_folded() -> None:
    kept, faults = read_variants([{"segment": [" Gold ", "VIP"], "resolve_s": 60}])
    assert (kept, faults) == ([{"segment": ["gold", "vip"], "resolve_s": 60}], [])


@pytest.mark.parametrize(
    "raw, pointer, code",
    [
        ({}, "/variants", "malformed"),
        ([1], "/variants/0", "malformed"),
        ([{"follow_up_s": 60}], "/variants/0", "required"),
        ([{"priority": ["high"]}], "/variants/0", "required"),
        ([{"priority": ["high"], "follow_up": 60}], "/variants/0/follow_up", "unknown_name"),
        ([{"priority": ["dire"], "follow_up_s": 60}], "/variants/0/priority", "unknown_priority"),
        ([{"priority": [], "follow_up_s": 60}], "/variants/0/priority", "unknown_priority"),
        ([{"segment": "gold", "follow_up_s": 60}], "/variants/0/segment", "malformed"),
        ([{"segment": [""], "follow_up_s": 60}], "/variants/0/segment", "malformed"),
        ([{"segment": ["a"], "follow_up_s": 0}], "/variants/0/follow_up_s", "out_of_range"),
        ([{"segment": ["a"], "follow_up_s": None}], "/variants/0/follow_up_s", "out_of_range"),
        ([{"segment": ["a"], "resolve_s": True}], "/variants/0/resolve_s", "out_of_range"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(raw: Any, pointer: str, code: str) -> None:
    kept, faults = read_variants(raw)
    assert kept == []
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in faults]


def test_what_a_person_owes_is_never_paused() -> None:
    assert not {"acknowledge", "follow_up", "next_reply"} & {*PAUSABLE}
    for kind in ("acknowledge", "follow_up", "next_reply", "nonsense"):
        assert [f.code for f in faults_in_pauses({kind: ["waiting"]})] == ["never_paused"]


def test_the_usual_pauses_are_acceptable() -> None:
    assert faults_in_pauses(usual_pauses()) == []
    for wrong in ({"resolve": ["closed"]}, {"resolve": "waiting"}, {"resolve": None}):
        assert [f.code for f in faults_in_pauses(wrong)] == ["unknown_status"]
    assert [f.code for f in faults_in_pauses([])] == ["malformed"]
