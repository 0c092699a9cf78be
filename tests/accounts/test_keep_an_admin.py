"""There is always an admin: change_person and switch_off …"""

import pytest

from accounts.actions import change_person, switch_off
from accounts.models import User
from cxloop.kernel.errors import Conflict
from tests.accounts.at_once import at_once
from tests.makers import NOW, make_person


def make_admin(**facts: object) -> User:
    return make_person(organisation_role="admin", **facts)


def test_they_refuse_to_lose_the_last_admin(db: None) -> None:
    admin = make_admin()
    with pytest.raises(Conflict) as demoted:
        change_person(person=admin, organisation_role="auditor", now=NOW)
    with pytest.raises(Conflict) as switched_off:
        switch_off(person=admin, now=NOW)
    assert demoted.value.code == switched_off.value.code == "last_admin"
    assert User.objects.admins().get() == admin


def test_they_do_not_count_a_service_or_somebody_switched_off_as_one(db: None) -> None:
    admin = make_admin()
    make_admin(kind=User.Kind.SERVICE)
    make_admin(is_active=False)
    with pytest.raises(Conflict):
        switch_off(person=admin, now=NOW)


def test_they_let_one_of_two_go(db: None) -> None:
    one, other = make_admin(), make_admin()
    change_person(person=one, organisation_role="", name="No longer one", now=NOW)
    assert User.objects.admins().get() == other


def test_they_let_the_last_admin_keep_the_role_and_change_the_rest(db: None) -> None:
    admin = change_person(person=make_admin(), organisation_role="admin", name="Still one", now=NOW)
    assert User.objects.admins().get().name == admin.name == "Still one"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_they_refuse_one_of_two_admins_who_demote_each_other_at_once(round_: int) -> None:
    admins = [make_admin(), make_admin()]
    ends = at_once(lambda admin: change_person(person=admin, organisation_role="", now=NOW), admins)
    assert sorted(ends) == ["last_admin", "ok"]
    assert User.objects.admins().count() == 1
