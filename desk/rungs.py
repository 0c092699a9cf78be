"""The rungs of a ladder in words: whom they tell, what they do, and for which tickets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from desk.words import said_as
from tickets.escalation.conditions import Conditions
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import Address, Recipient, Rung, stored_rungs

Names = Mapping[int, str]


@dataclass(frozen=True)
class RungTold:
    rung: Rung
    tells: list[str]
    does: list[str]
    only_if: list[str]


def tell_rungs(ladder: Ladder) -> list[RungTold]:
    rungs = stored_rungs(ladder.rungs)
    named = User.objects.filter(pk__in={user for rung in rungs for user in rung.people()})
    names = dict(named.values_list("pk", "name"))
    return [
        RungTold(
            rung,
            [_whom(one, names) for one in rung.tell],
            list(_does(rung, names)),
            list(_conditions(rung.only_if)),
        )
        for rung in rungs
    ]


def _whom(recipient: Recipient, names: Names) -> str:
    if isinstance(recipient, Address):
        return recipient.to
    if isinstance(recipient, int):
        return names[recipient]
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
