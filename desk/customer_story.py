"""What the customer may read of their ticket: their own words and our answers, nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from cxloop.kernel.models import Letter
from feedback.intake.models import Customer, Feedback
from tickets.sla.models import Clock, Kind
from tickets.work.actions.customer_message import WRITTEN_FROM
from tickets.work.actions.move import SOMEBODYS_SINCE
from tickets.work.letter_book import LetterBook
from tickets.work.letters import REPLY
from tickets.work.models import Attachment, Resolution, Ticket, TimelineEntry

MOST_SAID = 200
# The customer's own words, whoever wrote them down.
THEIRS = ("customer_message", "answered")
OURS = ("reply", "resolved")


@dataclass(frozen=True)
class Said:
    """`who` is what letters call the colleague; blank where they name nobody. `files` are names."""

    at: datetime
    ours: bool
    text: str
    who: str = ""
    files: Sequence[str] = ()
    score: object = None


def story_of(
    ticket: Ticket,
    *,
    now: datetime,
    language: str = "en",
    led_here: Collection[int] = (),
    since: Mapping[int, TimelineEntry] | None = None,
) -> list[Said]:
    """Oldest first, the newest of many. `led_here` are further tickets of the same person, which
    go on as this one; `since` is from when on all these are theirs, where that is known. Feedback
    that a merge brought in from somebody else is not theirs to read, nor is what stood here before
    it was theirs; nor what was written by somebody who had their letter, or at a receipt page, nor
    what has not left yet or was taken back."""
    if ticket.customer is None:
        return []
    numbers = {ticket.pk, *led_here}
    entries = _entries(numbers, theirs_since(numbers) if since is None else since)
    shown = [entry for entry in entries if has_left(entry, now)]
    kept = _letters_that_left(shown, now)
    names = _file_names(shown)
    is_named = LetterBook().names_writer(ticket, language)
    answers = [
        _as_said(entry, is_named, names.get(entry.pk, ()))
        for entry in shown
        if entry.kind != "reply" or entry.pk in kept
    ]
    heard = _their_feedback(ticket, ticket.customer)
    return sorted([*heard, *answers], key=lambda said: said.at)[-MOST_SAID:]


def _entries(numbers: Collection[int], since: Mapping[int, TimelineEntry]) -> list[TimelineEntry]:
    rows = TimelineEntry.objects.filter(ticket__in=numbers, public=True, kind__in=THEIRS + OURS)
    told = rows.exclude(text="", attachments=None).exclude(reason__has_key=WRITTEN_FROM)
    told = told.exclude(reason__contains={"at_receipt": True}, kind="reply")
    told = told.select_related("actor").distinct()
    found = list(told.order_by("-at", "-id")[:MOST_SAID])
    return [one for one in found if one.ticket_id not in since or one.pk > since[one.ticket_id].pk]


def theirs_since(numbers: Collection[int]) -> dict[int, TimelineEntry]:
    """By ticket, the entry from which on it is theirs, where it was somebody else's before: until a
    merge, or until they were parted from whom they had been taken for."""
    merged = Q(kind="merged_in", reason__contains={SOMEBODYS_SINCE: True})
    rows = TimelineEntry.objects.filter(merged | Q(kind="customer_parted"), ticket__in=numbers)
    return {row.ticket_id: row for row in rows.order_by("pk")}


def has_left(entry: TimelineEntry, now: datetime) -> bool:
    """What was written on resolving leaves with the question, and may be taken back until then."""
    if entry.kind != "resolved":
        return True
    stands = Resolution.objects.filter(ticket=entry.ticket_id, at=entry.at)
    return entry.at + settings.UNDO <= now and stands.exists()


def _letters_that_left(entries: Sequence[TimelineEntry], now: datetime) -> set[int]:
    """By the entry. One that died later is theirs to read all the same."""
    keys = {f"{REPLY}:{entry.pk}": entry.pk for entry in entries if entry.kind == "reply"}
    waits = Q(state=Letter.State.WAITING, attempts=0, leave_at__gt=now)
    rows = Letter.objects.filter(key__in=keys, withdrawn_at=None).exclude(waits)
    return {keys[key] for key in rows.values_list("key", flat=True)}


def _file_names(entries: Sequence[TimelineEntry]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Attachment.objects.filter(entry__in=[entry.pk for entry in entries])
    for entry, name in rows.order_by("pk").values_list("entry", "file__name"):
        found.setdefault(entry, []).append(name)
    return found


def _as_said(entry: TimelineEntry, is_named: bool, files: Sequence[str]) -> Said:
    ours = entry.kind in OURS
    who = entry.actor.name if ours and is_named and entry.actor else ""
    return Said(entry.at, ours, entry.text, who, files)


def _their_feedback(ticket: Ticket, customer: Customer) -> list[Said]:
    rows = feedback_of(ticket, customer).exclude(comment="", score_value=None)
    return [
        Said(row.received_at, False, row.comment, score=row.score and row.score["value"])
        for row in rows.order_by("received_at", "pk")[:MOST_SAID]
    ]


def feedback_of(ticket: Ticket, customer: Customer) -> QuerySet[Feedback]:
    """What they said that stands on it, under whichever name of theirs."""
    person = Customer.objects.known_as(customer.person)
    return Feedback.objects.filter(
        pk__in=ticket.feedback_links.values("feedback"), customer__in=person
    )


def promised_by(ticket: Ticket) -> datetime | None:
    """By when a person will be in touch, where that is still ahead."""
    running = Clock.objects.filter(promise=ticket.pk, kind=Kind.FOLLOW_UP, state="running")
    return running.values_list("due_at", flat=True).first()
