from collections.abc import Iterable

from django.conf import settings

from cxloop.kernel.letters import erase_words
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice
from tickets.sla.about import mark_of
from tickets.sla.models import Clock
from tickets.work.models import News


def erase_notices(tickets: Iterable[int]) -> None:
    """Letters to colleagues carry the customer's first words: those about these tickets lose them.
    One that has not left yet still says that something waits. A digest that was called back and
    told anew belongs to no notice any more; what it was about says whose words it has."""
    told = Notice.objects.filter(escalation__ticket__in=tickets).values_list("letter", flat=True)
    clocks = Clock.objects.filter(promise__in=tickets).values_list("pk", flat=True)
    called_back = Letter.objects.about(mark_of(clock) for clock in clocks)
    news = News.objects.filter(ticket__in=tickets).values_list("letter", flat=True)
    letters = {*told, *news, *called_back.values_list("pk", flat=True)}
    erase_words(Letter.objects.filter(pk__in=letters), instead=f"{settings.BASE_URL}/")
