"""Files of a ticket as people may see them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from tickets.work.door import get_ticket_for
from tickets.work.models import Attachment, Ticket


def attachment_seen(person: User, ref: str, pk: int) -> Attachment | None:
    """Raises NotHere where they do not see the ticket."""
    rows = Attachment.objects.seen_on(get_ticket_for(person, ref), person)
    return rows.filter(pk=pk).select_related("file").first()


def attachments_of(ticket: Ticket, person: User) -> list[Attachment]:
    rows = Attachment.objects.seen_on(ticket, person).select_related("file")
    return list(rows.order_by("pk"))


def by_entry(rows: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows:
        if row.entry_id:
            found[row.entry_id].append(row)
    return found


def show_attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.file.name,
        "kind": row.file.kind,
        "size": row.file.size,
        "drawn": row.file.preview_id is not None,
        "said": row.entry_id is not None,
    }
