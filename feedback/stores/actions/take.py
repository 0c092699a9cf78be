"""What an export says of reviews is taken, each wording and each reply once, however often and in
however many files it stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import CxloopError
from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.actions.import_rows import Recorded
from feedback.intake.models import Contactable, Source
from feedback.intake.submission import Person, read_submission
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry
from feedback.stores.known import Known, known_reviews
from feedback.stores.models import Review, Revision, StoreReply
from feedback.stores.reading import NoReview, ReadReview, ToldReply, Wording

LONGEST_ID = 255
COUNTED = ("read", "new", "edited", "replies", "already there", "outdated", "erased", "rejected")


@dataclass
class Taken:
    """How many of what; and, by its place in the file, why something was not taken."""

    count: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTED, 0)))
    refused: list[NoReview] = field(default_factory=list)

    def add(self, other: "Taken") -> None:
        self.count.update(other.count)
        self.refused += other.refused


@transaction.atomic
def take_reviews(
    reads: Sequence[ReadReview | NoReview], source: Source, *, by: str, now: datetime, live: bool
) -> Taken:
    """`by` is who imports it, as history will say. One import a source at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reviews'), %s)", [source.pk])
    batch = _Batch(source, by, now, live)
    reviews = [read for read in reads if isinstance(read, ReadReview)]
    batch.known = known_reviews(reviews, source)
    for read in reads:
        batch.take(read)
    batch.write()
    return batch.taken


class _Batch:
    """One pass over some of an export."""

    def __init__(self, source: Source, by: str, now: datetime, live: bool) -> None:
        self.source, self.by, self.now, self.live = source, by, now, live
        self.known: dict[str, Known] = {}
        self.taken = Taken()
        self.new: list[Review] = []
        self.entries: list[Entry] = []
        self.revisions: list[Revision] = []
        self.replies: list[StoreReply] = []

    def take(self, read: ReadReview | NoReview) -> None:
        count = self.taken.count
        count["read"] += 1
        if isinstance(read, NoReview):
            self._refuse(read.place, read.reason)
            return
        try:
            entries = [(wording, self._entry(read, wording)) for wording in read.wordings]
        except CxloopError as error:
            self._refuse(read.place, error.detail)
            return
        self.taken.refused += [NoReview(read.place, remark) for remark in read.remarks]
        known = self._recognised(read)
        if known.is_erased:
            count["erased"] += 1
            return
        heard = [self._hear(known, read, wording, entry) for wording, entry in entries]
        self._take_replies(known, read)
        count["already there"] += not any(heard)

    def _refuse(self, place: str, reason: str) -> None:
        self.taken.count["rejected"] += 1
        self.taken.refused.append(NoReview(place, reason))

    def _recognised(self, read: ReadReview) -> Known:
        """By its first name, or as one that had only the others yet: two that were written in the
        same moment are two, once the store names them."""
        first, *others = read.marks
        if first in self.known:
            return self.known[first]
        unnamed = next((self.known[mark] for mark in others if mark in self.known), None)
        if unnamed is not None and not unnamed.review.alias:
            unnamed.review.alias, unnamed.is_changed = first, unnamed.review.pk is not None
            return self.known.setdefault(first, unnamed)
        author = f"{read.store}:{read.names[0]}"[:LONGEST_ID]
        known = Known(Review(source=self.source, store=read.store, mark=first), author)
        self.new.append(known.review)
        return self.known.setdefault(first, known)

    def _hear(self, known: Known, read: ReadReview, wording: Wording, entry: Entry) -> bool:
        """Whether it is a wording that was not known."""
        said = known.place_of(wording, tells_edits=read.tells_edits)
        if said == "known":
            return False
        if said == "outdated":
            self.taken.count["outdated"] += 1
            return True
        if said == "at some time":  # since it was read last: the store does not say when
            entry = replace(entry, received_at=self.now, occurred_at=None, imported_at=None)
            entry = replace(entry, quiet=False)
        self.taken.count["edited" if known.wordings else "new"] += 1
        self._write_down(known, wording, _said_by(known, read, entry))
        return True

    def _write_down(self, known: Known, wording: Wording, entry: Entry) -> None:
        known.wordings.append((entry.received_at, wording.digest))
        self.entries.append(entry)
        at, digest = entry.received_at, wording.digest
        revision = Revision(feedback_id=entry.id, review=known.review, at=at, digest=digest)
        self.revisions.append(revision)

    def _entry(self, read: ReadReview, wording: Wording) -> Entry:
        """Raises Refused."""
        body = {
            "score": {"type": "stars", "value": wording.stars},
            "comment": storable(wording.text),
            "context": storable({"store": read.store.value, **read.context}),
            "occurred_at": wording.at,
            "backdated": True,
        }
        said = read_submission(body, now=self.now, shape=Recorded)
        return entry_for(said, source=self.source, now=self.now, live=self.live)

    def _take_replies(self, known: Known, read: ReadReview) -> None:
        for reply in sorted(read.replies, key=lambda one: one.at):
            if reply.at > self.now:
                self.taken.refused.append(NoReview(read.place, "The reply is of the future."))
            elif known.last_reply is None or reply.at > known.last_reply:
                self.replies.append(self._reply(known, reply))
                known.last_reply = reply.at
                self.taken.count["replies"] += 1

    def _reply(self, known: Known, reply: ToldReply) -> StoreReply:
        return StoreReply(
            review=known.review,
            text=str(storable(reply.text)),
            at=reply.at,
            is_edit=not known.has_spoken_since_reply(until=reply.at),
            told_at=self.now,
            told_by=self.by,
        )

    def write(self) -> None:
        Review.objects.bulk_create(self.new)
        renamed = {id(known): known.review for known in self.known.values() if known.is_changed}
        Review.objects.bulk_update(renamed.values(), ["alias"])
        hear_many(self.entries, trust=Trust.CLAIMED, now=self.now)
        Revision.objects.bulk_create(self.revisions)
        StoreReply.objects.bulk_create(self.replies)
        if self.replies:
            nudge_after_commit("answers")


def _said_by(known: Known, read: ReadReview, entry: Entry) -> Entry:
    """Nobody vouches for a nickname: whoever wrote a review is known by the review alone."""
    nickname, language = str(storable(read.nickname))[:255], read.language[:35]
    person = Person(id=known.author, name=nickname or None, locale=language or None)
    said = entry.said.model_copy(update={"customer": person})
    way = Contactable.NONE if known.wants_no_contact else Contactable.STORE
    return replace(entry, said=said, contactable=way)
