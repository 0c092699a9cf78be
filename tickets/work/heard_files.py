"""Files that came with feedback, for whoever sees the feedback."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from feedback.intake.models import Feedback, FeedbackFile


def heard_file(seen: QuerySet[Feedback], pk: UUID, number: int) -> FeedbackFile | None:
    """`seen` is all the feedback that the asker may see."""
    return FeedbackFile.objects.of(seen.filter(pk=pk)).filter(pk=number).first()


def files_heard_with(feedback: Collection[UUID]) -> dict[UUID, list[FeedbackFile]]:
    """Of feedback that the asker sees already."""
    found: dict[UUID, list[FeedbackFile]] = defaultdict(list)
    rows = FeedbackFile.objects.filter(feedback__in=feedback).select_related("file")
    for row in rows.order_by("feedback", "place"):
        found[row.feedback_id].append(row)
    return found


def show_heard_file(row: FeedbackFile) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.file.name,
        "kind": row.file.kind,
        "size": row.file.size,
        "drawn": row.file.preview_id is not None,
    }
