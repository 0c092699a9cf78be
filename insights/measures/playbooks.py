"""Whether playbooks were followed, and which result went with that. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insights.measures.compared import Compared
from insights.measures.held import held_back
from insights.measures.recovered import of_answered, response
from insights.measures.rows import FOLLOWED, LEFT, UNSAID, Eligible, Repair, eligible
from insights.shares import Share


@dataclass(frozen=True)
class Used:
    """Repairs that a playbook fitted and that were said to be done, or in which it was left; of one
    version, or of all. `followed` is the share in which every step was made, `left` the share in
    which somebody left it with a reason, `unsaid` in which it was neither. `won_back` is of those
    whose customer answered: where it was followed, beside all where it was not. An association: the
    cases in which a playbook is left may be the harder ones."""

    rows: Eligible
    playbook: str = ""
    version: int | None = None
    is_held: bool = False

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def followed(self) -> Share:
        return self._share(FOLLOWED)

    @property
    def left(self) -> Share:
        return self._share(LEFT)

    @property
    def unsaid(self) -> Share:
        return self._share(UNSAID)

    def _share(self, use: str) -> Share:
        return Share(sum(row.playbook_use == use for row in self.rows), self.number)

    @property
    def response(self) -> Share:
        return response(self.rows)

    @property
    def won_back(self) -> Compared:
        followed, others = Eligible(), Eligible()
        for row in self.rows:
            (followed if row.playbook_use == FOLLOWED else others).append(row)
        return Compared(of_answered(followed), of_answered(others))


def used(rows: Iterable[Repair]) -> Used:
    """Of eligible repairs those of which it is on record; where no playbook fitted, or nobody has
    said that the repair is done, there is nothing to follow."""
    return Used(Eligible([row for row in eligible(rows) if row.playbook]))


def by_playbook(rows: Iterable[Repair]) -> Sequence[Used]:
    """The same by playbook and version, since a revised one is another; those held back last."""
    found: dict[tuple[str, int | None], Eligible] = defaultdict(Eligible)
    for row in used(rows).rows:
        found[row.playbook, row.playbook_version].append(row)
    held = held_back({key: len(some) for key, some in found.items()})
    lines = [Used(some, *key, key in held) for key, some in sorted(found.items())]
    return sorted(lines, key=lambda line: line.is_held)
