"""What bodies of the API look like: read strictly, answered in UTC."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# The last day of the calendar is over it in some zones: a page there could not be shown.
LATEST = datetime(2999, 12, 31, tzinfo=UTC)


class Instant(serializers.DateTimeField):
    """A time with its offset. One without would be guessed, so it is refused."""

    default_error_messages = {
        "no_offset": "Say the offset from UTC, for example Z or +09:00.",
        "out_of_range": f"A time from {EARLIEST.year} to {LATEST.year} is wanted here.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.utcoffset() is None:
            self.fail("no_offset")
        found: datetime = super().enforce_timezone(value)
        if not EARLIEST <= found <= LATEST:
            self.fail("out_of_range")
        return found


class Shape(serializers.Serializer[Any]):
    """A body in which an unknown name is an error: a misspelt one would else change nothing."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = data.keys() - self.fields.keys() if isinstance(data, dict) else ()
        if unknown:
            raise ValidationError(
                dict.fromkeys(sorted(unknown), "This name is not known here."),
                code="unknown_name",
            )
        return super().to_internal_value(data)


def read_body(shape: type[Shape], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """What was sent, by the shape's names. With `partial` nothing need be there."""
    found = shape(data=request.data, partial=partial)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)
