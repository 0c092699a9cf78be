"""The ladders in force, as one pass reads them."""

from tickets.escalation.models import Ladder
from tickets.escalation.rungs import WATCHERS, Rung, stored_rungs


class Ladders:
    def __init__(self) -> None:
        self._by_group = {ladder.group_id: ladder for ladder in Ladder.objects.current()}
        self._rungs: dict[int, tuple[Rung, ...]] = {}

    def of(self, group: int) -> tuple[Ladder | None, tuple[Rung, ...]]:
        """The group's own, otherwise the one for all; without either there is nothing to climb."""
        ladder = self._by_group.get(group) or self._by_group.get(None)
        return (ladder, self._read(ladder)) if ladder else (None, ())

    def people(self) -> set[int]:
        """Everybody whom any rung names, rather than their level."""
        rungs = (rung for ladder in self._by_group.values() for rung in self._read(ladder))
        return {user for rung in rungs for user in rung.people()}

    def tell_watchers(self) -> bool:
        rungs = (rung for ladder in self._by_group.values() for rung in self._read(ladder))
        return any(WATCHERS in rung.tell for rung in rungs)

    def _read(self, ladder: Ladder) -> tuple[Rung, ...]:
        if ladder.pk not in self._rungs:
            self._rungs[ladder.pk] = stored_rungs(ladder.rungs)
        return self._rungs[ladder.pk]
