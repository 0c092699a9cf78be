"""What the room keeps: opening hours, what is promised, and the clocks of each promise."""

from tickets.sla.models.calendar import Calendar, CalendarVersion, CurrentQuerySet
from tickets.sla.models.clock import (
    AMONG_US,
    OWED_THEM,
    Clock,
    ClockEvent,
    ClockQuerySet,
    Kind,
    Promise,
)
from tickets.sla.models.policy import (
    FORTY_EIGHT_HOURS,
    HOUR,
    Policy,
    PolicyVersion,
    PolicyVersionQuerySet,
)
from tickets.sla.models.upkeep import Upkeep

__all__ = [
    "AMONG_US",
    "FORTY_EIGHT_HOURS",
    "HOUR",
    "OWED_THEM",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "ClockEvent",
    "ClockQuerySet",
    "CurrentQuerySet",
    "Kind",
    "Policy",
    "PolicyVersion",
    "PolicyVersionQuerySet",
    "Promise",
    "Upkeep",
]
