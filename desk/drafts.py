"""What somebody has typed and not said yet is kept until they say it, discard it, or forget it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.models import Draft, SentForm
from tickets.work.door import hold_as_it_is
from tickets.work.models import Ticket

KEPT_FOR = timedelta(days=30)


@transaction.atomic
def keep_draft(ticket: Ticket, person: User, *, verb: str, text: str, copy: str) -> Draft | None:
    """`copy` is the mark of the form: what has been said by it is no draft any more, though its
    last keystrokes arrive late. The ticket is held meanwhile, as whoever says something or erases
    the customer holds it; so no words are kept that they have just removed."""
    hold_as_it_is(ticket)
    if not text.strip():
        forget_draft(ticket, person, verb=verb)
        return None
    if copy and SentForm.objects.filter(digest=_mark(copy)).exists():
        return None
    return Draft.objects.update_or_create(
        ticket=ticket, user=person, verb=verb, defaults={"text": text, "saved_at": moment()}
    )[0]


def forget_draft(ticket: Ticket, person: User, *, verb: str) -> None:
    Draft.objects.filter(ticket=ticket, user=person, verb=verb).delete()


def note_said(ticket: Ticket, person: User, *, verb: str, copy: str, now: datetime) -> None:
    """In the transaction of the act: it was said, and by this copy of the form."""
    forget_draft(ticket, person, verb=verb)
    if copy:
        SentForm.objects.get_or_create(digest=_mark(copy), defaults={"sent_at": now})


def drafts_of(ticket: Ticket, person: User) -> dict[str, Draft]:
    """By verb, the one last saved first."""
    found = Draft.objects.filter(ticket=ticket, user=person).order_by("-saved_at")
    return {draft.verb: draft for draft in found}


def erase_drafts(tickets: Collection[int]) -> int:
    """Whose ever they are: they speak of the customer."""
    return Draft.objects.filter(ticket__in=tickets).delete()[0]


def forget_drafts(now: datetime) -> int:
    return Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]


def _mark(copy: str) -> bytes:
    return sha256(f"said by {copy}".encode()).digest()
