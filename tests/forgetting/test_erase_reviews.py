"""erase … whoever wrote a review in a store, and the next export brings nothing of it back."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxloop.forgetting import erase
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer, Feedback, Source
from feedback.stores.actions import Taken, take_reviews
from feedback.stores.exports import read_export
from feedback.stores.models import Revision
from tests.cast import Cast
from tests.feedback.exports import play_review
from tests.forgetting.known import places_of
from tests.makers import make_source
from tickets.work.actor import CUSTOMER
from tickets.work.models import TimelineEntry
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
MARKS = ("Mireille Sanzot", "zanzibarword", "gp:mireille")


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture
def reviews(house: Cast) -> Source:
    """One whose author is called by name in a reply, and edits it after that."""
    source = make_source("reviews", channel="store", owners=(house.group,))
    first: dict[str, Any] = {"at": ago(9), "text": "a zanzibarword"}
    second: dict[str, Any] = {"at": ago(4), "text": "still a zanzibarword"}
    for said in (first, second):
        read(source, reply=(ago(7), "Dear Mireille Sanzot, zanzibarword is mended"), **said)
        triage_arrivals()
        take_up_answers()
    return source


def read(source: Source, **said: Any) -> Taken:
    facts = {"stars": 1, "name": "Mireille Sanzot"} | said
    text = json.dumps({"reviews": [play_review("gp:mireille", **facts)]})
    reads = list(read_export(StringIO(text), ZoneInfo("UTC")))
    return take_reviews(reads, source, by="key", now=moment(), live=False)


def forget() -> None:
    customer = Customer.objects.get(name="Mireille Sanzot")
    erase(customer, reason="asked for it by letter", by=CUSTOMER, now=moment())


def test_nothing_in_any_table_names_them_or_says_their_words(reviews: Source) -> None:
    before = {place for mark in MARKS for place in places_of(mark)}
    assert len(before) > 8, before
    forget()
    assert {place: n for mark in MARKS for place, n in places_of(mark).items()} == {}


def test_that_the_company_replied_and_when_stays(reviews: Source) -> None:
    forget()
    entry = TimelineEntry.objects.get(kind="store_reply")
    assert entry.text == ""
    assert datetime.fromisoformat(entry.reason["replied_at"]) == ago(7)


def test_the_next_export_brings_nothing_back(reviews: Source) -> None:
    forget()
    heard = Feedback.objects.count()
    taken = read(reviews, at=ago(4), text="still a zanzibarword")
    again = read(reviews, at=ago(1), text="a newer zanzibarword")
    assert (taken.count["erased"], again.count["erased"]) == (1, 1)
    assert Feedback.objects.count() == heard
    assert {place: n for mark in MARKS for place, n in places_of(mark).items()} == {}
    assert set(Revision.objects.values_list("digest", flat=True)) == {""}
