"""One address gets so many automatic letters within a while and no more …"""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from cxloop.settings import _rations
from tests.faults.smtp import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def smtp(settings: LazySettings) -> Iterator[Receiver]:
    receiver = Receiver()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", receiver.port
    yield receiver
    receiver.close()


def write(number: int, to: str = "kim@customer.example", *, rationed: bool = True) -> Letter:
    draft = Draft(
        key=f"test:{to}:{number}",
        kind="acknowledgement" if rationed else "reply",
        to=to,
        subject="Hi",
        body="Hello",
        automatic=rationed,
        rationed=rationed,
    )
    return write_letter(draft, now=moment() - MINUTE)


def left() -> int:
    return Letter.objects.filter(state="sent").count()


def pass_by(time: timedelta) -> None:
    for letter in Letter.objects.exclude(sent_at=None):
        Letter.objects.filter(pk=letter.pk).update(sent_at=letter.sent_at - time)


def test_the_fourth_within_ten_minutes_is_withdrawn_with_its_reason(smtp: Receiver) -> None:
    for number in range(5):
        write(number)
    deliver_letters()
    assert smtp.given.total() == 3
    held = Letter.objects.filter(state="withdrawn")
    assert list(held.values_list("withdrawn_why", flat=True)) == ["too_many"] * 2


def test_within_half_an_hour_and_an_hour_it_gets_no_more_either(smtp: Receiver) -> None:
    counts = []
    for number in range(9):
        for one in range(3):
            write(3 * number + one)
        before = left()
        deliver_letters()
        counts.append(left() - before)
        pass_by(11 * MINUTE)
    # 3 within any 10 minutes, 6 within 30, 10 within 60
    assert counts == [3, 3, 0, 3, 1, 0, 3, 3, 0]


def test_a_person_is_never_held_back(smtp: Receiver) -> None:
    for number in range(4):
        write(number)
    for number in range(20):
        write(100 + number, rationed=False)
    deliver_letters()
    assert Letter.objects.filter(kind="reply", state="sent").count() == 20
    assert Letter.objects.filter(kind="acknowledgement", state="sent").count() == 3


def test_what_people_wrote_takes_nothing_from_it(smtp: Receiver) -> None:
    for number in range(20):
        write(100 + number, rationed=False)
    deliver_letters()
    write(1)
    deliver_letters()
    assert left() == 21


def test_each_address_has_its_own_however_it_is_written(smtp: Receiver) -> None:
    for number in range(3):
        write(number)
        write(number, to="ada@customer.example")
        write(number, to="Kim@Customer.example")
    deliver_letters()
    assert left() == 6


def test_one_that_came_back_has_left_all_the_same(smtp: Receiver) -> None:
    for number in range(3):
        write(number)
    deliver_letters()
    Letter.objects.update(state="dead", died_at=moment())
    write(4)
    deliver_letters()
    assert Letter.objects.filter(state="withdrawn").count() == 1


def test_many_senders_at_once_do_not_overrun_it(smtp: Receiver) -> None:
    for number in range(30):
        write(number)

    def send() -> None:
        try:
            deliver_letters()
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert smtp.given.total() == 3
    assert not Letter.objects.filter(state__in=["waiting", "sending"]).exists()


@pytest.mark.parametrize("raw", ["3,6", "0,1,2", "6,3,10", "a,b,c", "", "1,2,3,4"])
def test_a_setting_that_says_nothing_sensible_is_refused(raw: str) -> None:
    with pytest.raises((ValueError, ImproperlyConfigured)):
        _rations(raw)
