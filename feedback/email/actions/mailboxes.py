"""The addresses at which a source of mails is written to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actions.changes import note_differences
from accounts.models import Change, User
from cxloop.kernel.errors import Conflict, Fault, Refused
from feedback.email.models import Mailbox
from feedback.intake.addresses import is_address
from feedback.intake.models import Channel, Source

MOST_MAILBOXES = 50


@transaction.atomic
def set_mailboxes(
    source: Source, addresses: Sequence[str], *, by: User | None, now: datetime
) -> None:
    """These and no others. Raises Refused with a pointer for each that is none or another's."""
    if source.channel != Channel.EMAIL:
        raise Conflict("Only a source of the channel email has mailboxes.", code="not_for_mails")
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    wanted = list(dict.fromkeys(address.strip().lower() for address in addresses))
    if faults := list(_faults(source, wanted)):
        raise Refused(faults)
    before = mailboxes_of(source)
    Mailbox.objects.filter(source=source).exclude(address__in=wanted).delete()
    Mailbox.objects.bulk_create(
        [Mailbox(source=source, address=one, made_at=now) for one in wanted if one not in before]
    )
    changed = {"mailboxes": sorted(wanted)}
    note_differences(
        Change.About.SOURCE, source.slug, {"mailboxes": before}, changed, by=by, now=now
    )


def mailboxes_of(source: Source) -> list[str]:
    rows = Mailbox.objects.filter(source=source).order_by("address")
    return list(rows.values_list("address", flat=True))


def _faults(source: Source, wanted: Sequence[str]) -> "list[Fault]":
    if len(wanted) > MOST_MAILBOXES:
        return [Fault("/addresses", "too_many", f"At most {MOST_MAILBOXES} addresses a source.")]
    taken = Mailbox.objects.filter(address__in=wanted).exclude(source=source)
    others = set(taken.values_list("address", flat=True))
    faults = []
    for place, address in enumerate(wanted):
        pointer = f"/addresses/{place}"
        if not is_address(address):
            detail = "This is not an e-mail address."
            faults.append(Fault(pointer, "malformed_email", detail))
        elif address in others:
            faults.append(Fault(pointer, "taken", "Another source is written to at this address."))
    return faults
