from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from cxloop.loop import run_sweep
from desk.models import SentForm
from desk.once import KEPT_FOR

pytestmark = pytest.mark.django_db


def test_only_forms_sent_long_ago_are_forgotten() -> None:
    now, an_hour = moment(), timedelta(hours=1)
    SentForm.objects.create(digest=b"old", sent_at=now - KEPT_FOR - an_hour)
    SentForm.objects.create(digest=b"new", sent_at=now - KEPT_FOR + an_hour)
    assert run_sweep("sent_forms") == 1
    assert bytes(SentForm.objects.get().digest) == b"new"
