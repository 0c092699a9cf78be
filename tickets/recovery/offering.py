"""Which playbook is offered on a ticket, and how far it has been followed."""

from dataclasses import dataclass

from tickets.recovery.judgement import GIVEN, UNHAPPY, WAITING, mood_of
from tickets.recovery.models import (
    Answer,
    FailureType,
    Gesture,
    PlaybookUse,
    PlaybookVersion,
    Recovery,
)
from tickets.recovery.playbooks import Book, Case, Step, choose_book, next_step
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Ticket


@dataclass(frozen=True)
class Offered:
    """`given` and `waits` are kinds of gestures: what waits for approval is offered no second time,
    and given it is not. `use` is what became of it: once it was left, or while the repair is
    claimed to be done."""

    version: PlaybookVersion
    given: frozenset[str]
    waits: frozenset[str]
    use: PlaybookUse | None = None

    @property
    def book(self) -> Book:
        return self.version.book()

    @property
    def next_step(self) -> Step | None:
        return next_step(self.book, self.given | self.waits)

    @property
    def is_followed(self) -> bool:
        return next_step(self.book, self.given) is None

    @property
    def is_over(self) -> bool:
        return self.use is not None

    @property
    def steps(self) -> list[tuple[Step, bool]]:
        """Each, and whether something of its kind was given."""
        return [(step, step.kind in self.given) for step in self.book.steps]


def offered_on(
    ticket: Ticket, recovery: Recovery | None, gestures: list[Gesture] | None = None
) -> Offered | None:
    """In the present cycle. `gestures` of it where they were read already. Once it was used that
    version stands, whatever fits since."""
    if gestures is None:
        gestures = list(recovery.gestures.all()) if recovery and recovery.pk else []
    given = frozenset(one.kind for one in gestures if one.state in GIVEN)
    waits = frozenset(one.kind for one in gestures if one.state == WAITING)
    use = _use_of(ticket, recovery)
    if use is not None:
        return Offered(use.version, given, waits, use)
    versions = {row.pk: row for row in PlaybookVersion.objects.offered()}
    books = [row.book() for row in versions.values()]
    book = choose_book(books, case_of(ticket, recovery)) if books else None
    return Offered(versions[book.key], given, waits) if book else None


def _use_of(ticket: Ticket, recovery: Recovery | None) -> PlaybookUse | None:
    """Who took back that it is resolved follows the playbook on, unless they had left it."""
    use: PlaybookUse | None = getattr(recovery, "use", None)
    is_open = recovery and ticket.status in UNRESOLVED and ticket.cycle == recovery.cycle
    return None if use and is_open and not use.why_left else use


def case_of(ticket: Ticket, recovery: Recovery | None) -> Case:
    recovery = recovery or Recovery()
    return Case(
        types=_path_of(recovery.type),
        severity=recovery.severity,
        value=ticket.customer.value if ticket.customer else None,
        again=ticket.is_again or _is_not_put_right(ticket),
        monetary=recovery.monetary,
    )


def _is_not_put_right(ticket: Ticket) -> bool:
    """By the customer's last answer, where the policy knows of failures again: a repair that was
    none is a double deviation (Maxham and Netemeyer 2002), thanks that came later are not."""
    if ticket.cycle == 1 or not ticket.promise.policy.again_within_s:
        return False
    answers = Answer.objects.filter(question__ticket=ticket, question__cycle__lt=ticket.cycle)
    last = answers.order_by("question__cycle").last()
    return last is not None and mood_of(last.solved, last.score) == UNHAPPY


def _path_of(found: FailureType | None) -> frozenset[str]:
    path = set()
    while found is not None:
        path.add(found.slug)
        found = found.above
    return frozenset(path)
