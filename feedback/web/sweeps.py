"""What was answered in a page and never sent becomes feedback by itself."""

from datetime import datetime

from django.db.models import QuerySet

from cxloop.kernel.due import drain
from feedback.web.actions import hear_parts
from feedback.web.models import Part


def hear_unsent() -> int:
    return drain(_due, hear_parts, batch=50)


def _due(now: datetime) -> QuerySet[Part]:
    return Part.objects.due(now).select_related("source_key__source")
