"""Whom a form was shown to: known people, for whom their own server signed, so that no other
browser of theirs shows it too soon again."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Max, Q

from feedback.intake.models import Customer, Source
from feedback.web.models import Form, ShownForm

KEPT = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class LastShown:
    """This form, and any of the same source."""

    form: datetime | None
    any: datetime | None


def mark_of(source: Source, external_id: str) -> str:
    """Who, for nobody but this source: their id is kept nowhere for this."""
    return hmac.new(source.identity_secret.encode(), external_id.encode(), sha256).hexdigest()


def note_shown(form: Form, mark: str, *, now: datetime) -> None:
    ShownForm.objects.update_or_create(form=form, mark=mark, defaults={"shown_at": now})


def last_shown(form: Form, mark: str) -> LastShown:
    rows = ShownForm.objects.filter(form__source=form.source_id, mark=mark)
    found = rows.aggregate(same=Max("shown_at", filter=Q(form=form)), any=Max("shown_at"))
    return LastShown(found["same"], found["any"])


def forget_shown_to(customer: Customer) -> int:
    if not customer.external_id:
        return 0
    sources = Source.objects.filter(pk__in=Form.objects.values("source"))
    marks = [mark_of(source, customer.external_id) for source in sources]
    return ShownForm.objects.filter(mark__in=marks).delete()[0]


def forget_shown_before(oldest_kept: datetime, *, batch: int) -> int:
    """At most so many."""
    old = ShownForm.objects.filter(shown_at__lt=oldest_kept).values_list("pk", flat=True)
    return ShownForm.objects.filter(pk__in=list(old[:batch])).delete()[0]
