"""Files are kept with the feedback that they came with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cxloop.kernel.files import keep_file
from feedback.intake.enclosures import Enclosure
from feedback.intake.models import FeedbackFile


def enclose(files: Mapping[UUID, Sequence[Enclosure]], *, now: datetime) -> None:
    """By feedback. To be called in the transaction that hears it. Contents are held in the order
    of their digests, as everybody holds them."""
    given = [
        (file.digest, feedback, place, file)
        for feedback, enclosed in files.items()
        for place, file in enumerate(enclosed)
    ]
    rows = [
        FeedbackFile(
            feedback_id=feedback, place=place, file=keep_file(file.name, file.body, now=now)
        )
        for _, feedback, place, file in sorted(given, key=lambda one: one[0])
    ]
    FeedbackFile.objects.bulk_create(rows)
