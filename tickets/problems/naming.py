"""Which tickets are a cause's: those whose repair names it, in whichever cycle."""

from django.db.models import Exists, OuterRef, Q

from tickets.recovery.models import Recovery
from tickets.work.models import Resolution, RootCause

# Closed by these, a ticket is not one of its own, or nobody's.
NOT_COUNTED = ("merged", "spam")


def naming(cause: RootCause | int) -> Q:
    """What the repair of a cycle says goes before what was said when it was resolved: it may have
    been understood later."""
    told = Recovery.objects.filter(ticket=OuterRef("pk"), root_cause=cause)
    anew = Recovery.objects.filter(
        ticket=OuterRef("ticket"), cycle=OuterRef("cycle"), root_cause__isnull=False
    )
    resolved = Resolution.objects.filter(~Exists(anew), ticket=OuterRef("pk"), root_cause=cause)
    return Q(Exists(told)) | Q(Exists(resolved))
