"""Fields for what admins write: JSON, durations, lists by line."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.bodies import read_json
from cxloop.kernel.errors import CxloopError

# PostgreSQL keeps the keys of an object in an order of its own; people read them in this one.
_READING_ORDER = (
    *("questions", "thanks", "key", "kind", "ask", "hint", "low", "high", "required", "several"),
    "options",
    *("name", "clock", "when", "tell", "fact", "op", "value", "all", "any", "not", "ticket"),
    *("group", "priority", "policy", "assign", "acknowledge", "tags", "reason", "then"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
)
_PLACE = {key: place for place, key in enumerate(_READING_ORDER)}

_UNITS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-–—~]\s*(\d{1,2})(?::(\d\d))?", re.ASCII)
_PART = re.compile(r"(\d{1,9})\s*(d|h|min|s)")


def readable_json(value: Any) -> str:
    """Indented, in the order in which it is read."""
    ordered = _in_order(value)
    return json.dumps(ordered, indent=2, ensure_ascii=False, cls=DjangoJSONEncoder)


def _in_order(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_order(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: _PLACE.get(key, len(_PLACE)))
    return {key: _in_order(value[key]) for key in keys}


class JsonField(forms.CharField):
    """Read as strictly as a body of the API, shown indented."""

    widget = forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "json"})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else readable_json(value)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_json(text.encode())
        except CxloopError as error:
            said = _("This is not JSON as we read it.")
            raise ValidationError(f"{said} ({error.detail})") from None


class DurationField(forms.CharField):
    """Written as 48 h, 1 h 30 min or 2 d; in seconds. Days are 24 hours."""

    widget = forms.TextInput(attrs={"placeholder": "48 h"})

    def prepare_value(self, value: Any) -> Any:
        return _written(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return read_duration(text) if text else None


class LongField(DurationField):
    """Of real time, whatever is open: shown in days where it is whole ones, as 90 d."""

    widget = forms.TextInput(attrs={"placeholder": "30 d"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and value and value % _UNITS["d"] == 0:
            return f"{value // _UNITS['d']} d"
        return super().prepare_value(value)


class DurationsField(forms.CharField):
    """Several of these with commas between, as 3 d, 7 d; in seconds. Blank is none at all."""

    widget = forms.TextInput(attrs={"placeholder": "72 h, 168 h"})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(_written, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return [read_duration(part) for part in text.split(",")] if text else []


def read_duration(text: str) -> int:
    """Seconds. Raises ValidationError with how to write it."""
    parts = _PART.findall(text.lower())
    if not parts or _PART.sub("", text.lower()).strip():
        raise ValidationError(_("Write it as 48 h, 1 h 30 min or 2 d."))
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def _written(seconds: int) -> str:
    """Without days: what was promised in hours stays in hours."""
    parts = []
    for unit in ("h", "min", "s"):
        number, seconds = divmod(seconds, _UNITS[unit])
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts)


class HoursField(forms.CharField):
    """Hours of one day with commas between, as 09:00-12:00, 13:00-18:00. Blank is closed; an end
    before its start is on the next day."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return [_read_hours(part) for part in re.split("[,;]", text) if part.strip()]


def _read_hours(text: str) -> str:
    """9-18 is 09:00-18:00."""
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValidationError(_("Write hours as 09:00-12:00, 13:00-18:00. Blank is closed."))
    from_h, from_m, to_h, to_m = (int(part or 0) for part in found.groups())
    return f"{from_h:02}:{from_m:02}-{to_h:02}:{to_m:02}"


class LinesField(forms.CharField):
    """A list, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]


class WordsField(forms.CharField):
    """A list on one line, with commas between."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = (super().to_python(value) or "").split(",")
        return [word.strip() for word in words if word.strip()]
