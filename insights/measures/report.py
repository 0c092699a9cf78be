"""All that the report of repairs says of a period. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from insights.measures import (
    again,
    causes,
    follow_up,
    gestures,
    items,
    known,
    lines,
    money,
    playbooks,
    promoters,
    recovered,
    scores,
    times,
)
from insights.measures.compared import Compared
from insights.measures.earlier import as_it_stood
from insights.measures.held import held_back
from insights.measures.items import Item, Lowest
from insights.measures.means import Paired
from insights.measures.playbooks import Used
from insights.measures.promoters import Promoters
from insights.measures.rows import BESIDE, LONG, SHORT, Eligible, Repair, eligible, last_of_each
from insights.measures.survival import Curve
from insights.shares import Share


@dataclass(frozen=True)
class Recovery:
    """`rows` were received in the period, `earlier` in the one before it, equally long. `now` is up
    to when it is told, `days` are those of the zone."""

    rows: Sequence[Repair]
    earlier: Sequence[Repair]
    now: datetime
    zone: tzinfo
    days: Sequence[date]

    @cached_property
    def counted(self) -> Eligible:
        return eligible(self.rows)

    @cached_property
    def counted_before(self) -> Eligible:
        return eligible(self.earlier)

    @cached_property
    def stood_before(self) -> Eligible:
        """The period before, as it was known one such period ago."""
        return as_it_stood(self.counted_before, self.now - timedelta(days=len(self.days)))

    @cached_property
    def eligible(self) -> int:
        return len(self.counted)

    @cached_property
    def beside(self) -> dict[str, int]:
        """How many do not count, by the first reason that holds."""
        return {why: sum(row.standing == why for row in self.rows) for why in BESIDE}

    @cached_property
    def in_48_hours(self) -> Compared:
        before = follow_up.in_48_hours(self.counted_before, self.now)
        return Compared(follow_up.in_48_hours(self.counted, self.now), before)

    @cached_property
    def attempted(self) -> Share:
        return follow_up.attempted_in_48_hours(self.counted, self.now)

    @cached_property
    def as_promised(self) -> Share:
        return follow_up.as_promised(self.counted, self.now)

    @cached_property
    def acknowledged(self) -> Share:
        return follow_up.acknowledged(self.counted)

    @cached_property
    def closed_without_contact(self) -> int:
        return follow_up.closed_without_contact(self.counted)

    @cached_property
    def on_track(self) -> int:
        return follow_up.on_track(self.counted, self.now)

    @cached_property
    def by_day(self) -> Sequence[follow_up.DayOf48]:
        return follow_up.by_day(self.counted, self.days, self.zone, self.now)

    @cached_property
    def held_days(self) -> set[date]:
        return held_back({one.day: one.in_48_hours.whole for one in self.by_day})

    @cached_property
    def curves(self) -> dict[str, Curve]:
        return {
            "acknowledge": times.to_acknowledge(self.counted, self.now),
            "first_contact": times.to_first_contact(self.counted, self.now),
            "close": times.to_close(self.counted, self.now),
        }

    @cached_property
    def response(self) -> Compared:
        return Compared(recovered.response(self.counted), recovered.response(self.stood_before))

    @cached_property
    def of_answered(self) -> Compared:
        return Compared(
            recovered.of_answered(self.counted), recovered.of_answered(self.stood_before)
        )

    @cached_property
    def of_asked(self) -> Compared:
        return Compared(recovered.of_asked(self.counted), recovered.of_asked(self.stood_before))

    @cached_property
    def of_eligible(self) -> Compared:
        return Compared(
            recovered.of_eligible(self.counted), recovered.of_eligible(self.stood_before)
        )

    @cached_property
    def improved(self) -> Share:
        return recovered.improved(self.counted)

    @cached_property
    def heard(self) -> Share:
        return recovered.heard(self.counted)

    @cached_property
    def closure(self) -> recovered.Closure:
        return recovered.closure(self.counted)

    @cached_property
    def answers(self) -> Paired:
        return scores.answers_in_pairs(self.counted)

    @cached_property
    def items(self) -> dict[str, Item]:
        return items.items(self.counted)

    @cached_property
    def lowest(self) -> Lowest:
        return items.lowest(self.counted)

    @cached_property
    def promoters(self) -> Promoters:
        return promoters.promoters_again(self.counted, self.now)

    @cached_property
    def later(self) -> Sequence[scores.Later]:
        return scores.later_scores(self.counted, self.now)

    @cached_property
    def reopened(self) -> dict[int, Share]:
        return {w.days: again.reopened(self.counted, w, self.now) for w in (SHORT, LONG)}

    @cached_property
    def failed_again(self) -> dict[int, Share]:
        return {w.days: again.failed_again(self.counted, w) for w in (SHORT, LONG)}

    @cached_property
    def same_cause_again(self) -> dict[int, Share]:
        return {w.days: again.same_cause_again(self.counted, w) for w in (SHORT, LONG)}

    @cached_property
    def double(self) -> again.Double:
        return again.double_deviations(self.counted)

    @cached_property
    def costs(self) -> Sequence[money.Cost]:
        return money.costs(self.rows, last_of_each(self.counted))

    @cached_property
    def values(self) -> money.Values:
        return money.values(self.counted)

    @cached_property
    def causes(self) -> Sequence[causes.Cause]:
        return causes.causes(self.counted, self.stood_before)

    @cached_property
    def gestures(self) -> Sequence[gestures.Tried]:
        return gestures.gestures(self.counted)

    @cached_property
    def playbooks(self) -> Used:
        return playbooks.used(self.counted)

    @cached_property
    def by_playbook(self) -> Sequence[Used]:
        return playbooks.by_playbook(self.counted)

    @cached_property
    def groups(self) -> Sequence[lines.Line]:
        return lines.lines(self.counted, lambda row: row.group, self.now)

    @cached_property
    def sources(self) -> Sequence[lines.Line]:
        return lines.lines(self.counted, lambda row: row.source, self.now)

    @cached_property
    def known(self) -> dict[str, Share]:
        return known.known(self.counted)
