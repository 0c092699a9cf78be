"""How one release of an app was received, beside the one before it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from feedback.intake.device import APP_VERSION
from feedback.intake.models import Feedback, Source
from feedback.intake.scores import NEGATIVE, POSITIVE, UNSCORED
from insights.change import UNKNOWN, NetPromoters, change_of_promoters, change_of_share
from insights.shares import Share
from insights.versions import order_of

MOST_RELEASES = 20
# Of fewer nothing is told but that there were some.
FEWEST = 5
# By the index that lists a source: what is looked at costs the same however much is stored, and no
# post pays for an index that only this would read.
MOST_READ = 20_000
A_DAY = timedelta(days=1)
LONGEST_VERSION = 64

_COUNT = """
WITH newest AS (
    SELECT heard.* FROM generate_series(%(since)s, %(until)s, interval '1 day') AS day (begins)
    CROSS JOIN LATERAL (
        SELECT id, context, received_at, score_type, score_value, score_class, worst_class
        FROM intake_feedback WHERE source_id = %(source)s
            AND received_at >= day.begins AND received_at < day.begins + interval '1 day'
        ORDER BY received_at DESC, id DESC LIMIT %(most)s
    ) AS heard
), said AS (
    SELECT *, left(context ->> %(name)s, %(longest)s) AS version FROM newest
    WHERE jsonb_typeof(context -> %(name)s) IN ('string', 'number')
    AND btrim(context ->> %(name)s) <> ''
    AND NOT EXISTS (
        SELECT FROM intake_quarantine AS held
        WHERE held.feedback_id = newest.id AND held.released_at IS NULL
    )
)
SELECT version, score_type, count(*), sum(score_value),
    count(*) FILTER (WHERE score_class = %(positive)s),
    count(*) FILTER (WHERE score_class = %(negative)s),
    count(*) FILTER (WHERE worst_class = %(negative)s),
    count(*) FILTER (WHERE worst_class <> %(unscored)s),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM work_ticketfeedback AS link WHERE link.feedback_id = said.id
    ) AND NOT EXISTS (
        SELECT FROM work_triage AS triage
        WHERE triage.feedback_id = said.id AND triage.decision = 'joined'
    )),
    min(received_at), max(received_at)
FROM said GROUP BY version, score_type
"""


class Counted(NamedTuple):
    """What one statement counts of one version and one type of score."""

    version: str
    score_type: str
    feedback: int
    total: int | None
    positive: int
    negative: int
    unhappy: int
    scored: int
    tickets: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Scored:
    """The main scores of one type."""

    type: str
    number: int
    total: int
    positive: Share
    negative: int
    change: str = UNKNOWN

    @property
    def mean(self) -> float:
        return self.total / self.number

    @property
    def promoters(self) -> NetPromoters | None:
        if self.type != "nps":
            return None
        return NetPromoters(self.positive.part, self.negative, self.number)


@dataclass(frozen=True)
class Release:
    """`change` is that of the negative share, against the release before."""

    version: str
    feedback: int
    first_at: datetime
    last_at: datetime
    tickets: Share
    negative: Share
    scores: Sequence[Scored] = ()
    change: str = UNKNOWN

    @property
    def is_hidden(self) -> bool:
        return self.feedback < FEWEST


@dataclass(frozen=True)
class Releases:
    """The newest first; `more` are further ones. `is_whole` says that nothing was left out:
    otherwise of each day as many were read, the newest of it."""

    is_whole: bool
    found: Sequence[Release]
    more: int = 0


def releases_of(source: Source, *, since: datetime, until: datetime) -> Releases:
    """Of what counts for anything, from at most MOST_READ feedback."""
    heard = Feedback.objects.filter(source=source).received_between(since, until)
    is_whole = len(heard.order_by().values_list("pk")[: MOST_READ + 1]) <= MOST_READ
    days = -(-(until - since) // A_DAY)
    counted = _count(source, since, until, MOST_READ if is_whole else max(MOST_READ // days, 1))
    releases = _in_order(_released(counted))
    shown = list(_compared(releases[:MOST_RELEASES]))
    return Releases(is_whole, shown, max(len(releases) - MOST_RELEASES, 0))


def _count(source: Source, since: datetime, until: datetime, most_a_day: int) -> list[Counted]:
    asked: dict[str, Any] = {
        **{"source": source.pk, "since": since, "until": until, "most": most_a_day},
        **{"positive": POSITIVE, "negative": NEGATIVE, "unscored": UNSCORED},
        **{"name": APP_VERSION, "longest": LONGEST_VERSION},
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        return [Counted(*row) for row in cursor.fetchall()]


def _released(counted: Iterable[Counted]) -> Iterator[Release]:
    by_version: dict[str, list[Counted]] = defaultdict(list)
    for one in counted:
        by_version[one.version].append(one)
    for version, parts in by_version.items():
        feedback = sum(one.feedback for one in parts)
        yield Release(
            version,
            feedback,
            min(one.first_at for one in parts),
            max(one.last_at for one in parts),
            Share(sum(one.tickets for one in parts), feedback),
            Share(sum(one.unhappy for one in parts), sum(one.scored for one in parts)),
            [_scored(one) for one in sorted(parts) if one.score_type and one.feedback >= FEWEST],
        )


def _scored(one: Counted) -> Scored:
    positive = Share(one.positive, one.feedback)
    return Scored(one.score_type, one.feedback, one.total or 0, positive, one.negative)


def _in_order(releases: Iterable[Release]) -> list[Release]:
    """By what they are called; those that no version is called, by when they were last heard of."""
    named, others = [], []
    for one in releases:
        order = order_of(one.version)
        if order is None:
            others.append(one)
        else:
            named.append((order, one.version, one))
    named.sort(key=lambda known: known[:2], reverse=True)
    others.sort(key=lambda one: (one.last_at, one.version), reverse=True)
    return [one for *_, one in named] + others


def _compared(releases: Sequence[Release]) -> Iterator[Release]:
    """Each with what came before it and is not hidden."""
    for place, one in enumerate(releases):
        before = next((old for old in releases[place + 1 :] if not old.is_hidden), None)
        yield one if one.is_hidden or before is None else _beside(one, before)


def _beside(one: Release, before: Release) -> Release:
    earlier = {score.type: score for score in before.scores}
    scores = [
        Scored(**{**vars(score), "change": _change(score, earlier.get(score.type))})
        for score in one.scores
    ]
    enough = min(one.negative.whole, before.negative.whole) >= FEWEST
    change = change_of_share(one.negative, before.negative, more_is_better=False)
    return Release(**{**vars(one), "scores": scores, "change": change if enough else UNKNOWN})


def _change(score: Scored, before: Scored | None) -> str:
    if before is None:
        return UNKNOWN
    if score.promoters and before.promoters:
        return change_of_promoters(score.promoters, before.promoters)
    return change_of_share(score.positive, before.positive, more_is_better=True)
