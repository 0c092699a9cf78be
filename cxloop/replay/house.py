"""The house that the complaints came to: nine groups, rules by issue and product, two policies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions import create_group, create_person, set_role
from accounts.models import AccessGroup
from accounts.roles import GroupRole, OrganisationRole
from feedback.intake.actions.sources import create_source
from feedback.intake.models import Channel, Source
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.rules.actions import write_rule
from tickets.rules.defaults import default_rules
from tickets.sla.models import FORTY_EIGHT_HOURS, HOUR
from tickets.sla.policies import Given, write_policy

STAFF = (GroupRole.AGENT, GroupRole.AGENT, GroupRole.AGENT, GroupRole.LEAD, GroupRole.MANAGER)

# The record does not say when a complaint was settled, so none of that is promised.
COMPLAINTS: Given = {"acknowledge_s": 24 * HOUR, "follow_up_s": FORTY_EIGHT_HOURS}
REVIEWS: Given = {"follow_up_s": FORTY_EIGHT_HOURS, "resolve_s": 7 * 24 * HOUR}

# Group: the issues, by their words, that go there whatever the product; first match wins.
BY_ISSUE = {
    "fraud": ("fraud", "identity theft", "Improper use of your report", "unauthorized"),
    "legal": ("legal action", "Threatened", "court"),
}
BY_PRODUCT = {
    "credit-reporting": (
        "Credit reporting, credit repair services, or other personal consumer reports",
    ),
    "collection": ("Debt collection",),
    "mortgages": ("Mortgage",),
    "accounts": (
        "Checking or savings account",
        "Bank account or service",
        "Money transfer, virtual currency, or money service",
    ),
    "cards": ("Credit card or prepaid card", "Credit card"),
    "loans": (
        "Student loan",
        "Vehicle loan or lease",
        "Payday loan, title loan, or personal loan",
        "Payday loan",
        "Consumer Loan",
    ),
}
OF_REVIEWS = "films"
_UNKNOWN = {
    "name": "Other products",
    "when": {"fact": "source", "op": "eq", "value": "complaints"},
    "then": {"ticket": False, "reason": "No group of this house knows the product."},
}
GROUPS = (*BY_ISSUE, *BY_PRODUCT, OF_REVIEWS)


@dataclass(frozen=True)
class House:
    complaints: Source
    reviews: Source


@transaction.atomic
def furnish_house(now: datetime) -> House:
    write_policy(slug="standard", name="Complaints", targets=COMPLAINTS, by=None, now=now)
    write_policy(slug="reviews", name="Reviews", targets=REVIEWS, by=None, now=now)
    write_ladder(slug="standard", name="Standard", group=None, rungs=DEFAULT_RUNGS, now=now)
    groups = {slug: _staff(slug, now) for slug in GROUPS}
    for rule in (*_rules_of_complaints(), *default_rules(group=OF_REVIEWS, policy="reviews")):
        write_rule(rule, known_policies={"standard", "reviews"}, by=None, now=now)
    create_person(
        email="director@house.example",
        name="Director",
        organisation_role=OrganisationRole.ADMIN,
        now=now,
    )
    return House(
        _source("complaints", "UTC", groups, now), _source("reviews", "Asia/Seoul", groups, now)
    )


def _staff(slug: str, now: datetime) -> AccessGroup:
    name = slug.replace("-", " ").capitalize()
    group = create_group(slug=slug, name=name, now=now)
    for number, role in enumerate(STAFF, start=1):
        person = create_person(
            email=f"{slug}-{number}@house.example", name=f"{name} {number}", now=now
        )
        set_role(person=person, group=group, role=role, now=now)
    return group


def _source(slug: str, zone: str, groups: dict[str, AccessGroup], now: datetime) -> Source:
    return create_source(
        slug=slug,
        name=slug.capitalize(),
        channel=Channel.IMPORT,
        owners=list(groups.values()),
        time_zone=zone,
        now=now,
    )


def _rules_of_complaints() -> list[dict[str, Any]]:
    by_issue = [
        _rule(group, "context.issue", "words_any", words, priority="high")
        for group, words in BY_ISSUE.items()
    ]
    by_product = [
        _rule(group, "context.product", "in", products) for group, products in BY_PRODUCT.items()
    ]
    return [*by_issue, *by_product, _UNKNOWN]


def _rule(group: str, fact: str, op: str, value: tuple[str, ...], **then: Any) -> dict[str, Any]:
    return {
        "name": f"To {group}",
        "when": {"fact": fact, "op": op, "value": list(value)},
        "then": {"ticket": True, "group": group, "assign": "round_robin", **then},
    }
