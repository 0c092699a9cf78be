"""A review that was edited: what it says now belongs where it was heard before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from feedback.intake.models import Feedback
from feedback.intake.scores import POSITIVE
from feedback.stores.models import Revision
from tickets.work.actions.join import Joining
from tickets.work.actor import CUSTOMER
from tickets.work.models import TicketFeedback


@dataclass(frozen=True)
class Edit:
    """What a review says now, and what it said when it was heard last, on this ticket."""

    feedback: Feedback
    before: TicketFeedback

    @property
    def is_kind(self) -> bool:
        return self.feedback.worst_class == POSITIVE

    def joining(self, reason: dict[str, Any]) -> Joining:
        """`reason` is the rule's, where one would have had it; else it is their doing alone."""
        stars = {
            "stars": self.feedback.score_value,
            "stars_before": self.before.feedback.score_value,
        }
        said = {"feedback": str(self.feedback.pk), **reason, "edited": True, **stars}
        actor = None if reason else CUSTOMER
        return Joining(self.before.ticket_id, self.feedback, said, actor, is_kind=self.is_kind)


def edits_among(reviews: Sequence[Feedback]) -> dict[UUID, Edit]:
    """Those of these reviews, by their feedback, of which a ticket has an earlier wording; in as
    many statements for many as for one.

    A complaint of today does not go where nobody is alarmed: what was imported as history stays
    history, and it opens a ticket of its own.
    """
    if not reviews:
        return {}
    review_of = dict(_revisions(feedback__in=reviews))
    earlier = dict(_revisions(review__in=set(review_of.values())))
    links = TicketFeedback.objects.filter(feedback__in=earlier).order_by("received_at", "pk")
    last = {earlier[link.pk]: link for link in links.select_related("feedback", "ticket")}
    found = [(f, last[review_of[f.pk]]) for f in reviews if review_of.get(f.pk) in last]
    edits = [Edit(feedback, link) for feedback, link in found if link.pk != feedback.pk]
    return {e.feedback.pk: e for e in edits if e.is_kind or _is_heard(e)}


def _is_heard(edit: Edit) -> bool:
    return edit.feedback.quiet or not edit.before.ticket.quiet


def _revisions(**of: Any) -> list[tuple[UUID, int]]:
    return list(Revision.objects.filter(**of).values_list("feedback", "review"))
