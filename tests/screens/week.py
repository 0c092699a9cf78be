"""Lives through the week, every act at its own time, in one transaction: the processes of the
service see the week when it is over."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actions import create_group, create_person, set_role
from accounts.models import AccessGroup, User
from accounts.roles import GroupRole
from cxloop.kernel.due import drain
from cxloop.kernel.moment import moment
from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.models import Source
from feedback.intake.submission import Submission
from feedback.intake.trust import Trust
from tests.screens.story import CUSTOMERS, WEEK, Said
from tickets.escalation.sweeps import climb_ladders
from tickets.recovery.actions.answer import answer_question
from tickets.recovery.actions.ask import ask_customers
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.models import Question
from tickets.rules.actions import reorder_rules, write_rule
from tickets.rules.models import Rule
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.label import change_tags
from tickets.work.actions.move import resolve_ticket, wait
from tickets.work.actions.talk import log_contact, note, reply
from tickets.work.actor import Actor, acting
from tickets.work.door import locked
from tickets.work.models import RootCause, Ticket, TicketFeedback, Unasked
from tickets.work.sweeps import triage_arrivals

Given = dict[str, Any]
Happening = Callable[[], object]

BY_WORDS = {
    "delivery": ("Delivery", ["parcel", "delivery", "express", "late", "배송", "택배", "파업"]),
    "billing": ("Billing", ["refund", "invoice", "charged", "bill", "환불", "결제", "쿠폰"]),
}
COLLEAGUES = (
    ("delivery", "Mina Schuster", "en"),
    ("delivery", "이도현", "ko"),
    ("billing", "Jonas Weber", "en"),
    ("billing", "김하린", "ko"),
)


@transaction.atomic
def live_through_the_week() -> None:
    end = moment()
    people = _furnish(end - timedelta(days=8))
    for at, happen in sorted(_happenings(end, people), key=lambda one: one[0]):
        _let_it_work(at)
        happen()
    _let_it_work(end)
    _let_it_work(end)


def _furnish(now: datetime) -> dict[str, Actor]:
    for slug, (name, words) in BY_WORDS.items():
        create_group(slug=slug, name=name, now=now)
        _route(slug, name, words, now)
    for slug, name, language in COLLEAGUES:
        address = f"{slug}.{language}@cxloop.example"
        person = create_person(email=address, name=name, password=None, language=language, now=now)
        set_role(
            person=person, group=AccessGroup.objects.get(slug=slug), role=GroupRole.AGENT, now=now
        )
    for role in (GroupRole.AGENT, GroupRole.LEAD, GroupRole.MANAGER):
        person = User.objects.get(email=f"{role.value}@cxloop.example")
        for slug in BY_WORDS:
            set_role(person=person, group=AccessGroup.objects.get(slug=slug), role=role, now=now)
    Source.objects.update(created_at=now)
    return {
        role: acting(User.objects.get(email=f"{role}@cxloop.example"))
        for role in ("agent", "lead", "manager")
    }


def _route(slug: str, name: str, words: list[str], now: datetime) -> None:
    unhappy = {"fact": "worst.class", "op": "in", "value": ["negative", "unscored"]}
    said = [{"fact": "comment", "op": "contains", "value": word} for word in words]
    rule = {
        "name": f"{name}, by what they say",
        "when": {"all": [unhappy, {"any": said}]},
        "then": {"ticket": True, "group": slug, "policy": "standard", "tags": [slug]},
    }
    written = write_rule(rule, known_policies={"standard"}, by=None, now=now)
    others = Rule.objects.current().exclude(pk=written.rule_id).order_by("order", "pk")
    reorder_rules([written.rule_id, *others.values_list("pk", flat=True)], by=None, now=now)


def _happenings(end: datetime, people: dict[str, Actor]) -> Iterator[tuple[datetime, Happening]]:
    for said in WEEK:
        at = end - timedelta(hours=said.ago)
        heard: list[UUID] = []
        yield at, partial(_hear, said, heard, at)
        for after, verb, given in said.acts:
            when = at + timedelta(hours=after)
            yield when, partial(_act, verb, given, heard, people, when)


def _hear(said: Said, heard: list[UUID], at: datetime) -> None:
    known = CUSTOMERS[said.who]
    customer = {name: value for name, value in vars(known).items() if value}
    written: Given = {
        "comment": said.words,
        "customer": {"id": f"C-{said.who}", **customer},
        "context": said.context or {},
    }
    if said.score:
        written["score"] = {"type": said.score[0], "value": said.score[1]}
    source = Source.objects.get(slug=said.source)
    entry = entry_for(Submission.model_validate(written), source=source, now=at)
    hear_many([entry], trust=Trust.SERVER, now=at)
    heard.append(entry.id)


def _act(
    verb: str, given: Given, heard: list[UUID], people: dict[str, Actor], now: datetime
) -> None:
    ticket = locked(TicketFeedback.objects.get(feedback=heard[0]).ticket_id)
    by = people[given["by"]] if "by" in given else None
    _ACTS[verb](ticket, given, by, now)


def _let_it_work(now: datetime) -> None:
    triage_arrivals(clock=lambda: now)
    climb_ladders(clock=lambda: now)
    drain(Unasked.objects.to_ask, ask_customers, clock=lambda: now)


def _call(ticket: Ticket, given: Given, by: Actor, now: datetime) -> None:
    reached, words = given["reached"], given["words"]
    log_contact(ticket, channel="phone", reached=reached, body=words, by=by, now=now)


def _resolve(ticket: Ticket, given: Given, by: Actor, now: datetime) -> None:
    cause = RootCause.objects.get(slug=given["cause"])
    resolve_ticket(ticket, root_cause=cause, body=given["words"], by=by, now=now)


def _answer(ticket: Ticket, given: Given, by: None, now: datetime) -> None:
    question = Question.objects.select_related("ticket").get(ticket=ticket, cycle=ticket.cycle)
    score, words = given["score"], given["words"]
    answer_question(question, solved=given["solved"], score=score, comment=words, now=now)


def _gesture(ticket: Ticket, given: Given, by: Actor, now: datetime) -> None:
    paid = {"amount": Decimal(given["amount"]), "currency": "EUR"} if given["amount"] else {}
    add_gesture(ticket, kind=given["kind"], explanation=given["words"], by=by, now=now, **paid)


_ACTS: dict[str, Callable[..., object]] = {
    "take": lambda ticket, given, by, now: assign_ticket(ticket, assignee=by.user, by=by, now=now),
    "reply": lambda ticket, given, by, now: reply(ticket, body=given["words"], by=by, now=now),
    "note": lambda ticket, given, by, now: note(ticket, body=given["words"], by=by, now=now),
    "wait": lambda ticket, given, by, now: wait(
        ticket, until=now + timedelta(days=given["days"]), by=by, now=now
    ),
    "tag": lambda ticket, given, by, now: change_tags(
        ticket, add=given["tags"], remove=(), by=by, now=now
    ),
    "call": _call,
    "resolve": _resolve,
    "answer": _answer,
    "gesture": _gesture,
}
