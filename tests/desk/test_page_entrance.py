import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.actions import invite
from accounts.models import User
from accounts.roles import GroupRole
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of

# A failed sign-in is remembered in a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough one"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.quick.QuickArgon2"]


@pytest.fixture
def agent(cast: Cast) -> User:
    cast.agent.set_password(PASSWORD)
    cast.agent.save()
    return cast.agent


def sign_in(agent: User, password: str = PASSWORD, **said: str) -> object:
    return Client().post("/sign-in", {"email": agent.email, "password": password, **said})


def link_in(letter: Letter) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", letter.body)
    assert found
    return found[1]


def test_a_stranger_is_led_to_the_door_and_back(agent: User) -> None:
    client = Client()
    door = client.get("/queue?tab=next")
    assert (door.status_code, door["Location"]) == (302, "/sign-in?next=/queue%3Ftab%3Dnext")
    said = {"email": agent.email.upper(), "password": PASSWORD, "next": "/queue?tab=next"}
    sent(client.post("/sign-in", said), "/queue?tab=next")
    assert client.get("/queue").status_code == 200


def test_next_leads_nowhere_else(agent: User) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"):
        sent(sign_in(agent, next=elsewhere), "/queue")


def test_a_wrong_password_is_told_without_telling_more(agent: User) -> None:
    wrong = sign_in(agent, "not this one")
    unknown = Client().post("/sign-in", {"email": "no@body.example", "password": PASSWORD})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert text_of(wrong) == text_of(unknown)
    assert "The e-mail or the password is wrong." in text_of(wrong)


def test_guessing_ends_after_a_while(agent: User) -> None:
    codes = [sign_in(agent, f"guess {number}").status_code for number in range(21)]
    assert codes == [401] * 20 + [429]
    last = sign_in(agent)
    assert int(last["Retry-After"]) > 0
    assert "Wait a while" in text_of(last)


def test_a_hostile_password_is_refused(agent: User) -> None:
    assert sign_in(agent, "x" * 1_000_000).status_code == 422
    assert sign_in(agent, "a\x00b").status_code == 422


def test_signing_out_is_a_form(agent: User) -> None:
    client = browse(agent)
    assert client.get("/sign-out").status_code == 405
    sent(client.post("/sign-out"), "/sign-in")
    assert client.get("/queue").status_code == 302


def test_a_letter_leads_to_a_new_password(agent: User) -> None:
    stranger = Client()
    known = stranger.post("/forgotten-password", {"email": agent.email})
    unknown = stranger.post("/forgotten-password", {"email": "no@body.example"})
    assert text_of(known) == text_of(unknown)
    link = link_in(Letter.objects.get(kind="password_reset"))
    assert stranger.get(link).status_code == 200
    assert stranger.post(link, {"password": "short"}).status_code == 422
    sent(stranger.post(link, {"password": "another long one"}), "/sign-in")
    sent(sign_in(agent, "another long one"), "/queue")
    spent = stranger.post(link, {"password": "a third long one"})
    assert spent.status_code == 404
    assert "This link is spent" in text_of(spent)


def test_an_invitation_lets_one_person_in(cast: Cast) -> None:
    invite(
        email="new@house.example",
        by=cast.admin,
        now=moment(),
        group=cast.group,
        group_role=GroupRole.AGENT,
    )
    link = link_in(Letter.objects.get(kind="invitation"))
    newcomer = Client()
    assert "Welcome" in text_of(newcomer.get(link))
    assert newcomer.post(link, {"name": "Nia", "password": "123"}).status_code == 422
    sent(newcomer.post(link, {"name": "Nia", "password": PASSWORD}), "/queue")
    assert newcomer.get("/queue").context["user"].name == "Nia"
    again = Client().post(link, {"name": "Eve", "password": PASSWORD})
    assert again.status_code == 409
    assert "has been used" in text_of(again)


def test_pages_speak_the_language_of_who_looks(cast: Cast) -> None:
    korean = {"Accept-Language": "ko-KR,ko;q=0.9"}
    assert "로그인" in text_of(Client().get("/sign-in", headers=korean))
    assert "Sign in" in text_of(Client().get("/sign-in", headers={"Accept-Language": "fr"}))
    cast.agent.language = "ko"
    cast.agent.save()
    assert "내 티켓" in text_of(browse(cast.agent).get("/queue"))
