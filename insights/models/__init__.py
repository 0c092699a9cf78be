"""What the room keeps: forecasts and how they held, the figures of past days, wishes for letters,
and what became of every repair."""

from insights.models.days import CountedDay, CountedDayQuerySet, DayTally, Walked
from insights.models.digests import DigestWish, DigestWishQuerySet
from insights.models.forecasts import Forecast, ForecastQuerySet, Verdict, VerdictQuerySet
from insights.models.repairs import (
    RepairRecord,
    RepairRecordQuerySet,
    Unrecorded,
    UnrecordedQuerySet,
)

__all__ = [
    "CountedDay",
    "CountedDayQuerySet",
    "DayTally",
    "DigestWish",
    "DigestWishQuerySet",
    "Forecast",
    "ForecastQuerySet",
    "RepairRecord",
    "RepairRecordQuerySet",
    "Unrecorded",
    "UnrecordedQuerySet",
    "Verdict",
    "VerdictQuerySet",
    "Walked",
]
