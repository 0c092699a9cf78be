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
    *("name", "clock", "when", "tell", "fact", "op", "value", "all", "any", "not", "ticket"),
    *("group", "priority", "policy", "assign", "acknowledge", "tags", "reason", "then"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
)
_PLACE = {key: place for place, key in enumerate(_READING_ORDER)}

_UNITS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
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
        return _read(text) if text else None


class DurationsField(forms.CharField):
    """Several of these with commas between, as 3 d, 7 d; in seconds. Blank is none at all."""

    widget = forms.TextInput(attrs={"placeholder": "72 h, 168 h"})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(_written, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return [_read(part) for part in text.split(",")] if text else []


def _read(text: str) -> int:
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


class LinesField(forms.CharField):
    """A list, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]
