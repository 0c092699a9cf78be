"""What the feedback of the last while says at a place of its context, as a field would take it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from desk.refusals import said_of_error
from desk.standing import said_of_value
from feedback.intake.models import Feedback
from tickets.rules.facts import reach
from tickets.work.field_values import short
from tickets.work.fields import Misfit, read_value

LOOKED_AT = 500
MOST_SHOWN = 8


@dataclass(frozen=True)
class Found:
    """`words` is what would stand in the field; `why` says why it would stay empty instead."""

    sent: str
    words: str
    why: str
    times: int


@dataclass(frozen=True)
class Look:
    """`values` are the newest that differ; `told` in how many of `looked_at` there was any."""

    path: str
    looked_at: int
    told: int
    values: Sequence[Found]


def look_at(path: str, kind: str, choices: Sequence[str]) -> Look:
    """The newest alone, by their index: the cost is the same however much was ever heard."""
    newest = Feedback.objects.order_by("-received_at", "-id")
    rows = list(newest.values_list("context", "source__time_zone")[:LOOKED_AT])
    sent = [(raw, zone) for context, zone in rows if (raw := reach(context, path)) is not None]
    times = Counter(short(raw) for raw, _ in sent)
    first = {short(raw): (raw, zone) for raw, zone in reversed(sent)}
    shown = [words for words in times if words in first][:MOST_SHOWN]
    values = [Found(words, *_taken(*first[words], kind, choices), times[words]) for words in shown]
    return Look(path, len(rows), len(sent), values)


def _taken(raw: object, zone: str, kind: str, choices: Sequence[str]) -> tuple[str, str]:
    """What would stand there, or why nothing would."""
    try:
        value = read_value(kind, raw, choices=choices, zone=ZoneInfo(zone))
    except Misfit as misfit:
        return "", said_of_error(misfit.code, misfit.detail)
    return ("" if value is None else said_of_value(value)), ""
