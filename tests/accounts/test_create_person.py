"""create_person and change_person …"""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import change_person, create_person, switch_off, switch_on
from accounts.models import User
from cxloop.kernel.errors import Refused
from tests.accounts.at_once import at_once
from tests.makers import NOW, make_person, make_token


def create(**said: Any) -> User:
    return create_person(**{"email": "ada@house.example", "name": "Ada", "now": NOW} | said)


def test_it_keeps_the_address_in_small_letters(db: None) -> None:
    assert create(email=" Ada@House.Example ").email == "ada@house.example"


@pytest.mark.parametrize("email", ["ada@house.example", "ADA@HOUSE.EXAMPLE"])
def test_it_refuses_an_address_that_somebody_has_in_whatever_case(db: None, email: str) -> None:
    create()
    with pytest.raises(Refused) as refused:
        create(email=email)
    assert (refused.value.faults[0].pointer, refused.value.faults[0].code) == ("/email", "taken")


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({"email": "no address"}, "/email"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example"}, "/email"),
        ({"email": "a\r\nBcc: eve@x.example"}, "/email"),
        ({"name": " \n "}, "/name"),
        ({"name": "n" * 121}, "/name"),
        ({"language": "tlh"}, "/language"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"password": "short"}, "/password"),
        ({"password": "Ada@house.example"}, "/password"),
    ],
)
def test_it_refuses_what_cannot_be(db: None, said: dict[str, str], pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        create(**said)
    assert {fault.pointer for fault in refused.value.faults} == {pointer}
    assert not User.objects.exists()


def test_it_makes_a_service_that_cannot_sign_in(db: None) -> None:
    assert not create(kind=User.Kind.SERVICE).has_usable_password()


def test_changing_somebody_changes_what_is_named_alone(db: None) -> None:
    ada = create(time_zone="Asia/Seoul")
    User.objects.update(language="ko")
    change_person(person=ada, name="Ada L.", now=NOW)
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.time_zone) == ("Ada L.", "ko", "Asia/Seoul")


def test_switching_somebody_off_revokes_their_tokens_for_good(db: None) -> None:
    ada = create()
    make_token(ada)
    switch_off(person=ada, now=NOW)
    switch_on(person=ada, now=NOW)
    assert ada.is_active
    assert not ada.tokens.valid().exists()


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_of_two_who_come_at_once_with_one_address() -> None:
    ends = at_once(lambda n: create(name=f"Ada {n}"), range(8), hands=8)
    assert sorted(ends) == ["ok"] + ["refused"] * 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET email = 'ADA@house.example'",
        "UPDATE accounts_user SET organisation_role = 'king'",
        "UPDATE accounts_user SET kind = 'ghost'",
        "INSERT INTO accounts_user (email, name, password, kind, organisation_role, language,"
        " time_zone, is_active, created_at) SELECT email, name, password, kind, organisation_role,"
        " language, time_zone, is_active, created_at FROM accounts_user",
    ],
)
def test_postgresql_refuses_an_impossible_person(db: None, statement: str) -> None:
    make_person()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
