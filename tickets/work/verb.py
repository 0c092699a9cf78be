"""What a verb is: what it wants to be told, and what it then does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from rest_framework import serializers

from cxloop.kernel.shapes import Shape
from tickets.work.actions.attach import MOST_FILES
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.actor import Actor
from tickets.work.models import Ticket

Said = dict[str, Any]
Act = Callable[[Ticket, Said, Actor, datetime], object]

LARGEST_ID = 2**63 - 1


def text(*, longest: int, **options: Any) -> serializers.CharField:
    """Kept as it was said; whether it may be blank is the act's to say."""
    return serializers.CharField(
        max_length=longest, allow_blank=True, trim_whitespace=False, **options
    )


class EnclosingBody(Shape):
    """`files` are the ids of files that you chose on this ticket before."""

    files = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        max_length=MOST_FILES,
        default=list,
    )


class SayBody(EnclosingBody):
    body = text(longest=LONGEST_BODY)


@dataclass(frozen=True)
class Verb:
    """`door`: who may say it. Whoever works the ticket, may note on it, or only reads it. Without a
    route it has addresses of its own over REST."""

    body: type[Shape]
    act: Act
    about: str
    door: Literal["work", "note", "read"] = "work"
    has_route: bool = True

    @property
    def reads(self) -> bool:
        return self.door == "read"
