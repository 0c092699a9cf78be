import pytest

from tickets.rules.results import BadResult, read_result, stored_result

GROUPS = {"delivery"}
POLICIES = {"standard", "gold"}
WHOLE = {
    "ticket": True,
    "group": "delivery",
    "priority": "high",
    "policy": "gold",
    "assign": "round_robin",
    "tags": ["late"],
    "acknowledge": True,
}


def read(raw):
    return read_result(raw, groups=GROUPS, policies=POLICIES, at="/then")


def test_it_keeps_what_was_said():
    assert read(WHOLE).as_json() == WHOLE
    assert stored_result(WHOLE).as_json() == WHOLE


def test_it_fills_in_the_ordinary():
    result = read({"ticket": True, "group": "delivery", "tags": None})
    assert (result.priority, result.policy, result.assign) == ("normal", "standard", "none")
    assert (result.tags, result.acknowledge) == ((), False)


def test_it_wants_a_reason_for_no_ticket_and_nothing_else():
    calm = {"ticket": False, "reason": "to be read"}
    assert read(calm).as_json() == calm
    assert read(calm | {"tags": [], "group": None, "assign": "none"}).as_json() == calm


# changed from a whole result; pointer, code
REFUSED = [
    ({"ticket": "yes"}, "/then/ticket", "required"),
    ({"ticket": None}, "/then/ticket", "required"),
    ({"group": None}, "/then/group", "required"),
    ({"group": "nobody"}, "/then/group", "unknown_group"),
    ({"group": "a b"}, "/then/group", "wrong_type"),
    ({"group": ["delivery"]}, "/then/group", "wrong_type"),
    ({"policy": "never"}, "/then/policy", "unknown_policy"),
    ({"policy": 3}, "/then/policy", "wrong_type"),
    ({"priority": "p1"}, "/then/priority", "unknown_choice"),
    ({"priority": ["high"]}, "/then/priority", "unknown_choice"),
    ({"assign": "whoever"}, "/then/assign", "unknown_choice"),
    ({"tags": "late"}, "/then/tags", "wrong_type"),
    ({"tags": ["late", ""]}, "/then/tags/1", "wrong_type"),
    ({"tags": ["x" * 65]}, "/then/tags/0", "wrong_type"),
    ({"tags": ["x"] * 51}, "/then/tags", "wrong_type"),
    ({"acknowledge": 1}, "/then/acknowledge", "wrong_type"),
    ({"reason": "because"}, "/then/reason", "only_without_ticket"),
    ({"e/mail": 1}, "/then/e~1mail", "unknown_key"),
]


@pytest.mark.parametrize("change, pointer, code", REFUSED)
def test_it_refuses_with_a_pointer(change, pointer, code):
    with pytest.raises(BadResult) as refused:
        read(WHOLE | change)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


@pytest.mark.parametrize("raw", [None, [], "none"])
def test_it_refuses_what_is_no_object(raw):
    with pytest.raises(BadResult):
        read(raw)


@pytest.mark.parametrize("reason", [None, "", "  ", 5, "x" * 501])
def test_it_refuses_no_ticket_without_a_reason(reason):
    with pytest.raises(BadResult):
        read({"ticket": False, "reason": reason})


def test_it_refuses_a_ticket_s_fields_without_a_ticket():
    with pytest.raises(BadResult) as refused:
        read({"ticket": False, "reason": "calm", "group": "delivery", "acknowledge": True})
    assert {fault.pointer for fault in refused.value.faults} == {"/then/group", "/then/acknowledge"}
