"""invite, accept_invitation, withdraw_invitation …"""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import connection

from accounts.actions import accept_invitation, invite, switch_off, withdraw_invitation
from accounts.models import Invitation, Membership, User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from cxloop.kernel.models import Letter
from tests.accounts.at_once import at_once
from tests.cast import Cast, gather_cast
from tests.makers import NOW, make_person

PASSWORD = "a rainy tuesday in may"


def invited(by: User, **said: object) -> str:
    """The clear token, as the letter has it."""
    invite(**{"email": "New@House.example", "by": by, "now": NOW} | said)  # type: ignore[arg-type]
    body = Letter.objects.latest("pk").body
    link = re.search(rf"{re.escape(settings.BASE_URL)}/invitation/(\S+)", body)
    assert link is not None
    return link[1]


def accept(clear: str, **said: object) -> User:
    given = {"name": "New Person", "password": PASSWORD, "now": NOW + timedelta(hours=71)}
    return accept_invitation(token=clear, **given | said)  # type: ignore[arg-type]


def test_it_writes_one_letter_to_the_address(cast: Cast) -> None:
    invited(cast.admin)
    letter = Letter.objects.get()
    assert (letter.to, letter.kind, letter.automatic) == ("new@house.example", "invitation", True)


def test_it_keeps_the_link_only_as_a_hash(cast: Cast) -> None:
    clear = invited(cast.admin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT invitation::text FROM accounts_invitation invitation")
        (kept,) = cursor.fetchone()
    assert sha256(clear.encode()).hexdigest() in kept
    assert clear[12:24] not in kept
    assert clear[12:24].encode().hex() not in kept


def test_it_refuses_an_address_that_has_an_account(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        invited(cast.admin, email=cast.agent.email.upper())
    assert refused.value.faults[0].code == "taken"
    assert not Letter.objects.exists()


def test_accepting_it_makes_the_person_with_the_roles_offered(cast: Cast) -> None:
    person = accept(invited(cast.admin, group=cast.group, group_role="lead"))
    assert (person.email, person.name) == ("new@house.example", "New Person")
    assert person.check_password(PASSWORD)
    assert Membership.objects.get(user=person).role == "lead"
    assert accept(
        invited(cast.admin, email="b@c.example", organisation_role="auditor")
    ).reads_everything


def test_it_works_once(cast: Cast) -> None:
    clear = invited(cast.admin)
    accept(clear)
    with pytest.raises(Conflict) as refused:
        accept(clear)
    assert refused.value.code == "invitation_used"


def test_it_works_for_72_hours(cast: Cast) -> None:
    clear = invited(cast.admin)
    with pytest.raises(Conflict) as refused:
        accept(clear, now=NOW + timedelta(hours=72))
    assert refused.value.code == "invitation_expired"
    assert accept(clear, now=NOW + timedelta(hours=72, microseconds=-1))


def test_a_later_one_ends_it(cast: Cast) -> None:
    first, second = invited(cast.admin), invited(cast.admin, now=NOW + timedelta(minutes=1))
    with pytest.raises(Conflict):
        accept(first)
    assert accept(second)


def test_it_ends_when_withdrawn(cast: Cast) -> None:
    clear = invited(cast.admin)
    withdraw_invitation(invitation=Invitation.objects.get(), now=NOW)
    with pytest.raises(Conflict):
        accept(clear)


def test_it_ends_when_who_invited_is_no_longer_an_admin(cast: Cast) -> None:
    other = make_person("Other", organisation_role="admin")
    clear = invited(other, organisation_role="admin")
    switch_off(person=other, now=NOW)
    with pytest.raises(Conflict):
        accept(clear)


def test_an_unknown_link_leads_nowhere(cast: Cast) -> None:
    with pytest.raises(NotHere):
        accept("inv_made-up\x00")


def test_a_poor_password_leaves_it_open(cast: Cast) -> None:
    clear = invited(cast.admin)
    with pytest.raises(Refused) as refused:
        accept(clear, password="password12")
    assert refused.value.faults[0].pointer == "/password"
    assert accept(clear)


@pytest.mark.django_db(transaction=True)
def test_it_works_once_however_many_try_at_once() -> None:
    clear = invited(gather_cast().admin)
    ends = at_once(lambda n: accept(clear, name=f"Number {n}"), range(8), hands=8)
    assert sorted(ends) == ["invitation_used"] * 7 + ["ok"]
    assert User.objects.by_email("new@house.example").count() == 1
