"""The rungs of a ladder in words: whom they tell, what they do, and for which tickets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from desk.durations import exact
from desk.words import said_as
from tickets.escalation.conditions import Conditions
from tickets.escalation.rungs import Address, Recipient, Rung, When

Names = Mapping[int, str]


@dataclass(frozen=True)
class RungTold:
    """`number` is its place in the ladder as it is written."""

    number: int
    rung: Rung
    tells: list[str]
    does: list[str]
    only_if: list[str]

    @property
    def line(self) -> str:
        """All of it in one line."""
        parts = [", ".join(self.tells), *self.does, *self.only_for, *self.urgently]
        what = f"{said_as(self.rung.clock, 'clock')} {height_of(self.rung.when)}"
        return f"{what}: {'; '.join(parts)}"

    @property
    def only_for(self) -> list[str]:
        return [f"{_('only for')} {', '.join(self.only_if)}"] if self.only_if else []

    @property
    def urgently(self) -> list[str]:
        return [_("urgent")] if self.rung.urgent else []


def names_in(rungs: Iterable[Rung]) -> dict[int, str]:
    """Of the people whom they name."""
    named = User.objects.filter(pk__in={user for rung in rungs for user in rung.people()})
    return dict(named.values_list("pk", "name"))


def height_of(when: When) -> str:
    """Where a rung stands."""
    measure, amount = when
    if measure == "percent":
        return _("at %(percent)d %% of the time") % {"percent": amount}
    if amount == 0:
        return _("when it is due")
    text = _("%(time)s after it is due") if amount > 0 else _("%(time)s before it is due")
    return text % {"time": exact(abs(amount))}


def tell_rungs(rungs: Sequence[Rung], names: Names | None = None) -> list[RungTold]:
    names = names_in(rungs) if names is None else names
    return [
        RungTold(
            number,
            rung,
            [_whom(one, names) for one in rung.tell],
            list(_does(rung, names)),
            list(_conditions(rung.only_if)),
        )
        for number, rung in enumerate(rungs, start=1)
    ]


def _whom(recipient: Recipient, names: Names) -> str:
    if isinstance(recipient, Address):
        return recipient.to
    if isinstance(recipient, int):
        return names.get(recipient, str(recipient))
    return said_as(recipient, "role")


def _does(rung: Rung, names: Names) -> Iterator[str]:
    if rung.set_priority:
        yield _("priority %(word)s") % {"word": said_as(rung.set_priority, "priority")}
    if rung.reassign_to is not None:
        yield _("given to: %(whom)s") % {"whom": _whom(rung.reassign_to, names)}
    if rung.add_watcher is not None:
        yield _("watched by: %(whom)s") % {"whom": _whom(rung.add_watcher, names)}


def _conditions(only_if: Conditions) -> Iterator[str]:
    if only_if.priority:
        yield _("priority %(word)s or higher") % {"word": said_as(only_if.priority, "priority")}
    if only_if.cycle:
        yield _("from cycle %(number)s on") % {"number": only_if.cycle}
    if only_if.value is not None:
        yield _("customer worth %(value)s or more") % {"value": only_if.value}
    if only_if.segments:
        yield _("customer of %(segments)s") % {"segments": ", ".join(only_if.segments)}
