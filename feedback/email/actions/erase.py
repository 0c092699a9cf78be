"""Forgetting a person: their mails keep that they came, when, and what they were."""

from collections.abc import Collection

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower, StrIndex

from feedback.email.models import Mail
from feedback.intake.models import Customer


def hold_answers(tickets: Collection[int], sides: Collection[int]) -> None:
    """Locks what is about to be taken up. Before the tickets: who takes up has the mail first."""
    about = Q(ticket_number__in=tickets) | Q(side_number__in=sides)
    answers = Mail.objects.filter(about).order_by("pk")
    list(answers.select_for_update(no_key=True).values_list("pk"))


def erase_mails(
    customer: Customer,
    *,
    addresses: Collection[str],
    tickets: Collection[int],
    sides: Collection[int],
    letters: Collection[int],
) -> int:
    """What they wrote, what was answered on their tickets and beside these, and what came back of
    letters to them. Of mails by others that name an address of theirs, the raw message goes too."""
    theirs = Mail.objects.of_person(
        customer, addresses=addresses, tickets=tickets, sides=sides, letters=letters
    )
    erased = theirs.update(
        raw=None,
        message_id="",
        sender="",
        subject="",
        text="",
        reason="",
        last_error="",
        fingerprint=None,
        authentication={},
        proves_address=False,
        taken_up=True,
    )
    for address in addresses:
        _naming(address).update(raw=None, reason="", last_error="")
    return erased


def _naming(address: str) -> QuerySet[Mail]:
    """Raw mails in which the address stands in clear."""
    clear = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    place = StrIndex(Lower(clear), Value(address.lower()))
    return Mail.objects.filter(raw__isnull=False).alias(place=place).filter(place__gt=0)
