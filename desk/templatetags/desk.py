"""How the desk writes times, codes and scores."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from cxloop.kernel.errors import CxloopError
from desk import words
from desk.device_words import device_told, further_context
from desk.durations import exact, short, time_left
from desk.forms.fields import readable_json
from desk.live import stream_address as address_of_stream
from desk.many import in_words
from desk.refusals import said_of_problem
from desk.refusals import why_not as said_why_not
from desk.repairs import gesture_verbs
from desk.rungs import height_of
from desk.standing import label_of
from desk.telling_titles import title_of
from desk.times import exactly, local, words_of_call
from feedback.intake.call_backs import WISH, call_back_in
from feedback.stores.reading import link_of
from tickets.escalation.rungs import read_when
from tickets.recovery.models import Gesture
from tickets.sla.hours import WEEKDAYS
from tickets.work.models import BulkAct, TicketField, TimelineEntry

register = template.Library()


@register.filter
def said_as(value: object, kind: str) -> str:
    return words.said_as(value, kind)


@register.filter
def said_of(error: CxloopError) -> str:
    return said_of_problem(error)


@register.filter
def duration(seconds: int) -> str:
    return exact(int(seconds))


@register.filter
def span(seconds: float) -> str:
    return short(int(seconds))


@register.simple_tag
def left(due_at: datetime | None, now: datetime) -> Any:
    """Used as `{% left ticket.next_due_at now as time %}`."""
    return time_left(due_at, now) if due_at else None


@register.simple_tag
def instant(at: datetime | None, form: str = "near") -> SafeString | str:
    """The time in the zone of who looks; the exact instant and the zone on the pointer."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        exactly(at),
        local(at, form),
    )


@register.filter
def to_the_second(at: datetime) -> str:
    """For the pointer, where the words say how long until then."""
    return exactly(at)


@register.filter
def weekday(code: str) -> str:
    """As a calendar names it: mon, tue."""
    return str(WEEKDAYS_ABBR[WEEKDAYS.index(code)])


@register.filter
def initials(name: str) -> str:
    """Of a name in letters the first two words' first; of one in Hangul the given name."""
    parts = name.split()
    if len(parts) == 1:
        return name[-2:] if name[:1] >= "\u1100" else name[:2]
    return "".join(part[0] for part in parts[:2])


@register.filter
def of(found: Mapping[Any, Any], key: object) -> Any:
    return found.get(key)


@register.filter
def as_said(value: object) -> str:
    """A value of context or answers, as somebody sent it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@register.simple_tag
def call_wish(name: str, value: object) -> str:
    """When they asked to be called, in the zone of who looks, and in theirs where that is another;
    nothing where that is none of it."""
    wish = call_back_in({name: value}) if name == WISH else None
    return words_of_call(wish) if wish else ""


@register.filter
def device(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    return device_told(context)


@register.filter
def further(context: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return further_context(context)


@register.filter
def store_link(value: object) -> str:
    """Where it leads, if that is one of the stores: anybody may write into context."""
    return link_of(value) if isinstance(value, str) else ""


@register.filter
def day(at: datetime) -> str:
    return local(at, "day")


@register.filter
def whole_date(at: datetime) -> str:
    return local(at, "date")


@register.simple_tag
def verbs_of(gesture: Gesture, person: User, decides: bool) -> list[str]:
    return gesture_verbs(gesture.state, own=gesture.by_id == person.pk, decides=decides)


@register.filter
def iso(at: datetime) -> str:
    """For the address bar, where a plus sign would be a space."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.filter
def percent(share: float | None) -> str:
    """On one line, and as each language writes it."""
    sign = "%" if get_language() == "ko" else "\u00a0%"
    return "–" if share is None else f"{share * 100:.0f}{sign}"


@register.filter
def join_with(head: str, tail: object) -> str:
    return f"{head}{tail}"


@register.filter
def pretty(value: object) -> str:
    """JSON as admins write it."""
    return readable_json(value)


@register.filter
def height(when: dict[str, int]) -> str:
    """Where a rung of a ladder stands."""
    return height_of(read_when(when))


@register.simple_tag(takes_context=True)
def stream_address(context: Mapping[str, Any]) -> str:
    """Where this browser hears what changes."""
    return address_of_stream(context["request"])


@register.simple_tag
def label(field: TicketField) -> str:
    """What a field of this house is called, in the language of who looks."""
    return label_of(field)


@register.filter
def says_to_many(act: BulkAct) -> str:
    return in_words(act)


@register.filter
def why_not(code: str) -> str:
    return said_why_not(code)


@register.filter
def titled(entry: TimelineEntry) -> str:
    """What an entry of the history says happened."""
    return title_of(entry)
