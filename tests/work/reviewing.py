"""Reviews of a store as they come from export to export, and what they make of clocks."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from feedback.intake.models import Source
from feedback.stores.actions import Taken, take_reviews
from feedback.stores.exports import read_export
from tests.feedback.exports import as_csv
from tests.makers import make_policy, make_source
from tickets.rules.actions import write_rule
from tickets.sla.models import Clock
from tickets.work.models import Ticket
from tickets.work.sweeps import take_up_answers, triage_arrivals

BEGAN = datetime.now(UTC).replace(microsecond=0)
SORRY = "We are sorry. 4.2 mends it."


def ago(hours: float) -> datetime:
    return BEGAN - timedelta(hours=hours)


def open_store(group: AccessGroup) -> Source:
    """Unhappy reviews lead to a ticket of the group; others to none."""
    make_policy("standard")
    unhappy = {"fact": "score.class", "op": "eq", "value": "negative"}
    then = {"ticket": True, "group": group.slug, "policy": "standard"}
    rule = {"name": "Unhappy", "when": unhappy, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    return make_source("reviews", channel="store", owners=(group,))


def read(*rows: list[str], live: bool = False) -> Taken:
    return read_text(as_csv(*rows), live=live)


def read_text(text: str, *, live: bool = False) -> Taken:
    reads = list(read_export(StringIO(text, newline=""), ZoneInfo("UTC")))
    source = Source.objects.get(slug="reviews")
    taken = take_reviews(reads, source, by="key sk_1…", now=moment(), live=live)
    assert taken.refused == []
    return taken


def work() -> None:
    triage_arrivals()
    take_up_answers()


def told(*rows: list[str], live: bool = False) -> None:
    read(*rows, live=live)
    work()


def clocks(ticket: Ticket, kind: str = "follow_up") -> list[Clock]:
    return list(Clock.objects.filter(promise=ticket.pk, kind=kind).order_by("cycle"))


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))
