"""What customers said, as praise is looked for in it: in few statements for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from feedback.intake.models import Feedback, SourceOwner
from tickets.kudos.models import SPAM
from tickets.recovery.models import Answer
from tickets.work.models import Contact, Ticket, TicketFeedback


@dataclass(frozen=True)
class Saying:
    """Feedback, or an answer after a repair. `groups` are the numbers of those who own what it is
    about, the ticket's first; `said_by` is the customer's name."""

    said: Feedback | Answer
    at: datetime
    groups: tuple[int, ...]
    said_by: str = ""
    quiet: bool = False
    has_ticket: bool = False

    @property
    def key(self) -> dict[str, Any]:
        """The columns by which its kudos name it."""
        return {"feedback" if isinstance(self.said, Feedback) else "answer": self.said}

    @property
    def ticket(self) -> Ticket | None:
        """Of the answer."""
        return self.said.question.ticket if isinstance(self.said, Answer) else None

    @property
    def words(self) -> str:
        return self.said.comment

    @property
    def praised_groups(self) -> tuple[int, ...]:
        """Whose it is where nobody is named."""
        return self.groups[:1] if self.has_ticket else self.groups


def heard(keys: Collection[UUID]) -> Iterator[Saying]:
    """Of feedback, but none whose ticket turned out to be spam."""
    rows = list(
        Feedback.objects.filter(pk__in=keys).select_related("customer", "source").order_by("pk")
    )
    links = TicketFeedback.objects.filter(feedback__in=rows)
    told = links.values_list("feedback", "ticket__group", "ticket__outcome")
    tickets = {feedback: (group, outcome) for feedback, group, outcome in told}
    owners = _owners({row.source_id for row in rows})
    for row in rows:
        group, outcome = tickets.get(row.pk, (None, ""))
        groups = dict.fromkeys([*([group] if group else []), *owners[row.source_id]])
        if outcome != SPAM:
            yield Saying(
                row,
                row.received_at,
                tuple(groups),
                said_by=row.customer.name if row.customer else "",
                quiet=row.quiet,
                has_ticket=group is not None,
            )


def _owners(sources: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = SourceOwner.objects.filter(source__in=list(sources), group__archived_at=None)
    for source, group in rows.order_by("group").values_list("source", "group"):
        found[source].append(group)
    return found


def answered(keys: Collection[int]) -> Iterator[Saying]:
    rows = Answer.objects.filter(pk__in=keys).select_related("question__ticket__assignee")
    for row in rows.order_by("pk"):
        ticket = row.question.ticket
        if ticket.outcome != SPAM:
            yield Saying(row, row.at, (ticket.group_id,), quiet=ticket.quiet, has_ticket=True)


def reached_by(answers: Iterable[Answer]) -> dict[tuple[int, int], list[int]]:
    """Who reached the customer, by ticket and cycle, the first first."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    tickets = [answer.question.ticket_id for answer in answers]
    contacts = Contact.objects.filter(
        ticket__in=tickets,
        reached=True,
        struck_at=None,
        by__is_active=True,
        by__kind=User.Kind.PERSON,
    )
    for ticket, cycle, by in contacts.order_by("at", "pk").values_list("ticket", "cycle", "by"):
        found[ticket, cycle].append(by)
    return {key: list(dict.fromkeys(people)) for key, people in found.items()}
