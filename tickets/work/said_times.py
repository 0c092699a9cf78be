"""A time as a customer reads it: by their clock, as far as we know it, and in their language."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import dateformat, translation

from feedback.intake.call_backs import call_back_in
from feedback.intake.models import Feedback
from tickets.work.letter_words import ENGLISH, KOREAN
from tickets.work.models import Ticket

_HOW = {ENGLISH: "l j F Y, H:i", KOREAN: "Y년 n월 j일 l H:i"}


def said_time(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Friday 27 November 2026, 14:00 (KST)."""
    local = at.astimezone(zone)
    with translation.override(language):
        said = dateformat.format(local, _HOW[language])
    return f"{said} ({zone_mark(local)})"


def zone_mark(local: datetime) -> str:
    """Zones without a name of their own are told by their distance."""
    mark = local.strftime("%Z")
    return f"UTC{mark}" if mark[:1] in {"+", "-"} else mark


def zone_in(heard: Iterable[Feedback]) -> ZoneInfo:
    """The one that they named last for a call, else that of the source through which they spoke
    first. `heard` is in the order of receipt, its sources with it."""
    rows = list(heard)
    named = [wish.zone for one in rows if (wish := call_back_in(one.answers)) and wish.zone]
    sources = [one.source.time_zone for one in rows[:1]]
    return ZoneInfo([*sources, *named][-1] if rows else "UTC")


def zone_of(ticket: Ticket) -> ZoneInfo:
    """Where the customer most likely is."""
    heard = Feedback.objects.filter(pk__in=ticket.feedback_links.values("feedback"))
    return zone_in(heard.select_related("source").order_by("received_at", "pk"))
