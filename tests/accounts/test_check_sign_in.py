"""check_sign_in …"""

from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.actions import check_sign_in, forget_attempts, switch_off
from accounts.models import Attempt, User
from cxloop.kernel.errors import Refused, TooMany, Unknown
from tests.accounts.at_once import at_once
from tests.makers import NOW, make_person

PASSWORD = "a rainy tuesday in may"
HERE = "192.0.2.1"


@pytest.fixture
def ada(db: None) -> User:
    return make_ada()


def make_ada() -> User:
    person = make_person("Ada", email="ada@house.example")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(email: str = "ada@house.example", password: str = PASSWORD, **said: Any) -> User:
    return check_sign_in(email=email, password=password, **{"address": HERE, "now": NOW} | said)


def have_failed(times: int, *, address: str = HERE, at: datetime = NOW) -> None:
    """One real failure, then rows like it: hashing each would take its time."""
    with pytest.raises(Unknown):
        sign_in(password="wrong", address=address, now=at)
    row = Attempt.objects.latest("pk")
    Attempt.objects.bulk_create(
        Attempt(account=row.account, address=row.address, at=at) for _ in range(times - 1)
    )


@pytest.mark.parametrize("email", ["ada@house.example", " ADA@House.Example "])
def test_it_knows_a_person_however_the_address_is_written(ada: User, email: str) -> None:
    assert sign_in(email) == ada


def test_it_counts_no_sign_in_that_succeeded(ada: User) -> None:
    sign_in()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    "email", ["ada@house.example", "no@house.example", "nul\x00", "\ud800", ""]
)
def test_it_says_the_same_of_a_wrong_password_and_of_a_stranger(ada: User, email: str) -> None:
    with pytest.raises(Unknown, match=r"The e-mail or the password is wrong\."):
        sign_in(email, "wrong")
    assert Attempt.objects.count() == 1


def test_it_takes_as_long_for_a_stranger(
    quick_passwords: list[str], settings: Settings, db: None
) -> None:
    settings.PASSWORD_HASHERS = quick_passwords
    make_ada()
    known, stranger = (
        min(seconds(email) for _ in range(3)) for email in ("ada@house.example", "no@house.example")
    )
    assert 0.5 < stranger / known < 2


def seconds(email: str) -> float:
    start = perf_counter()
    with pytest.raises(Unknown):
        sign_in(email, "wrong")
    return perf_counter() - start


def test_it_does_not_know_who_was_switched_off(ada: User) -> None:
    switch_off(person=ada, now=NOW)
    with pytest.raises(Unknown):
        sign_in()


def test_it_does_not_know_somebody_without_a_password(ada: User) -> None:
    make_person("Bob", email="bob@house.example")
    with pytest.raises(Unknown):
        sign_in("bob@house.example", "")


def test_it_refuses_after_twenty_failures_even_with_the_right_password(ada: User) -> None:
    have_failed(20)
    with pytest.raises(TooMany) as refused:
        sign_in(address="198.51.100.7")
    assert refused.value.retry_after == 3600


def test_it_counts_one_account_however_its_address_is_written(ada: User) -> None:
    have_failed(20)
    with pytest.raises(TooMany):
        sign_in("ADA@house.example ")


def test_it_knows_the_person_after_nineteen_failures(ada: User) -> None:
    have_failed(19)
    assert sign_in() == ada


def test_it_opens_again_an_hour_after_the_failures(ada: User) -> None:
    have_failed(20)
    with pytest.raises(TooMany) as refused:
        sign_in(now=NOW + timedelta(minutes=59))
    assert refused.value.retry_after == 60
    assert sign_in(now=NOW + timedelta(hours=1)) == ada


def test_it_refuses_an_address_after_a_hundred_failures_over_all_accounts(ada: User) -> None:
    Attempt.objects.bulk_create(
        Attempt(account=bytes([n]), address=HERE, at=NOW) for n in range(100)
    )
    with pytest.raises(TooMany):
        sign_in("somebody@house.example")
    assert sign_in(address="198.51.100.7") == ada


def test_it_counts_a_whole_household_of_ipv6_as_one_address(ada: User) -> None:
    Attempt.objects.bulk_create(
        Attempt(account=bytes([n]), address="2001:db8:1:2::", at=NOW) for n in range(100)
    )
    with pytest.raises(TooMany):
        sign_in(address="2001:db8:1:2:aaaa:bbbb:cccc:dddd")
    assert sign_in(address="2001:db8:1:3::1") == ada


@pytest.mark.parametrize(
    "password, code",
    [("x" * 1_000_000, "too_long"), ("nul\x00", "unreadable"), ("\ud800", "unreadable")],
)
def test_it_refuses_a_password_nobody_can_have_without_hashing_it(
    ada: User, password: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        sign_in(password=password)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/password", code)]
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_lets_no_more_than_twenty_of_two_hundred_at_once_try() -> None:
    make_ada()
    ends = at_once(lambda n: sign_in(password=f"guess {n}", address=f"192.0.2.{n}"), range(200))
    assert (ends.count("wrong_sign_in"), ends.count("too_many")) == (20, 180)
    assert Attempt.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_it_lets_no_more_than_a_hundred_from_one_address_try_at_once() -> None:
    Attempt.objects.bulk_create(
        Attempt(account=bytes([n]), address=HERE, at=NOW) for n in range(90)
    )
    ends = at_once(lambda n: sign_in(f"nobody{n}@house.example"), range(40))
    assert (ends.count("wrong_sign_in"), ends.count("too_many")) == (10, 30)


@pytest.mark.django_db(transaction=True)
def test_it_is_never_part_of_a_transaction_that_could_undo_the_count() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sign_in()


def test_its_attempts_are_forgotten_once_they_no_longer_count(ada: User) -> None:
    have_failed(2)
    have_failed(1, at=NOW + timedelta(seconds=1))
    assert forget_attempts(now=NOW + timedelta(hours=1)) == 2
    assert Attempt.objects.count() == 1
