"""Who of a group can take a ticket just now, with how much they carry already."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from accounts.models import AccessGroup, User
from accounts.roles import WORKING_ROLES
from tickets.work.assignment import Candidate, choose, give
from tickets.work.models import Ticket, Turn


class Rota:
    """The candidates of each group as one pass sees them; read once a group, counted on."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._candidates: dict[int, list[Candidate]] = {}
        self._people: dict[int, User] = {}
        self._by_person: dict[int, int] = {}
        self._given: dict[tuple[int, int], Turn] = {}

    def next_owner(self, group: AccessGroup, strategy: str) -> tuple[User | None, str]:
        candidates = self._of(group) if strategy != "none" else []
        for candidate in candidates:
            candidate.open_tickets = self._by_person[candidate.user]
        chosen, why = choose(strategy, candidates)
        if chosen is None:
            return None, why
        give(chosen, self.now)
        self._by_person[chosen.user] += 1
        self._given[group.pk, chosen.user] = Turn(
            group=group, user=self._people[chosen.user], last_given_at=self.now
        )
        return self._people[chosen.user], why

    def write_turns(self) -> None:
        """Keeps whose turn it was, so that the next pass goes on from there."""
        Turn.objects.bulk_create(
            [self._given[key] for key in sorted(self._given)],
            update_conflicts=True,
            unique_fields=["group", "user"],
            update_fields=["last_given_at"],
        )

    def _of(self, group: AccessGroup) -> list[Candidate]:
        if group.pk not in self._candidates:
            people = list(User.objects.with_role(group, WORKING_ROLES).present(self.now))
            self._count(person.pk for person in people)
            self._people.update({person.pk: person for person in people})
            turns = dict(Turn.objects.filter(group=group).values_list("user", "last_given_at"))
            self._candidates[group.pk] = [
                Candidate(p.pk, self._by_person[p.pk], p.open_ticket_cap, turns.get(p.pk))
                for p in people
            ]
        return self._candidates[group.pk]

    def _count(self, people: Iterable[int]) -> None:
        new = [person for person in people if person not in self._by_person]
        held = Ticket.objects.unresolved().live().filter(assignee__in=new)
        load = Counter(held.values_list("assignee", flat=True))
        self._by_person.update({person: load[person] for person in new})
