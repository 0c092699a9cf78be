import pytest

from tickets.escalation.recipients import Member, Team, Told, who_hears, who_takes_over

OWNER, LEAD, SECOND_LEAD, MANAGER, ADMIN, SECOND_ADMIN, NAMED = range(1, 8)
EVERYBODY = {
    "owner": [OWNER],
    "lead": [LEAD, SECOND_LEAD],
    "manager": [MANAGER],
    "admin": [ADMIN, SECOND_ADMIN],
}


def team(away=(), missing=(), works=True):
    def member(user):
        return Member(user, f"Person {user}", user not in away, works)

    levels = {
        level: tuple(member(user) for user in users if user not in missing)
        for level, users in EVERYBODY.items()
    }
    return Team(levels, {NAMED: member(NAMED)} if NAMED not in missing else {})


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
        ([NAMED], [], [], {NAMED: ""}),
        ([NAMED], [NAMED], [], {LEAD: "named", SECOND_LEAD: "named"}),
        ([NAMED], [], [NAMED, LEAD, SECOND_LEAD], {MANAGER: "named"}),
    ],
)  # fmt: skip
def test_who_hears(tell, away, missing, expected):
    told = who_hears(tell, team(away, missing))
    assert {one.member.user: one.instead_of for one in told} == expected


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


def test_who_may_only_read_takes_nothing_over():
    levels = next(iter(who_takes_over(NAMED, team(works=False))))
    assert NAMED not in {member.user for member in levels}
