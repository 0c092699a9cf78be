"""What is said beside a ticket as people see it, in a number of queries that does not grow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cxloop.kernel.models import Letter
from tickets.work.files import by_entry, show_attachment
from tickets.work.models import Attachment, SideMessage, SideThread, Ticket, TimelineEntry

# How it stands with a letter there, by the state of the letter.
STATE_OF = {
    Letter.State.WAITING: "leaving",
    Letter.State.SENDING: "leaving",
    Letter.State.SENT: "sent",
    Letter.State.DEAD: "undelivered",
    Letter.State.WITHDRAWN: "taken_back",
    Letter.State.HELD: "held",
}
RECEIVED = "received"
STATES = [*dict.fromkeys(STATE_OF.values()), RECEIVED]


@dataclass(frozen=True)
class SideSaid:
    """`sender` is blank for a letter of ours. `by_customer`: they wrote where only others should;
    `written_for` is whom it was written to where somebody else has answered."""

    entry: TimelineEntry
    letter: Letter | None
    files: Sequence[Attachment] = ()
    mail: int | None = None

    @property
    def ref(self) -> str:
        """Of the ticket on which it was said; its files are read there, also after a merge."""
        return f"T-{self.entry.ticket_id}"

    @property
    def is_ours(self) -> bool:
        return self.letter is not None

    @property
    def state(self) -> str:
        return STATE_OF[Letter.State(self.letter.state)] if self.letter else RECEIVED

    @property
    def leaves_at(self) -> datetime | None:
        """Until then it may be taken back, by who wrote it."""
        waits = self.letter and self.letter.state == Letter.State.WAITING
        return self.letter.leave_at if self.letter and waits and not self.letter.attempts else None

    @property
    def error(self) -> str:
        is_dead = self.letter and self.letter.state == Letter.State.DEAD
        return self.letter.last_error if self.letter and is_dead else ""

    @property
    def sender(self) -> str:
        return "" if self.letter else str(self.entry.reason.get("from", ""))

    @property
    def by_customer(self) -> bool:
        return bool(self.entry.reason.get("by_customer"))

    @property
    def written_for(self) -> str:
        return str(self.entry.reason.get("written_for", ""))

    def public(self) -> dict[str, Any]:
        writer = self.entry.actor
        return {
            "at": self.entry.at,
            "state": self.state,
            "by": writer.brief() if writer else None,
            "sender": self.sender or None,
            "by_customer": self.by_customer,
            "text": self.entry.text,
            "files": [show_attachment(row) for row in self.files],
            "leaves_at": self.leaves_at,
            "error": self.error or None,
        }


@dataclass(frozen=True)
class Side:
    thread: SideThread
    said: Sequence[SideSaid]

    def public(self) -> dict[str, Any]:
        return {
            "id": self.thread.pk,
            "to": self.thread.address,
            "name": self.thread.name,
            "subject": self.thread.subject,
            "opened_by": self.thread.opened_by.brief(),
            "at": self.thread.at,
            "said": [one.public() for one in self.said],
        }


def sides_of(ticket: Ticket) -> list[Side]:
    """The oldest first, and in each what was said the oldest first."""
    threads = list(SideThread.objects.of(ticket))
    return with_words(threads) if threads else []


def with_words(threads: Sequence[SideThread]) -> list[Side]:
    rows = SideMessage.objects.filter(thread__in=threads).order_by("entry__at", "pk")
    messages = list(rows.select_related("entry__actor", "letter"))
    entries = [row.entry_id for row in messages]
    attached = Attachment.objects.filter(entry__in=entries).select_related("file").order_by("pk")
    files = by_entry(attached)
    said: dict[int, list[SideSaid]] = defaultdict(list)
    for row in messages:
        one = SideSaid(row.entry, row.letter, files.get(row.entry_id, ()), row.mail_id)
        said[row.thread_id].append(one)
    return [Side(thread, said[thread.pk]) for thread in threads]
