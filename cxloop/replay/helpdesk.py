"""The helpdesk whose log it is: one group, one promise round the clock, one in opening hours.

Cases are promised the one and the other in turn, as they come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actions import create_group, create_person, set_role
from accounts.models import AccessGroup, User
from accounts.roles import GroupRole
from feedback.intake.actions.sources import create_source
from feedback.intake.models import Channel, Source
from tickets.rules.actions import write_rule
from tickets.sla.models import FORTY_EIGHT_HOURS, HOUR
from tickets.sla.policies import Given, write_calendar, write_policy
from tickets.work.actions.causes import write_root_cause
from tickets.work.models import RootCause

GROUP = "helpdesk"
ROUND_THE_CLOCK, OPENING_HOURS = "round-the-clock", "opening-hours"

# The zone whose clocks fit every stamp of the log: +02:00 in winter, +03:00 in summer.
ZONE = "Europe/Athens"
_OFFICE = ["08:00-12:30", "13:30-18:00"]
# Clocks change in the nights of Saturday: a night of duty counts the hour that goes or comes.
WEEKLY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _OFFICE) | {"sat": ["22:00-06:00"]}
_CLOSED = ("01-01", "01-06", "05-01", "08-15", "12-25", "12-26")
_HALF_DAYS = ("12-24", "12-31")
YEARS = range(2010, 2015)

# An office day has nine hours; five and twenty of them are the other two.
_IN_OPENING_HOURS: Given = {
    "acknowledge_s": 9 * HOUR,
    "follow_up_s": 45 * HOUR,
    "resolve_s": 180 * HOUR,
}
_AT_ALL_HOURS: Given = {
    "acknowledge_s": 24 * HOUR,
    "follow_up_s": FORTY_EIGHT_HOURS,
    "resolve_s": 30 * 24 * HOUR,
}


@dataclass(frozen=True)
class Helpdesk:
    sources: list[Source]
    people: dict[str, User]
    cause: RootCause


@transaction.atomic
def furnish_helpdesk(people: Iterable[str], now: datetime) -> Helpdesk:
    group = create_group(slug=GROUP, name="Helpdesk", now=now)
    write_calendar(
        slug=OPENING_HOURS,
        name="Opening hours",
        zone=ZONE,
        weekly=WEEKLY,
        exceptions=exceptions(),
        by=None,
        now=now,
    )
    _promise(ROUND_THE_CLOCK, _AT_ALL_HOURS, None, now)
    _promise(OPENING_HOURS, _IN_OPENING_HOURS, OPENING_HOURS, now)
    return Helpdesk(
        sources=[_source(slug, group, now) for slug in (ROUND_THE_CLOCK, OPENING_HOURS)],
        people={name: _employ(name, group, now) for name in people},
        cause=write_root_cause(slug="other", name="Other", now=now),
    )


def exceptions() -> dict[str, list[str]]:
    closed: dict[str, list[str]] = {f"{year}-{day}": [] for year in YEARS for day in _CLOSED}
    return closed | {f"{year}-{day}": ["08:00-12:30"] for year in YEARS for day in _HALF_DAYS}


def _promise(slug: str, targets: Given, calendar: str | None, now: datetime) -> None:
    """A policy, and the rule by which whatever comes through the source of this name has it."""
    name = slug.replace("-", " ").capitalize()
    write_policy(slug=slug, name=name, targets=targets, calendar=calendar, by=None, now=now)
    rule = {
        "name": name,
        "when": {"fact": "source", "op": "eq", "value": slug},
        "then": {"ticket": True, "group": GROUP, "policy": slug},
    }
    write_rule(rule, known_policies={slug}, by=None, now=now)


def _source(slug: str, group: AccessGroup, now: datetime) -> Source:
    return create_source(
        slug=slug, name=slug, channel=Channel.IMPORT, owners=[group], time_zone=ZONE, now=now
    )


def _employ(name: str, group: AccessGroup, now: datetime) -> User:
    address = f"{name.replace(' ', '-').lower()}@helpdesk.example"
    person = create_person(email=address, name=name, now=now)
    set_role(person=person, group=group, role=GroupRole.AGENT, now=now)
    return person
