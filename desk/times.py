"""Times as people read them, in their language and their zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback.intake.call_backs import CallBack

# Within a year the year is noise.
_FORMS = {
    "near": {"en": "j M, H:i", "ko": "n월 j일 H:i"},
    "far": {"en": "j M Y, H:i", "ko": "Y년 n월 j일 H:i"},
    "weekday": {"en": "D j M, H:i", "ko": "n월 j일 D H:i"},
    "whole": {"en": "l j F Y, H:i:s", "ko": "Y년 n월 j일 l H:i:s"},
    "day": {"en": "D j M", "ko": "n월 j일 D"},
    "second": {"en": "H:i:s", "ko": "H:i:s"},
    "date": {"en": "D j M Y", "ko": "Y년 n월 j일 D"},
    "short": {"en": "j M", "ko": "n/j"},
}


def local(at: datetime, form: str = "near") -> str:
    return on_day(timezone.localtime(at), form)


def on_day(day: date, form: str) -> str:
    """A day, or a time that is local already."""
    written = _FORMS[form]
    return date_format(day, written.get(get_language() or "en", written["en"]))


def written_at(text: str) -> str:
    """What stands as ISO 8601 in an entry or a log; anything else as it stands."""
    at = parse_datetime(text)
    return local(at) if at else text


def exactly(at: datetime) -> str:
    """To the second, with the zone."""
    return f"{local(at, 'whole')} ({timezone.get_current_timezone_name()})"


def words_of_call(wish: CallBack) -> str:
    """When somebody asked to be called: in our zone, and in theirs where that is another."""
    here = timezone.get_current_timezone_name()
    told = f"{_span(wish, here)} ({here})" if wish.before or wish.after else _("at any time")
    if wish.zone in {"", here} or not (wish.before or wish.after):
        return told
    return f"{told}, {_span(wish, wish.zone)} ({wish.zone})"


def _span(wish: CallBack, zone: str) -> str:
    after, before = (
        on_day(at.astimezone(ZoneInfo(zone)), "weekday") if at else ""
        for at in (wish.after, wish.before)
    )
    return f"{after} – {before}".strip()
