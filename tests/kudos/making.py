"""How a test brings praise about."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import AccessGroup, User
from feedback.intake.models import Feedback, Source
from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_member, make_person, make_source
from tests.recovery.asking import LATER, answer, make_asked
from tickets.kudos.models import Kudos
from tickets.kudos.sweeps import find_praise
from tickets.recovery.models import Answer
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, Triage

SOON = NOW + timedelta(minutes=10)


def source_of(*groups: AccessGroup) -> Source:
    return make_source(owners=groups)


def member(group: AccessGroup, name: str, **facts: Any) -> User:
    return make_member(group, "agent", make_person(name, **facts))


def praise(
    source: Source, comment: str, *, at: datetime = NOW, nps: int | None = 10, **facts: Any
) -> Feedback:
    """Heard and judged then: no rule takes it."""
    said = make_feedback(source, nps=nps, comment=comment, received_at=at, judged=True, **facts)
    Triage.objects.create(feedback=said, decision="none", reason="praise", at=at)
    return said


def happy_answer(cast: Cast, comment: str = "고맙습니다", **said: Any) -> Answer:
    """The agent owns the ticket and reached the customer by phone."""
    asked = make_asked(cast)
    return answer(asked, **{"solved": True, "score": 5, "comment": comment} | said)


def reach(ticket: Ticket, by: User, *, reached: bool = True, now: datetime = LATER) -> None:
    facts = {"channel": "phone", "reached": reached, "body": "Called."}
    log_contact(locked(ticket.pk), **facts, by=acting(by), now=now)


def find(now: datetime = SOON) -> None:
    find_praise(clock=lambda: now)


def praised() -> list[tuple[str | None, str]]:
    """Who, and why, of what stands; the group's name where it is nobody."""
    rows = Kudos.objects.standing().select_related("person", "group").order_by("pk")
    return [(row.person.name if row.person else row.group.name, row.why) for row in rows]
