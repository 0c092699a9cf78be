"""How the board and the report write waits and shares."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from desk.durations import short
from desk.times import local, on_day
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
def whisker_of(told: dict[str, Any]) -> dict[str, str] | None:
    """The same, of a share as it is told over the API."""
    if told["share"] is None:
        return None
    ends = {"low": told["low"], "at": told["share"], "high": told["high"]}
    return {name: f"{100 * value:.1f}" for name, value in ends.items()}


@register.filter
def points_between(share: float | None) -> str:
    """A difference of shares, in points of a hundred."""
    return "–" if share is None else f"{100 * share:+.0f}".replace("-", "−")


@register.filter
def change_of_score(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


@register.filter
def score_of(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


@register.filter
def amount(told: str | None) -> str:
    """In thousands, as it is told over the API."""
    return "–" if told is None else f"{Decimal(told):,}"


@register.filter
def in_thousands(number: int) -> str:
    return f"{number:,}"


@register.filter
def within(seconds: int) -> str:
    """A mark on a curve: whole hours for two days, then whole days."""
    if seconds < 3600:
        return _("%(minutes)d min") % {"minutes": seconds // 60}
    if seconds <= 48 * 3600:
        return _("%(hours)d h") % {"hours": seconds // 3600}
    return _("%(days)d d") % {"days": seconds // 86_400}


@register.filter
def marks_of(times: dict[str, Any]) -> list[dict[str, Any]]:
    """One line a mark, with the share of each time that had got there."""
    found: dict[int, dict[str, Any]] = {}
    for what, curve in times.items():
        for mark in curve["marks"]:
            found.setdefault(mark["at_s"], {"at_s": mark["at_s"]})[what] = mark
    return [found[at] for at in sorted(found)]


@register.filter
def exact_percent(share: float | str | None) -> str:
    """For a chart. Of what is not there a template makes a blank."""
    return f"{share * 100:.2f}" if isinstance(share, float) else ""


@register.filter
def points(promoters: float) -> str:
    """Of a hundred, as NPS is told."""
    return f"{100 * promoters:+.0f}".replace("-", "−")


@register.filter
def net(promoters: float | None) -> str:
    return "–" if promoters is None else points(promoters)


@register.filter
def day_of(at: datetime) -> str:
    return local(at, "date")


@register.filter
def whole_day(day: date) -> str:
    return on_day(day, "date")


@register.filter
def short_day(day: date) -> str:
    return on_day(day, "short")
