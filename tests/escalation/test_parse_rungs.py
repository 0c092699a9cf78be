import json

import pytest

from tickets.escalation.parsing import parse_rungs
from tickets.escalation.rungs import (
    CLOCKS,
    DEFAULT_RUNGS,
    MOST_RUNGS,
    Address,
    BadLadder,
    When,
)
from tickets.sla.models import Kind
from tickets.work.models import PRIORITY_WORDS

RUNG = {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]}


def faults(raw):
    with pytest.raises(BadLadder) as refused:
        parse_rungs(raw)
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"clock": "closing"}, ("/rungs/0/clock", "unknown_choice")),
        ({"clock": ["follow_up"]}, ("/rungs/0/clock", "unknown_choice")),
        ({"when": None}, ("/rungs/0/when", "wrong_type")),
        ({"when": {}}, ("/rungs/0/when", "wrong_type")),
        ({"when": {"percent": 50, "after_due_s": 0}}, ("/rungs/0/when", "wrong_type")),
        ({"when": {"minutes": 50}}, ("/rungs/0/when", "wrong_type")),
        ({"when": {"percent": 0}}, ("/rungs/0/when/percent", "out_of_range")),
        ({"when": {"percent": 101}}, ("/rungs/0/when/percent", "out_of_range")),
        ({"when": {"percent": 50.0}}, ("/rungs/0/when/percent", "out_of_range")),
        ({"when": {"percent": True}}, ("/rungs/0/when/percent", "out_of_range")),
        ({"when": {"after_due_s": 10**12}}, ("/rungs/0/when/after_due_s", "out_of_range")),
        ({"tell": "owner"}, ("/rungs/0/tell", "wrong_type")),
        ({"tell": []}, ("/rungs/0/tell", "wrong_type")),
        ({"tell": ["owner"] * 11}, ("/rungs/0/tell", "wrong_type")),
        ({"tell": ["boss"]}, ("/rungs/0/tell/0", "unknown_choice")),
        ({"tell": ["owner", {"user": "7"}]}, ("/rungs/0/tell/1/user", "wrong_type")),
        ({"tell": [{"user": 2**63}]}, ("/rungs/0/tell/0/user", "wrong_type")),
        ({"tell": [{"user": 7, "more": 1}]}, ("/rungs/0/tell/0", "unknown_choice")),
        ({"tell": [{"address": "care"}]}, ("/rungs/0/tell/0/address", "malformed_email")),
        ({"tell": [{"address": 7}]}, ("/rungs/0/tell/0/address", "malformed_email")),
        ({"then": {"reassign_to": "agent"}}, ("/rungs/0/then/reassign_to", "unknown_choice")),
        (
            {"then": {"reassign_to": {"address": "a@b.example"}}},
            ("/rungs/0/then/reassign_to", "unknown_choice"),
        ),
        ({"only_if": []}, ("/rungs/0/only_if", "wrong_type")),
        ({"only_if": {"tag": "x"}}, ("/rungs/0/only_if/tag", "unknown_key")),
        ({"only_if": {"priority": "top"}}, ("/rungs/0/only_if/priority", "unknown_choice")),
        ({"only_if": {"cycle": 0}}, ("/rungs/0/only_if/cycle", "out_of_range")),
        ({"only_if": {"cycle": True}}, ("/rungs/0/only_if/cycle", "out_of_range")),
        ({"only_if": {"value": 1000}}, ("/rungs/0/only_if/value", "malformed")),
        ({"only_if": {"value": "1e3"}}, ("/rungs/0/only_if/value", "malformed")),
        ({"only_if": {"segments": []}}, ("/rungs/0/only_if/segments", "wrong_type")),
        ({"only_if": {"segments": "gold"}}, ("/rungs/0/only_if/segments", "wrong_type")),
        ({"urgent": "yes"}, ("/rungs/0/urgent", "wrong_type")),
        ({"urgent": 1}, ("/rungs/0/urgent", "wrong_type")),
        ({"then": "urgent"}, ("/rungs/0/then", "wrong_type")),
        ({"then": {"close": True}}, ("/rungs/0/then/close", "unknown_key")),
        ({"then": {"set_priority": 4}}, ("/rungs/0/then/set_priority", "unknown_choice")),
        ({"then": {"reassign_to": "owner"}}, ("/rungs/0/then/reassign_to", "unknown_choice")),
        ({"a/b": 1}, ("/rungs/0/a~1b", "unknown_key")),
    ],
)
def test_it_refuses_at_the_place_that_is_wrong(change, expected):
    assert faults([RUNG | change]) == {expected}


@pytest.mark.parametrize("raw", [None, {}, "rungs", [], [RUNG] * (MOST_RUNGS + 1)])
def test_it_refuses_what_is_no_ladder(raw):
    assert {pointer for pointer, _ in faults(raw)} == {"/rungs"}


def test_it_refuses_a_rung_that_is_no_object():
    assert faults([RUNG, "rung"]) == {("/rungs/1", "wrong_type")}


def test_it_names_every_fault_at_once():
    assert len(faults([RUNG | {"clock": "x", "tell": []}, RUNG | {"when": 1}])) == 3


def test_it_refuses_two_rungs_at_one_height_of_one_clock():
    same = RUNG | {"tell": ["lead"]}
    other = RUNG | {"clock": "resolve"}
    assert faults([RUNG, other, same]) == {("/rungs/0/when", "twice"), ("/rungs/2/when", "twice")}


def test_all_of_the_time_is_the_due_time():
    (rung,) = parse_rungs([RUNG | {"when": {"percent": 100}}])
    assert rung.when == When("after_due_s", 0)


def test_what_was_read_is_written_the_same():
    raw = [
        RUNG | {"tell": ["owner", "agent", {"user": 7}, {"address": "boss@shop.example"}]},
        RUNG
        | {
            "when": {"after_due_s": -3600},
            "urgent": True,
            "only_if": {"priority": "high", "cycle": 2, "value": "10.50", "segments": ["gold"]},
            "then": {"set_priority": "high", "reassign_to": {"user": 9}},
        },
    ]
    rungs = parse_rungs(json.loads(json.dumps(raw)))
    assert [rung.as_json() for rung in rungs] == raw
    assert [list(rung.people()) for rung in rungs] == [[7], [9]]


def test_nobody_is_named_twice_on_a_rung():
    (rung,) = parse_rungs([RUNG | {"tell": ["owner", "lead", "owner"]}])
    assert rung.tell == ("owner", "lead")


def test_an_address_is_kept_in_one_spelling():
    (rung,) = parse_rungs([RUNG | {"tell": [{"address": " Boss@Shop.example"}]}])
    assert rung.tell == (Address("boss@shop.example"),)


def test_the_default_ladder_can_be_read():
    rungs = parse_rungs(DEFAULT_RUNGS)
    assert [(r.clock, r.when.amount, *r.tell) for r in rungs] == [
        ("follow_up", 50, "owner"),
        ("follow_up", 75, "lead"),
        ("follow_up", 0, "manager"),
        ("follow_up", 86_400, "admin"),
        ("acknowledge", 0, "lead"),
        ("resolve", 0, "lead"),
        ("call_back", -1800, "owner"),
        ("call_back", 0, "lead"),
        ("approve", 25, "lead"),
        ("approve", 75, "manager"),
        ("approve", 0, "manager", "admin"),
    ]


def test_it_knows_every_clock_and_every_priority():
    assert list(CLOCKS) == Kind.values
    for word in PRIORITY_WORDS:
        (rung,) = parse_rungs([RUNG | {"then": {"set_priority": word}}])
        assert rung.set_priority == word
