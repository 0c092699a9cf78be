"""To which source an address leads."""

from collections.abc import Iterable

from django.conf import settings

from feedback.email.addresses import is_ours
from feedback.email.models import Mailbox
from feedback.intake.models import Channel, Source


def source_at(address: str) -> Source | None:
    """None where nobody here is called so. What answers a letter of ours is for whoever owns the
    mailbox that its reply address is of, else for the oldest source of mails: what it answers is
    told by the address itself."""
    found = _named(address)
    if found is None and is_ours(address):
        mails = Source.objects.current().filter(channel=Channel.EMAIL)
        return _named(settings.REPLY_ADDRESS) or mails.order_by("pk").first()
    return found


def _named(address: str) -> Source | None:
    """`care+anything@…` is care's too."""
    mailbox, at, domain = address.strip().lower().rpartition("@")
    wanted = {f"{mailbox}{at}{domain}", f"{mailbox.partition('+')[0]}{at}{domain}"}
    rows = Mailbox.objects.filter(address__in=wanted, source__archived_at=None)
    found = sorted(rows.select_related("source"), key=lambda row: -len(row.address))
    return found[0].source if found else None


def first_source_of(addresses: Iterable[str]) -> Source | None:
    return next((found for one in addresses if (found := source_at(one))), None)
