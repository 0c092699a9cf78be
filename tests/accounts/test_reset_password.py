"""ask_password_reset and reset_password …"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client

from accounts.actions import (
    ask_password_reset,
    change_person,
    check_sign_in,
    reset_password,
    switch_off,
)
from accounts.models import Attempt, PersonalToken, User
from cxloop.kernel.errors import NotHere, Refused, TooMany, Unknown
from cxloop.kernel.models import Letter
from tests.accounts.at_once import at_once
from tests.accounts.test_keys import call_with
from tests.makers import NOW, make_person, make_token

NEW = "a sunny sunday in june"


@pytest.fixture
def ada(db: None) -> User:
    return make_person("Ada", email="ada@house.example")


def ask(email: str = "ada@house.example", **said: Any) -> None:
    ask_password_reset(email=email, **{"address": "192.0.2.1", "now": NOW} | said)


def link() -> tuple[int, str]:
    body = Letter.objects.latest("pk").body
    found = re.search(rf"{re.escape(settings.BASE_URL)}/reset-password/(\d+)/(\S+)", body)
    assert found is not None
    return int(found[1]), found[2]


def reset(uid: int, token: str, **said: Any) -> User:
    return reset_password(uid=uid, token=token, **{"password": NEW, "now": NOW} | said)


@pytest.mark.parametrize("email", ["ada@house.example", " ADA@house.example"])
def test_it_writes_a_letter_to_the_address_we_know(ada: User, email: str) -> None:
    ask(email)
    assert Letter.objects.get().to == "ada@house.example"
    assert reset(*link()).check_password(NEW)


@pytest.mark.parametrize(
    "email", ["nobody@house.example", "nul\x00", "ada@house.example,eve@x.example"]
)
def test_it_answers_the_same_where_there_is_no_account(ada: User, email: str) -> None:
    ask(email)
    assert not Letter.objects.exists()


def test_it_writes_to_nobody_switched_off_and_to_no_service(ada: User) -> None:
    switch_off(person=ada, now=NOW)
    make_person("Robot", email="robot@house.example", kind=User.Kind.SERVICE)
    ask()
    ask("robot@house.example")
    assert not Letter.objects.exists()


def test_its_link_works_once(ada: User) -> None:
    ask()
    reset(*link())
    with pytest.raises(NotHere):
        reset(*link())


def test_its_link_works_for_two_hours(ada: User) -> None:
    ask()
    with pytest.raises(NotHere):
        reset(*link(), now=NOW + timedelta(hours=2, seconds=1))
    assert reset(*link(), now=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    "ruin", [lambda t: t[:-1] + "0g"[t[-1] == "0"], lambda t: "", lambda t: "x-y-z"]
)
def test_a_changed_link_leads_nowhere(ada: User, ruin: Any) -> None:
    ask()
    uid, token = link()
    with pytest.raises(NotHere):
        reset(uid, ruin(token))


def test_the_link_of_one_opens_no_other_account(ada: User) -> None:
    other = make_person()
    ask()
    for uid in (other.pk, 0, 2**70):
        with pytest.raises(NotHere):
            reset(uid, link()[1])


def test_a_new_address_ends_links_sent_to_the_old(ada: User) -> None:
    ask()
    change_person(person=ada, email="ada@new.example", now=NOW)
    with pytest.raises(NotHere):
        reset(*link())


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 1_000_000, "nul\x00 in the middle", "password12", "ada@house.example"],
)
def test_a_poor_password_leaves_the_link_open(ada: User, password: str) -> None:
    ask()
    with pytest.raises(Refused) as refused:
        reset(*link(), password=password)
    assert {fault.pointer for fault in refused.value.faults} == {"/password"}
    assert reset(*link())


def test_a_sixth_letter_within_the_hour_is_refused_for_known_and_unknown_alike(ada: User) -> None:
    for email in ("ada@house.example", "nobody@house.example"):
        for _ in range(5):
            ask(email)
        with pytest.raises(TooMany):
            ask(email)
    assert Letter.objects.count() == 5


def test_it_forgives_the_failed_sign_ins_of_the_account(ada: User) -> None:
    with pytest.raises(Unknown):
        check_sign_in(email=ada.email, password="wrong", address="192.0.2.1", now=NOW)
    ask()
    reset(*link())
    assert Attempt.objects.count() == 1, "only that a reset was asked for"


@pytest.mark.parametrize("end", ["reset", "switch off"])
def test_it_ends_all_sessions_as_switching_off_does(ada: User, client: Client, end: str) -> None:
    client.force_login(ada)
    request = HttpRequest()
    request.session = client.session
    assert get_user(request) == ada
    if end == "switch off":
        switch_off(person=ada, now=NOW)
    else:
        ask()
        reset(*link())
    assert not get_user(request).is_authenticated


def test_it_revokes_the_tokens_of_the_person_and_of_nobody_else(ada: User) -> None:
    robot = make_person("Robot", kind=User.Kind.SERVICE)
    hers, robots = make_token(ada), make_token(robot)
    ask()
    assert "your\npersonal tokens are revoked" in Letter.objects.get().body
    assert (call_with(hers), call_with(robots)) == (200, 200), "asking alone revokes nothing"
    reset(*link())
    assert (call_with(hers), call_with(robots)) == (401, 200)
    assert PersonalToken.objects.get(user=ada).revoked_at == NOW


@pytest.mark.django_db(transaction=True)
def test_its_link_works_once_however_many_try_at_once() -> None:
    make_person("Ada", email="ada@house.example")
    ask()
    uid, token = link()
    ends = at_once(lambda n: reset(uid, token, password=f"{NEW} {n}"), range(8), hands=8)
    assert sorted(ends) == ["link_spent"] * 7 + ["ok"]
