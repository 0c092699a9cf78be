"""take up …"""

import pytest

from accounts.actions import archive_group
from cxloop.kernel.errors import Refused
from tests.cast import Cast, api
from tests.makers import NOW, make_group, make_policy
from tests.rules.making import NO_TICKET, POLICIES, TICKET, save_rule
from tests.rules.saying import leaf
from tickets.rules.actions import archive_rule, reorder_rules, revise_rule, take_up
from tickets.rules.models import RuleVersion

pytestmark = pytest.mark.django_db

NEGATIVE = leaf("score.class", "eq", "negative")
AGAIN = {"known_policies": POLICIES, "by": None, "now": NOW}


def test_what_an_earlier_version_said_holds_again() -> None:
    first = save_rule(NEGATIVE)
    revise_rule(first.rule, {"name": "Another", "when": {"always": True}}, **AGAIN)
    taken = take_up(first, **AGAIN)
    assert (taken.version, taken.name, taken.when) == (3, "A rule", NEGATIVE)
    assert list(RuleVersion.objects.current()) == [taken]


def test_it_stays_at_its_place() -> None:
    first, other = save_rule(NEGATIVE), save_rule({"always": True})
    revise_rule(first.rule, {"name": "Another"}, **AGAIN)
    reorder_rules([other.rule_id, first.rule_id], by=None, now=NOW)
    take_up(first, **AGAIN)
    assert [row.rule_id for row in RuleVersion.objects.current()] == [
        other.rule_id,
        first.rule_id,
    ]


def test_an_archived_rule_judges_again() -> None:
    first = save_rule(NEGATIVE)
    archive_rule(first.rule, by=None, now=NOW)
    taken = take_up(first, **AGAIN)
    assert list(RuleVersion.objects.current()) == [taken]
    assert not taken.archived


def test_the_same_again_writes_nothing() -> None:
    first = save_rule(NEGATIVE)
    assert take_up(first, **AGAIN) == first
    assert RuleVersion.objects.count() == 1


def test_it_is_refused_where_its_group_is_gone() -> None:
    group = make_group("delivery")
    first = save_rule(NEGATIVE, then=TICKET)
    revise_rule(first.rule, {"then": NO_TICKET}, **AGAIN)
    archive_group(group=group, now=NOW)
    with pytest.raises(Refused) as refused:
        take_up(first, **AGAIN)
    assert refused.value.faults[0].pointer == "/then/group"


def test_so_over_the_api(cast: Cast) -> None:
    make_policy("standard")
    first = save_rule(NEGATIVE)
    revise_rule(first.rule, {"name": "Another"}, **AGAIN)
    path = f"/api/v1/rules/{first.rule_id}/versions"
    taken = api(cast.admin).post(f"{path}/1/take-up").json()
    assert (taken["version"], taken["name"]) == (3, "A rule")
    assert taken["written_by"]["id"] == cast.admin.pk
    assert api(cast.admin).post(f"{path}/9/take-up").status_code == 404
