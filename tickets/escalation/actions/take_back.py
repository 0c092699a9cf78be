"""Letters that were called back before they left: a promise that they told of has ended."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from cxloop.kernel.letters import notice_undelivered
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice
from tickets.sla.models import Clock


def take_back(letters: list[Letter], _now: datetime) -> None:
    """Whoever was to hear of that promise need not any more. What else stood in the same letter is
    told in another one."""
    said = Notice.objects.filter(letter__in=letters, dropped="")
    met, void = Q(met_at__isnull=False), Q(met_at=None, voided_at__isnull=False)
    _of(said, met).update(dropped=Notice.Dropped.MET)
    _of(said, void).update(dropped=Notice.Dropped.VOID)
    said.update(letter=None, told_at=None, again=F("again") + 1)
    notice_undelivered(letters)


def _of(notices: QuerySet[Notice], ended: Q) -> QuerySet[Notice]:
    clocks = Clock.objects.filter(ended).values("pk")
    return notices.filter(escalation__clock__in=clocks)
