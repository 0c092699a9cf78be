"""Which playbook is offered on a ticket, and how far it has been followed."""

from dataclasses import dataclass

from tickets.recovery.failure import is_double_deviation
from tickets.recovery.judgement import REJECTED
from tickets.recovery.models import FailureType, Gesture, PlaybookUse, PlaybookVersion, Recovery
from tickets.recovery.playbooks import Book, Case, Step, choose_book, next_step
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Ticket


@dataclass(frozen=True)
class Offered:
    """`use` is what became of it: once it was left, or while the repair is claimed to be done."""

    version: PlaybookVersion
    given: frozenset[str]
    use: PlaybookUse | None = None

    @property
    def book(self) -> Book:
        return self.version.book()

    @property
    def next_step(self) -> Step | None:
        return next_step(self.book, self.given)

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
    given = frozenset(one.kind for one in gestures if one.state != REJECTED)
    use = _use_of(ticket, recovery)
    if use is not None:
        return Offered(use.version, given, use)
    versions = {row.pk: row for row in PlaybookVersion.objects.offered()}
    books = [row.book() for row in versions.values()]
    book = choose_book(books, case_of(ticket, recovery)) if books else None
    return Offered(versions[book.key], given) if book else None


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
        again=ticket.is_again or is_double_deviation(None, ticket.cycle),
        monetary=recovery.monetary,
    )


def _path_of(found: FailureType | None) -> frozenset[str]:
    path = set()
    while found is not None:
        path.add(found.slug)
        found = found.above
    return frozenset(path)
