"""Two programs that write to each other …"""

import hashlib
from dataclasses import dataclass, field

import pytest
from django.core import mail as box
from django.db.models import F, Value
from django.db.models.functions import Concat

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.actions import keep_mail, understand_mail
from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Feedback, Source
from tests.cast import Cast
from tests.email.mails import make_mailbox, written
from tests.makers import NOW, make_customer, make_policy, make_ticket
from tests.recovery.asking import ask_all, resolve
from tests.work.test_remind import DAY, sweep, wait_for
from tests.work.test_triage import rule
from tickets.work.sweeps import strike_dead, take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db

PROGRAMS_SAY = (b"auto-submitted:", b"x-auto-response-suppress:", b"list-unsubscribe")


@dataclass
class House:
    """An installation: what it is called, where it is written to, and what it sent."""

    name: str
    source: Source
    sent: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"care@{self.name}.example"

    def call(self, settings) -> None:
        settings.DEFAULT_FROM_EMAIL = f"Care <{self.address}>"
        settings.MAIL_DOMAIN = f"{self.name}.example"
        settings.REPLY_ADDRESS = f"{self.name}@{self.name}.example"

    def get(self, raw: bytes, settings) -> list[bytes]:
        """What leaves because of this mail. The other house's letters are none that it knows."""
        self.call(settings)
        strange = Concat(Value("<other-"), F("key"), Value("@x.example>"))
        Letter.objects.update(message_id=strange)
        hand(raw, self.source)
        triage_arrivals()
        take_up_answers()
        Letter.objects.filter(state="waiting").update(leave_at=NOW)
        box.outbox.clear()
        deliver_letters()
        strike_dead()
        left = [one.message().as_bytes() for one in box.outbox]
        self.sent += left
        return left


def hand(raw: bytes, source: Source) -> Mail:
    kept = keep_mail(raw, hashlib.sha256(raw).digest(), source=source, now=moment())
    return understand_mail(kept.pk, now=moment())


@pytest.fixture
def houses(cast: Cast, settings) -> tuple[House, House]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_policy("standard")
    rule(when={"always": True}, acknowledge=True)
    a, b = (House(name, make_mailbox(name, owners=(cast.group,))) for name in ("a", "b"))
    return a, b


def talk(houses: tuple[House, House], settings, *, tamper=lambda raw: raw) -> int:
    """The one writes to the other, until nobody writes any more; how many letters left."""
    a, b = houses
    first = written("The parcel never arrived.", From=b.address, To=a.address)
    turn, waiting = 0, [first]
    while waiting and turn < 60:
        there = houses[turn % 2]
        waiting = [left for raw in waiting for left in there.get(tamper(raw), settings)]
        turn += 1
    assert not waiting
    return len(a.sent) + len(b.sent)


def without_marks(raw: bytes) -> bytes:
    """As a relay leaves it that takes away whatever says that a program wrote."""
    head, _, body = raw.partition(b"\n\n")
    kept = [line for line in head.split(b"\n") if not line.lower().startswith(PROGRAMS_SAY)]
    return b"\n".join(kept) + b"\n\n" + body


def test_are_silent_after_one_letter(houses: tuple[House, House], settings) -> None:
    assert talk(houses, settings) == 1


def test_are_silent_soon_where_nothing_says_that_they_are_programs(
    houses: tuple[House, House], settings
) -> None:
    assert 1 < talk(houses, settings, tamper=without_marks) <= 6


def test_each_letter_of_ours_is_known_for_one_by_another_house(
    houses: tuple[House, House], cast: Cast, settings
) -> None:
    a, b = houses
    a.call(settings)
    asked = make_ticket(cast.group, customer=make_customer("q@b.example"))
    resolve(asked, by=cast.agent)
    ask_all()
    wait_for(make_ticket(cast.group, customer=make_customer("w@b.example")), cast, NOW)
    for days in (3, 7, 14):
        sweep(NOW + days * DAY)
    Letter.objects.update(leave_at=NOW)
    box.outbox.clear()
    deliver_letters()
    by_programs = [one for one in box.outbox if "Auto-Submitted" in one.extra_headers]
    assert len(by_programs) == 4
    b.call(settings)
    Letter.objects.update(message_id=Concat(Value("<other-"), F("key"), Value("@x.example>")))
    verdicts = {hand(one.message().as_bytes(), b.source).verdict for one in by_programs}
    assert verdicts == {"automatic"}


def test_a_thousand_vacation_replies_cause_no_letter(
    houses: tuple[House, House], cast: Cast, settings
) -> None:
    a, _ = houses
    a.call(settings)
    ticket = make_ticket(cast.group)
    before = Letter.objects.count(), Feedback.objects.count()
    says = (
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Out of office: back on Monday"},
        {"Subject": "자동 회신: 부재중입니다"},
    )
    for number in range(1_000):
        to = reply_address(ticket.pk) if number % 2 else a.address
        hand(written("I am away.", To=to, **says[number % len(says)]), a.source)
    triage_arrivals()
    take_up_answers()
    assert set(Mail.objects.values_list("verdict", flat=True)) == {"automatic"}
    assert (Letter.objects.count(), Feedback.objects.count()) == before
