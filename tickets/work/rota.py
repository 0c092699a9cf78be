"""Who of a group can take a ticket just now, with how much they carry already."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from accounts.models import AccessGroup, Membership, User
from accounts.roles import LEADING_ROLES, WORKING_ROLES
from tickets.work.assignment import BY_HAND, LEAST_LOADED, Candidate, choose, give
from tickets.work.models import Ticket, Turn


class Rota:
    """The candidates of all groups of one pass: read once, where somebody is wanted, and counted
    on. How much each carries is asked only where it matters."""

    def __init__(self, groups: Iterable[AccessGroup], now: datetime) -> None:
        self.now = now
        self._groups = [group.pk for group in groups]
        self._handed_out: Counter[int] = Counter()
        self._given: dict[tuple[int, int], Turn] = {}

    def next_owner(self, group: AccessGroup, strategy: str) -> tuple[User | None, str]:
        candidates = self._candidates[group.pk] if strategy != BY_HAND else []
        if strategy == LEAST_LOADED or any(one.cap is not None for one in candidates):
            for one in candidates:
                one.open_tickets = self._stored_load[one.user] + self._handed_out[one.user]
        chosen, why = choose(strategy, candidates)
        if chosen is None:
            return None, why
        return self._give(group, chosen), why

    def next_senior(self, group: AccessGroup) -> tuple[User | None, str]:
        """Of those who lead it, whoever carries least."""
        candidates = [one for one in self._candidates[group.pk] if one.is_senior]
        for one in candidates:
            one.open_tickets = self._stored_load[one.user] + self._handed_out[one.user]
        chosen, why = choose(LEAST_LOADED, candidates)
        if chosen is None:
            return None, why
        return self._give(group, chosen), "a failure again: to somebody who leads the group"

    def write_turns(self) -> None:
        """Keeps whose turn it was, so that the next pass goes on from there."""
        Turn.objects.bulk_create(
            [self._given[key] for key in sorted(self._given)],
            update_conflicts=True,
            unique_fields=["group", "user"],
            update_fields=["last_given_at"],
        )

    def _give(self, group: AccessGroup, chosen: Candidate) -> User:
        give(chosen, self.now)
        self._handed_out[chosen.user] += 1
        person = self._people[chosen.user]
        self._given[group.pk, person.pk] = Turn(group=group, user=person, last_given_at=self.now)
        return person

    @cached_property
    def _members(self) -> list[Membership]:
        held = Membership.objects.filter(group__in=self._groups, role__in=WORKING_ROLES)
        present = held.filter(user__in=User.objects.present(self.now))
        return list(present.select_related("user"))

    @cached_property
    def _people(self) -> dict[int, User]:
        return {held.user_id: held.user for held in self._members}

    @cached_property
    def _candidates(self) -> dict[int, list[Candidate]]:
        turns = Turn.objects.filter(group__in=self._groups)
        last = {(turn.group_id, turn.user_id): turn.last_given_at for turn in turns}
        candidates: dict[int, list[Candidate]] = defaultdict(list)
        for held in self._members:
            cap, turn = held.user.open_ticket_cap, last.get((held.group_id, held.user_id))
            leads = held.role in LEADING_ROLES
            candidates[held.group_id].append(Candidate(held.user_id, 0, cap, turn, leads))
        return candidates

    @cached_property
    def _stored_load(self) -> Counter[int]:
        """Over all groups. What was handed out in this pass is not yet stored."""
        return Counter(Ticket.objects.carried_by(self._people))
