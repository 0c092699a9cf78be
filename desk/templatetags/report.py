"""How the board and the report write waits and shares."""

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _

from desk.durations import short
from desk.times import on_day
from insights.shares import Share

register = template.Library()


@register.simple_tag
def waited(since: datetime, now: datetime) -> str:
    return short(max(int((now - since).total_seconds()), 0))


@register.simple_tag
def waited_about(since: datetime, now: datetime) -> str:
    """To be read across a room."""
    minutes = max(int((now - since).total_seconds()) // 60, 0)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 100 * 60:
        return _("%(hours)d h") % {"hours": minutes // 60}
    return _("%(days)d d") % {"days": minutes // (24 * 60)}


@register.filter
def took(seconds: float | None) -> str:
    return "–" if seconds is None else short(int(seconds))


@register.filter
def whisker(share: Share) -> dict[str, str] | None:
    """Where an interval begins and ends, on a line of a hundred: `low`, `at`, `high`."""
    if share.value is None or share.interval is None:
        return None
    low, high = share.interval
    ends = {"low": low, "at": share.value, "high": high}
    return {name: f"{100 * value:.1f}" for name, value in ends.items()}


@register.filter
def exact_percent(share: float | str | None) -> str:
    """For a chart. Of what is not there a template makes a blank."""
    return f"{share * 100:.2f}" if isinstance(share, float) else ""


@register.filter
def points(promoters: float) -> str:
    """Of a hundred, as NPS is told."""
    return f"{100 * promoters:+.0f}".replace("-", "−")


@register.filter
def whole_day(day: date) -> str:
    return on_day(day, "date")


@register.filter
def short_day(day: date) -> str:
    return on_day(day, "short")
