"""What one version of a ladder made of the one before."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from desk.durations import exact
from desk.rungs import Names, RungTold, names_in, tell_rungs
from desk.versions import MOST_SHOWN, VersionTold, told_versions
from tickets.escalation.models import Ladder, LadderVersion
from tickets.escalation.rungs import Rung, stored_rungs

Height = tuple[str, object]


def versions_of(ladder: Ladder) -> list[VersionTold[LadderVersion]]:
    kept = ladder.versions.select_related("written_by").order_by("-version")
    rows = list(kept[: MOST_SHOWN + 1])
    names = names_in(rung for row in rows for rung in stored_rungs(row.rungs))
    return told_versions(rows, lambda old, new: _differences(old, new, names))


def _differences(old: LadderVersion, new: LadderVersion, names: Names) -> Iterator[str]:
    before, after = stored_rungs(old.rungs), stored_rungs(new.rungs)
    yield from _of_rungs(_by_height(before, names), _by_height(after, names))
    if before != after and set(before) == set(after):
        yield _("Another order.")
    if old.pause_s != new.pause_s:
        words = _("Once somebody has taken note, the next rungs wait: %(before)s → %(after)s")
        yield words % {"before": exact(old.pause_s), "after": exact(new.pause_s)}


def _of_rungs(before: Mapping[Height, RungTold], after: Mapping[Height, RungTold]) -> Iterator[str]:
    for height, told in after.items():
        if height not in before:
            yield _("Added: %(what)s") % {"what": told.line}
        elif before[height].rung != told.rung:
            said = {"before": before[height].line, "after": told.line}
            yield _("Changed: %(before)s → %(after)s") % said
    for height, told in before.items():
        if height not in after:
            yield _("Taken away: %(what)s") % {"what": told.line}


def _by_height(rungs: Sequence[Rung], names: Names) -> dict[Height, RungTold]:
    """A rung is the same rung by its clock and its height."""
    return {(told.rung.clock, told.rung.when): told for told in tell_rungs(rungs, names)}
