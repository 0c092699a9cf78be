"""The history of a ticket in words: who did what, what the customer may read, and for everything
that happened by itself, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.failure_telling import told_of_failure
from desk.telling_titles import title_of
from desk.telling_why import lines_of
from desk.words import said_as
from tickets.work.models import Attachment, TimelineEntry

BY_THEMSELVES = ("rule", "clock")


@dataclass(frozen=True)
class Told:
    """`tone` is theirs (the customer's words), ours (what the customer reads), inside (for
    colleagues) or act."""

    number: int
    at: datetime
    who: str
    tone: str
    title: str
    text: str
    by_itself: bool
    lines: list[str] = field(default_factory=list)
    files: Sequence[Attachment] = ()


def tell(
    entries: Sequence[TimelineEntry], files: Mapping[int, Sequence[Attachment]] | None = None
) -> list[Told]:
    """`files` are those that were said with them, by the number of the entry."""
    return [_told(entry, (files or {}).get(entry.pk, ())) for entry in entries]


def _told(entry: TimelineEntry, files: Sequence[Attachment]) -> Told:
    return Told(
        number=entry.pk,
        at=entry.at,
        who=_who(entry),
        tone=_tone(entry),
        title=title_of(entry),
        text=entry.text,
        by_itself=entry.actor_kind in BY_THEMSELVES,
        lines=[*lines_of(entry.reason), *_failure_lines(entry)],
        files=files,
    )


def _failure_lines(entry: TimelineEntry) -> list[str]:
    return told_of_failure(entry.reason) if entry.kind == "recovery_changed" else []


def _who(entry: TimelineEntry) -> str:
    """Whoever is neither of the house nor its customer, as far as we know them."""
    if entry.actor:
        return entry.actor.name
    known = entry.reason.get("from") if entry.actor_kind == "outsider" else ""
    return str(known or said_as(entry.actor_kind, "actor"))


def _tone(entry: TimelineEntry) -> str:
    if not entry.text:
        return "act"
    if entry.actor_kind == "customer" or entry.kind == "feedback_joined":
        return "theirs"
    return "ours" if entry.public else "inside"
