"""Durations and time left, in words and by urgency."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86_400
URGENT, SOON = 4 * HOUR, 24 * HOUR
IN_HOURS_UP_TO = 100 * HOUR


@dataclass(frozen=True)
class TimeLeft:
    """`level` is overdue, urgent, soon or later: told by a shape beside the words, so that nobody
    has to tell colours apart."""

    level: str
    words: str


def time_left(due_at: datetime, now: datetime) -> TimeLeft:
    left = int((due_at - now).total_seconds())
    if left < 0:
        return TimeLeft("overdue", _("%(time)s over") % {"time": short(-left)})
    level = "urgent" if left < URGENT else "soon" if left < SOON else "later"
    return TimeLeft(level, _("%(time)s left") % {"time": short(left)})


def short(seconds: int) -> str:
    """To be read in passing: 12 min, 3 h 12 min, 6 d 3 h."""
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < IN_HOURS_UP_TO:
        hours, rest = divmod(seconds, HOUR)
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest // MINUTE}
    days, rest = divmod(seconds, DAY)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": rest // HOUR}


def exact(seconds: int) -> str:
    """To be added up: 48 hours, 3 hours 20 minutes. Hours are never folded into days: beside
    opening hours two days could mean 48 hours or 18."""
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        if minutes
        else "",
        ngettext("%(count)d second", "%(count)d seconds", left) % {"count": left} if left else "",
    ]
    return " ".join(part for part in parts if part) or _("no time")
