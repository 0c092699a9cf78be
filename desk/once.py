"""A double click, a reload, a worried second try: the same copy of a form acts once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest

from cxloop.kernel.moment import moment
from desk.models import SentForm

Done = TypeVar("Done")

KEPT_FOR = timedelta(days=2)


def once(request: HttpRequest, act: Callable[[], Done]) -> Done | None:
    """Does the act unless this copy of the form has done it; then None. Marked in the transaction
    of the act: two at once wait for each other, and one that failed may be sent again."""
    with transaction.atomic():
        found = SentForm.objects.get_or_create(
            digest=_digest(request), defaults={"sent_at": moment()}
        )
        return act() if found[1] else None


def forget_sent_forms(now: datetime) -> int:
    """Nobody sends a page of the day before yesterday again; how many."""
    return SentForm.objects.filter(sent_at__lt=now - KEPT_FOR).delete()[0]


def _digest(request: HttpRequest) -> bytes:
    """Over the address and all that was typed, beside the number that every copy has for itself:
    a page brought back by the browser, but changed, is another form."""
    said = sorted((name, request.POST.getlist(name)) for name in request.POST)
    kept = [pair for pair in said if pair[0] != "csrfmiddlewaretoken"]
    return sha256(repr((request.path, kept)).encode()).digest()
