from collections.abc import Iterable

from django.conf import settings

from cxloop.kernel.letters import erase_words
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice


def erase_notices(tickets: Iterable[int]) -> None:
    """Letters to colleagues carry the customer's first words: those about these tickets lose them.
    One that has not left yet still says that something waits."""
    letters = Notice.objects.filter(escalation__ticket__in=tickets).values("letter")
    erase_words(Letter.objects.filter(pk__in=letters), instead=f"{settings.BASE_URL}/")
