import pytest

from tickets.escalation.recipients import (
    Member,
    Team,
    Told,
    addresses,
    who_hears,
    who_takes_over,
)
from tickets.escalation.rungs import Address

OWNER, LEAD, SECOND_LEAD, MANAGER, ADMIN, SECOND_ADMIN, NAMED, OTHER = range(1, 9)
EVERYBODY = {
    "owner": [OWNER],
    "agent": [OWNER, OTHER],
    "lead": [LEAD, SECOND_LEAD],
    "manager": [MANAGER],
    "admin": [ADMIN, SECOND_ADMIN],
}


def team(away=(), missing=(), works=True, stand_ins=()):
    def member(user):
        stand_in = dict(stand_ins).get(user)
        return Member(user, f"Person {user}", user not in away, works, stand_in)

    roles = {
        role: tuple(member(user) for user in users if user not in missing)
        for role, users in EVERYBODY.items()
    }
    workers = {one.user: one for members in roles.values() for one in members}
    return Team(roles, {NAMED: member(NAMED)} if NAMED not in missing else {}, workers)


@pytest.mark.parametrize(
    "tell, away, missing, expected",
    [
        (["owner"], [], [], {OWNER: ""}),
        (["lead"], [], [], {LEAD: "", SECOND_LEAD: ""}),
        (["lead"], [LEAD], [], {SECOND_LEAD: ""}),
        (["owner"], [], [OWNER], {LEAD: "owner", SECOND_LEAD: "owner"}),
        (["owner"], [OWNER], [], {LEAD: "owner", SECOND_LEAD: "owner"}),
        (["owner"], [LEAD, SECOND_LEAD], [OWNER], {MANAGER: "owner"}),
        (["lead"], [MANAGER], [LEAD, SECOND_LEAD], {ADMIN: "lead", SECOND_ADMIN: "lead"}),
        (["manager"], [MANAGER, ADMIN], [], {SECOND_ADMIN: "manager"}),
        (["manager"], [MANAGER, ADMIN, SECOND_ADMIN], [],
         {ADMIN: "manager", SECOND_ADMIN: "manager"}),
        (["admin"], [ADMIN, SECOND_ADMIN], [], {ADMIN: "", SECOND_ADMIN: ""}),
        (["admin"], [], [ADMIN, SECOND_ADMIN], {}),
        (["owner", "lead", "manager"], [], [],
         {OWNER: "", LEAD: "", SECOND_LEAD: "", MANAGER: ""}),
        (["owner", "lead"], [], [OWNER], {LEAD: "owner", SECOND_LEAD: "owner"}),
        (["agent"], [], [], {OWNER: "", OTHER: ""}),
        (["agent"], [OWNER], [], {OTHER: ""}),
        (["agent"], [OWNER, OTHER], [], {LEAD: "agent", SECOND_LEAD: "agent"}),
        ([NAMED], [], [], {NAMED: ""}),
        ([NAMED], [NAMED], [], {LEAD: "named", SECOND_LEAD: "named"}),
        ([NAMED], [], [NAMED, LEAD, SECOND_LEAD], {MANAGER: "named"}),
    ],
)  # fmt: skip
def test_who_hears(tell, away, missing, expected):
    told = who_hears(tell, team(away, missing))
    assert {one.member.user: one.instead_of for one in told} == expected


@pytest.mark.parametrize(
    "tell, away, stand_ins, expected",
    [
        (["owner"], [OWNER], {OWNER: OTHER}, {OTHER: OWNER}),
        (["owner"], [], {OWNER: OTHER}, {OWNER: None}),
        (["owner"], [OWNER, OTHER], {OWNER: OTHER, OTHER: MANAGER}, {MANAGER: OWNER}),
        (["owner"], [OWNER, OTHER], {OWNER: OTHER, OTHER: OWNER},
         {LEAD: None, SECOND_LEAD: None}),
        (["owner"], [OWNER], {OWNER: NAMED}, {LEAD: None, SECOND_LEAD: None}),
        (["lead"], [LEAD], {LEAD: OTHER}, {SECOND_LEAD: None, OTHER: LEAD}),
        (["lead"], [LEAD], {LEAD: SECOND_LEAD}, {SECOND_LEAD: None}),
        ([NAMED], [NAMED], {NAMED: OTHER}, {OTHER: NAMED}),
        (["admin"], [ADMIN, SECOND_ADMIN], {ADMIN: OTHER}, {OTHER: ADMIN}),
    ],
)  # fmt: skip
def test_who_stands_in(tell, away, stand_ins, expected):
    """Only who may work the ticket can; where nobody is left, the rung climbs."""
    told = who_hears(tell, team(away, stand_ins=stand_ins.items()))
    found = {one.member.user: one.stands_in_for and one.stands_in_for.user for one in told}
    assert found == expected


def test_an_address_is_told_beside_people_and_is_nobody_itself():
    tell = ["owner", Address("boss@shop.example")]
    assert [one.member.user for one in who_hears(tell, team())] == [OWNER]
    assert addresses(tell) == ["boss@shop.example"]


def test_nobody_hears_twice():
    both = Team({"owner": (Member(LEAD, "L"),), "lead": (Member(LEAD, "L"),)})
    assert who_hears(["owner", "lead"], both) == [Told(Member(LEAD, "L"), "owner")]


@pytest.mark.parametrize(
    "wanted, away, expected",
    [
        ("lead", [], [[LEAD, SECOND_LEAD], [MANAGER], [ADMIN, SECOND_ADMIN]]),
        ("lead", [LEAD, SECOND_LEAD], [[], [MANAGER], [ADMIN, SECOND_ADMIN]]),
        ("admin", [ADMIN, SECOND_ADMIN], [[]]),
        (NAMED, [], [[NAMED], [LEAD, SECOND_LEAD], [MANAGER], [ADMIN, SECOND_ADMIN]]),
        (NAMED, [NAMED], [[LEAD, SECOND_LEAD], [MANAGER], [ADMIN, SECOND_ADMIN]]),
    ],
)
def test_who_takes_over(wanted, away, expected):
    asked = who_takes_over(wanted, team(away))
    assert [[member.user for member in members] for members in asked] == expected


def test_a_stand_in_is_given_the_ticket():
    asked = list(who_takes_over("lead", team([LEAD, SECOND_LEAD], stand_ins={LEAD: OTHER}.items())))
    assert [member.user for member in asked[0]] == [OTHER]


def test_who_may_only_read_takes_nothing_over():
    levels = next(iter(who_takes_over(NAMED, team(works=False))))
    assert NAMED not in {member.user for member in levels}
