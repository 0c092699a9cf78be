"""A group that a rule leads to cannot be archived: its tickets would open where nobody looks …"""

import pytest

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict
from tests.accounts.at_once import at_once
from tests.cast import Cast, api
from tests.desk.browsing import browse, sent, text_of
from tests.makers import NOW, make_group
from tests.rules.making import NO_TICKET, POLICIES, TICKET, save_rule
from tickets.rules.actions import archive_rule, archive_unnamed_group, revise_rule
from tickets.rules.models import RuleVersion

pytestmark = pytest.mark.django_db

ALWAYS = {"always": True}
GROUP = "/api/v1/access-groups/delivery"


@pytest.fixture
def delivery(db: None) -> AccessGroup:
    return make_group("delivery")


@pytest.fixture
def led_to(delivery: AccessGroup) -> RuleVersion:
    return save_rule(ALWAYS, then=TICKET, name="Late parcels")


def archive(group: AccessGroup) -> AccessGroup:
    archive_unnamed_group(group=group, now=NOW)
    return AccessGroup.objects.get(pk=group.pk)


def test_it_names_the_rules_that_lead_there(delivery: AccessGroup, led_to: RuleVersion) -> None:
    save_rule(ALWAYS, then=TICKET, name="Broken parcels")
    with pytest.raises(Conflict) as conflict:
        archive(delivery)
    assert conflict.value.code == "in_use"
    assert "Late parcels, Broken parcels" in conflict.value.detail
    assert AccessGroup.objects.get(pk=delivery.pk).archived_at is None


def test_a_rule_that_led_there_once_forbids_nothing(
    delivery: AccessGroup, led_to: RuleVersion
) -> None:
    revise_rule(led_to.rule, {"then": NO_TICKET}, known_policies=POLICIES, by=None, now=NOW)
    assert archive(delivery).archived_at == NOW


def test_an_archived_rule_forbids_nothing(delivery: AccessGroup, led_to: RuleVersion) -> None:
    archive_rule(led_to.rule, by=None, now=NOW)
    assert archive(delivery).archived_at == NOW


def test_no_rule_leads_to_other_groups(led_to: RuleVersion) -> None:
    assert archive(make_group("press")).archived_at == NOW


@pytest.mark.parametrize("call", ["delete", "patch"])
def test_it_is_refused_over_the_api(cast: Cast, led_to: RuleVersion, call: str) -> None:
    said = {"name": "Parcels", "archived": True} if call == "patch" else None
    answer = getattr(api(cast.admin), call)(GROUP, said)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert "Late parcels" in answer.json()["detail"]
    assert AccessGroup.objects.get(slug="delivery").name == "Delivery", "nor is the rest done"


def test_it_is_refused_on_the_page_until_no_rule_leads_there(
    cast: Cast, led_to: RuleVersion
) -> None:
    admin, page = browse(cast.admin), "/admin/groups/delivery"
    refused = admin.post(f"{page}/archive")
    assert refused.status_code == 409
    assert "Late parcels" in text_of(refused)
    archive_rule(led_to.rule, by=None, now=NOW)
    sent(admin.post(f"{page}/archive"), page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(5))
def test_of_a_rule_and_an_archiving_at_once_one_gives_way(again: int) -> None:
    group = make_group("delivery")
    acts = [
        lambda: archive_unnamed_group(group=group, now=NOW),
        lambda: save_rule(ALWAYS, then=TICKET),
    ]
    ends = at_once(lambda act: act(), acts, hands=2)
    assert ends in (["ok", "refused"], ["in_use", "ok"])
