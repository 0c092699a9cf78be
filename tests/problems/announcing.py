"""How a test tells everybody."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_customer
from tests.problems.making import make_problem, put, ticket_at
from tickets.problems.actions.announce import draft_announcement, send_announcement
from tickets.problems.announcing import seen_as
from tickets.problems.models import Announcement, Problem
from tickets.problems.sweeps import tell_customers

WORDS = {
    "subject_en": "What we changed",
    "body_en": "Dear {name}, parcels are scanned on Saturdays now ({number}, {team}).",
    "subject_ko": "이렇게 바꿨습니다",
    "body_ko": "{name}님, 이제 토요일에도 확인합니다({number}).",
}

# Of sixty a minute, every five seconds.
A_PORTION = 5


def told_problem(cast: Cast, people: int = 3, **facts: Any) -> Problem:
    """With so many people behind it."""
    problem = make_problem(cast, **facts)
    for number in range(people):
        customer = make_customer(f"eve{number}@example.com", name=f"Eve {number}")
        put(problem, ticket_at(cast, NOW, customer=customer), by=cast.agent)
    return problem


def draft(cast: Cast, problem: Problem, **facts: Any) -> Announcement:
    return draft_announcement(problem, {**WORDS, **facts}, by=cast.lead, now=NOW)


def confirmed(cast: Cast, problem: Problem, **facts: Any) -> Announcement:
    made = draft(cast, problem, **facts)
    send(made, by=cast.lead)
    return made


def send(made: Announcement, *, by: User) -> None:
    """Whoever sends it has looked at its words."""
    send_announcement(made, by=by, now=NOW, seen=seen_as(made))


def sweep(now: datetime) -> int:
    return tell_customers(clock=lambda: now)


def sweep_all(start: datetime = NOW, *, seconds: int = 3600) -> None:
    """Every five seconds, as the loop does."""
    now = start
    while Announcement.objects.filter(state="sending").exists() and now < start + timedelta(
        seconds=seconds
    ):
        sweep(now)
        now += timedelta(seconds=5)


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="announcement").order_by("pk"))


def addresses() -> list[str]:
    return sorted(letter.to for letter in letters())
