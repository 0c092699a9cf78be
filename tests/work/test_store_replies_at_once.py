"""Exports are imported, judged and taken up by several at once: nothing happens twice."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from cxloop.kernel.due import drain
from cxloop.kernel.moment import moment
from feedback.intake.models import Arrival, Feedback, Source
from feedback.stores.actions import take_reviews
from feedback.stores.exports import read_export
from feedback.stores.models import StoreReply
from tests.accounts.at_once import at_once
from tests.cast import Cast
from tests.feedback.exports import as_csv, play_row
from tests.makers import make_policy, make_source
from tickets.rules.actions import write_rule
from tickets.sla.models import Clock
from tickets.work.actions.store_replies import take_up_replies
from tickets.work.actions.triage import triage
from tickets.work.models import Contact, Ticket, Triage

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 24
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture(autouse=True)
def source(cast: Cast) -> Source:
    make_policy("standard")
    then = {"ticket": True, "group": cast.group.slug, "policy": "standard"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    return make_source("reviews", channel="store")


def import_all(*, edited: bool) -> None:
    facts = {"edited": ago(3), "text": "Still"} if edited else {}
    rows = [play_row(f"gp:{n}", at=ago(9), reply=(ago(7), "Sorry"), **facts) for n in range(MANY)]
    reads = list(read_export(StringIO(as_csv(*rows), newline=""), ZoneInfo("UTC")))
    take_reviews(reads, Source.objects.get(slug="reviews"), by="key", now=moment(), live=False)


def hand(number: int) -> None:
    """Some import, some judge, some take up, all of it in small batches."""
    for _ in range(3):
        if number % 3 == 0:
            import_all(edited=False)
            import_all(edited=True)
        elif number % 3 == 1:
            drain(Arrival.objects.waiting, triage, batch=4)
        else:
            drain(StoreReply.objects.to_take_up, take_up_replies, batch=4)


def test_one_ticket_a_review_one_contact_a_reply_and_one_answer_owed() -> None:
    assert at_once(hand, range(6), hands=6) == ["ok"] * 6
    drain(Arrival.objects.waiting, triage, clock=lambda: moment() + timedelta(hours=1))
    later = moment() + timedelta(hours=1)
    drain(StoreReply.objects.to_take_up, take_up_replies, clock=lambda: later)
    assert Feedback.objects.count() == Triage.objects.count() == 2 * MANY
    assert Ticket.objects.count() == Contact.objects.count() == StoreReply.objects.count() == MANY
    assert set(StoreReply.objects.values_list("state", flat=True)) == {"noted"}
    clocks = Clock.objects.filter(kind="follow_up").order_by("promise", "cycle")
    told = set(clocks.values_list("cycle", "state", "started_at", "met_at"))
    assert told == {(1, "met", ago(9), ago(7)), (2, "running", ago(3), None)}
