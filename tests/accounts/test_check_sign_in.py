"""check_sign_in …"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from accounts.actions import check_sign_in, switch_off
from accounts.models import Attempt, User
from cxloop.kernel.errors import CxloopError, Refused, TooMany, Unknown
from tests.makers import NOW, make_person

PASSWORD = "a rainy tuesday in may"
HERE = "192.0.2.1"


@pytest.fixture
def person(db: None) -> User:
    return make_known()


def make_known() -> User:
    person = make_person("Ada", email="ada@house.example")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(
    email: str = "ada@house.example",
    password: str = PASSWORD,
    address: str = HERE,
    now: datetime = NOW,
) -> User:
    return check_sign_in(email=email, password=password, address=address, now=now)


def fail(times: int, **said: object) -> None:
    """Without hashing: what counts is the row."""
    for _ in range(times):
        with pytest.raises(Unknown):
            sign_in(password="wrong", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("email", ["ada@house.example", " ADA@House.Example "])
def test_it_knows_a_person_however_the_address_is_written(person: User, email: str) -> None:
    assert sign_in(email) == person
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("email", ["ada@house.example", "nobody@house.example", "nul\x00", "\ud800"])
def test_it_says_the_same_of_wrong_passwords_and_unknown_people(person: User, email: str) -> None:
    with pytest.raises(Unknown, match=r"The e-mail or the password is wrong\."):
        sign_in(email, "wrong")
    assert Attempt.objects.count() == 1
