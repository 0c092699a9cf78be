"""What is known of reviews before an export is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q

from feedback.intake.models import Source
from feedback.stores.models import Review, Revision, StoreReply
from feedback.stores.reading import ReadReview, Wording


@dataclass
class Known:
    """A review, by which name its author is known, and what was read of it, oldest first: since
    when it said so, and the digest."""

    review: Review
    author: str
    wordings: list[tuple[datetime, str]] = field(default_factory=list)
    last_reply: datetime | None = None
    is_erased: bool = False
    wants_no_contact: bool = False
    is_changed: bool = False

    def place_of(self, wording: Wording, *, tells_edits: bool) -> str:
        """`new`: said from its own time on. `at some time`: said since it was read last, and nobody
        knows when. `known`: what it says. `outdated`: what it said once, in an older export."""
        if not self.wordings:
            return "new"
        since, digest = self.wordings[-1]
        if wording.digest == digest:
            return "known"
        if wording.at > since:
            return "new"
        if tells_edits or any(wording.digest == earlier for _, earlier in self.wordings):
            return "outdated"
        return "at some time"

    def has_spoken_since_reply(self, *, until: datetime) -> bool:
        """Whether a reply of then can be one more, and not the last one put otherwise."""
        last = self.last_reply
        return last is None or any(last < at <= until for at, _ in self.wordings)


def known_reviews(reads: Sequence[ReadReview], source: Source) -> dict[str, Known]:
    """By each mark that it is known by, in as many statements for many as for one."""
    marks = {mark for read in reads for mark in read.marks}
    of_source = Review.objects.filter(source=source)
    found = list(of_source.filter(Q(mark__in=marks) | Q(alias__in=marks)))
    known = {review.pk: Known(review, "") for review in found}
    for number, at, digest, author, erased_at, silent in _revisions(known):
        one = known[number]
        one.wordings.append((at, digest))
        one.author, one.wants_no_contact = author, silent
        one.is_erased |= erased_at is not None
    replied = StoreReply.objects.filter(review__in=known).values_list("review")
    for number, last in replied.annotate(last=Max("at")):
        known[number].last_reply = last
    by_alias = {one.review.alias: one for one in known.values() if one.review.alias}
    return by_alias | {one.review.mark: one for one in known.values()}


def _revisions(
    known: dict[int, Known],
) -> list[tuple[int, datetime, str, str, datetime | None, bool]]:
    of_author = ("external_id", "erased_at", "do_not_contact")
    names = [f"feedback__customer__{name}" for name in of_author]
    rows = Revision.objects.filter(review__in=known).order_by("at", "pk")
    return list(rows.values_list("review", "at", "digest", *names))
