"""A matter in every state in which its customer may find it, in the languages in which we write."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import AccessGroup, User
from cxloop.kernel.letters import Letter
from cxloop.kernel.moment import moment
from tests.makers import (
    make_customer,
    make_feedback,
    make_member,
    make_policy,
    make_source,
    make_ticket,
)
from tests.recovery.asking import resolve
from tickets.recovery.actions.answer import answer_question
from tickets.recovery.actions.ask import ask_customers
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.models import Gesture, Question
from tickets.sla.calls import wish_from
from tickets.work.actions.move import close_ticket, wait
from tickets.work.actions.status_page import ask_for_call, write_from_page
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, Unasked
from tickets.work.status_links import link_in_letters

HOUR = timedelta(hours=1)
WORDS = {
    "en": (
        "The lamp arrived with a crack across its foot, and nobody answers the telephone.",
        "I am sorry, Jane. A new lamp leaves our house tomorrow morning; keep the broken one.",
        "Thank you. Please leave it with the neighbours on the second floor.",
    ),
    "ko": (
        "스탠드 받침에 금이 간 채로 왔는데 전화도 받지 않으시네요.",
        "불편을 드려 죄송합니다. 내일 아침에 새 제품을 보내 드리겠습니다. 깨진 제품은 돌려보내지 "
        "않으셔도 됩니다.",
        "감사합니다. 2층 이웃집에 맡겨 주세요.",
    ),
}


@dataclass
class Matter:
    ticket: Ticket
    by: User
    language: str
    now: datetime

    def answer(self) -> None:
        body = WORDS[self.language][1]
        reply(locked(self.ticket.pk), body=body, by=acting(self.by), now=self.now - 3 * HOUR)
        Letter.objects.update(leave_at=self.now - HOUR)

    def write(self) -> None:
        words, at = WORDS[self.language][2], self.now - HOUR
        write_from_page(locked(self.ticket.pk), words, [], received_at=at, now=at)

    def gesture(self) -> None:
        said = {"explanation": "Sorry.", "by": acting(self.by), "now": self.now}
        money = {"amount": Decimal("19.90"), "currency": "EUR"}
        add_gesture(locked(self.ticket.pk), kind="voucher", **money, **said)
        add_gesture(locked(self.ticket.pk), kind="replacement", **said)
        Gesture.objects.filter(recovery__ticket=self.ticket, kind="voucher").update(
            state="promised", needs_approval=False, decided_by=None, decided_at=None
        )

    def ask(self) -> Question:
        self.answer()
        resolve(self.ticket, by=self.by, now=self.now - 2 * HOUR)
        ask_customers(list(Unasked.objects.filter(resolution__ticket=self.ticket)), self.now)
        question = Question.objects.get(ticket=self.ticket)
        question.ticket = locked(self.ticket.pk)
        return question

    def close(self) -> None:
        said = {"outcome": "not_actionable", "reason": "gone", "by": acting(self.by)}
        close_ticket(locked(self.ticket.pk), now=self.now, **said)


def _promised(matter: Matter) -> None:
    matter.answer()
    matter.write()
    wish = wish_from(None, None, "Asia/Seoul", heard_at=matter.now)
    ask_for_call(locked(matter.ticket.pk), "+82 2 1234 5678", wish, now=matter.now)


def _gesture(matter: Matter) -> None:
    matter.answer()
    matter.gesture()


def _waiting(matter: Matter) -> None:
    matter.answer()
    wait(locked(matter.ticket.pk), until=None, by=acting(matter.by), now=matter.now)


def _settled(matter: Matter) -> None:
    answer_question(matter.ask(), solved=True, score=5, comment="", now=matter.now)


# What became of it, and how many hours ago it was heard.
STATES: dict[str, tuple[Callable[[Matter], object], int]] = {
    "heard": (lambda _: None, 1),
    "promised": (_promised, 5),
    "late": (lambda _: None, 50),
    "answered": (Matter.answer, 5),
    "gesture": (_gesture, 5),
    "waiting": (_waiting, 5),
    "asked": (Matter.ask, 5),
    "settled": (_settled, 5),
    "closed": (Matter.close, 60),
    "expired": (lambda _: None, 24 * 100),
}


@transaction.atomic
def addresses() -> dict[str, str]:
    """By state and language, such as "late ko"."""
    now, group = moment(), AccessGroup.objects.all()[0]
    by = make_member(group, "agent")
    source = make_source(time_zone="Asia/Seoul")
    policy = make_policy(next_reply_s=86_400)
    found = {}
    for language, words in WORDS.items():
        for state, (become, hours) in STATES.items():
            customer = make_customer(f"{state}.{language}@statuses.example", locale=language)
            received_at = now - hours * HOUR
            said = {"comment": words[0], "nps": 2, "judged": True, "received_at": received_at}
            heard = make_feedback(source, customer=customer, **said)
            ticket = make_ticket(group, feedback=heard, customer=customer, policy=policy)
            become(Matter(ticket, by, language, now))
            found[f"{state} {language}"] = "/s/" + link_in_letters(ticket).rpartition("/")[2]
    return found
