"""What was answered in a page and never sent becomes feedback by itself; what was shown long ago is
forgotten."""

from datetime import datetime

from django.db.models import QuerySet

from cxloop.kernel.due import drain
from cxloop.kernel.moment import moment
from feedback.web.actions import forget_shown_before, hear_parts
from feedback.web.actions.asked import KEPT
from feedback.web.models import Part

_BATCH = 5000


def hear_unsent() -> int:
    return drain(_due, hear_parts, batch=50)


def forget_shown() -> int:
    """What is older than any form may rest, in batches that hold no lock for long."""
    oldest_kept, forgotten = moment() - KEPT, 0
    while gone := forget_shown_before(oldest_kept, batch=_BATCH):
        forgotten += gone
    return forgotten


def _due(now: datetime) -> QuerySet[Part]:
    return Part.objects.due(now).select_related("source_key__source")
