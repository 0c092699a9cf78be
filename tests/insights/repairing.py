"""Repairs by the hundred, drawn by a seed, as they are recorded; and one as a test wants it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import AccessGroup
from feedback.intake.models import Customer
from feedback.intake.scores import class_of
from insights.measures.rows import BESIDE, ELIGIBLE, Repair
from insights.models import RepairRecord
from tests.makers import make_policy, make_root_cause, make_source
from tickets.sla.models import Promise
from tickets.work.models import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)

BLANK: dict[str, Any] = {
    **dict.fromkeys(Repair._fields),
    **{"ticket": 1, "cycle": 1, "group": "care", "source": "shop", "standing": ELIGIBLE},
    **{"received_at": BEGIN, "score_type": "nps", "score_before": 2, "class_before": "negative"},
    **{"owed_at": BEGIN, "follow_up": "running", "is_silent": False, "outcome": ""},
    "is_heard": False,
    **{"closed_by": "", "cause": "", "failure_type": "", "driver": "", "costs": {}},
    **{"gestures": (), "playbook": "", "playbook_use": "", "looked_at": BEGIN + 200 * DAY},
}


def repair(**facts: Any) -> Repair:
    """Received at BEGIN, of a customer of its own, and nothing has happened."""
    return Repair(**BLANK | {"person": object()} | facts)


def reached(after: timedelta = HOUR, **facts: Any) -> Repair:
    at = facts.get("received_at", BEGIN) + after
    kept = "met" if after <= 48 * HOUR else "breached"
    times = {"attempted_at": at, "reached_at": at, "met_at": at, "follow_up": kept}
    return repair(**{"owed_at": facts.get("received_at", BEGIN)} | times | facts)


def answered(score: int | None = 5, solved: bool | None = True, **facts: Any) -> Repair:
    at = facts.get("received_at", BEGIN) + DAY
    said = {"resolved_at": at, "asked_at": at, "answered_at": at + DAY}
    return reached(**{**said, "solved": solved, "score_after": score} | facts)


def make_records(groups: list[AccessGroup], number: int, *, seed: int, days: int = 28) -> None:
    """Received evenly over so many days from BEGIN on; some of everything that there is."""
    dice = Random(seed)
    numbers = _tickets(groups[0], number)
    people = _people(max(number // 2, 1))
    sources = [make_source(f"shop-{seed}"), make_source(f"app-{seed}"), None]
    causes = [make_root_cause(f"{slug}-{seed}") for slug in ("courier", "warehouse", "billing")]
    rows = []
    for place, ticket in enumerate(numbers):
        received = BEGIN + place * (days * DAY / number) - timedelta(microseconds=dice.randrange(9))
        facts = _course(dice, received)
        rows.append(
            RepairRecord(
                ticket_id=ticket,
                group=groups[0] if dice.random() < 0.8 else groups[-1],
                source=dice.choices(sources, [6, 3, 1])[0],
                person=dice.choice(people) if dice.random() < 0.95 else None,
                cause=dice.choices([*causes, None], [6, 3, 1, 4])[0],
                **facts,
            )
        )
    RepairRecord.objects.bulk_create(rows, batch_size=2_000)


def _tickets(group: AccessGroup, number: int) -> list[int]:
    policy = make_policy()
    promises = [Promise(policy=policy, opened_at=BEGIN) for _ in range(number)]
    made = Promise.objects.bulk_create(promises, batch_size=5_000)
    about = {"group": group, "contactable": "letter", "created_at": BEGIN, "updated_at": BEGIN}
    tickets = [Ticket(promise=one, subject="", **about) for one in made]
    Ticket.objects.bulk_create(tickets, batch_size=5_000)
    return [one.pk for one in made]


def _people(number: int) -> list[Customer]:
    rows = [Customer(trusted=False, created_at=BEGIN) for _ in range(number)]
    return Customer.objects.bulk_create(rows, batch_size=5_000)


def _course(dice: Random, received: datetime) -> dict[str, Any]:
    """Of one repair, from its receipt on."""
    kind, score = _score(dice)
    course: dict[str, Any] = {
        "cycle": dice.choices([1, 2], [9, 1])[0],
        "standing": ELIGIBLE if dice.random() < 0.85 else dice.choice(BESIDE),
        "received_at": received,
        "score_type": kind,
        "score_before": score,
        "class_before": class_of(kind, score) if score is not None else "unscored",
        "acknowledged_at": received + dice.random() * HOUR if dice.random() < 0.7 else None,
        "failure_type": dice.choice(["", "late", "broken"]),
        "severity": dice.choice([None, 1, 2, 3, 4]),
        "value": Decimal(dice.randrange(100_000)) / 100 if dice.random() < 0.8 else None,
        "looked_at": received + 91 * DAY,
    }
    return {**course, **_contact(dice, received), **_after(dice, received, kind)}


def _score(dice: Random) -> tuple[str, int | None]:
    kind = dice.choices(["nps", "csat", "stars", ""], [5, 3, 1, 1])[0]
    tops = {"nps": (0, 6), "csat": (1, 2), "stars": (1, 2), "": None}[kind]
    return kind, dice.randint(*tops) if tops else None


def _contact(dice: Random, received: datetime) -> dict[str, Any]:
    due = received + dice.choice([24, 48, 24 * 25]) * HOUR
    owed = {"owed_at": received, "due_at": due, "follow_up": "running"}
    lot = dice.random()
    if lot < 0.08:
        return owed
    if lot < 0.13:
        closed = received + dice.choice([5, 60]) * HOUR
        ended = {"closed_at": closed, "ended_at": closed, "closed_by": "agent"}
        return owed | {"follow_up": "void", "voided_at": closed, "outcome": "spam"} | ended
    tried = received + dice.expovariate(1 / 20) * HOUR
    if lot < 0.2:
        return owed | {"attempted_at": tried}
    met = tried + (dice.expovariate(1 / 10) * HOUR if dice.random() < 0.3 else timedelta())
    kept = "met" if met <= due else "breached"
    contact = {"attempted_at": tried, "reached_at": met, "met_at": met, "follow_up": kept}
    return owed | contact | _resolved(dice, met)


def _resolved(dice: Random, met: datetime) -> dict[str, Any]:
    given = _gestures(dice) | _playbook(dice)
    if dice.random() < 0.1:
        return given
    resolved = met + dice.expovariate(1 / 30) * HOUR
    found: dict[str, Any] = {"resolved_at": resolved, **given}
    lot = dice.random()
    if lot < 0.1:
        return found
    found["asked_at"] = resolved + HOUR
    if lot < 0.5:
        closed = resolved + 7 * DAY
        ended = {"closed_at": closed, "ended_at": closed, "outcome": "silent"}
        return found | ended | {"is_silent": True, "closed_by": "silence"}
    answered_at = resolved + dice.expovariate(1 / 2) * DAY + HOUR
    score = dice.choices([None, 1, 2, 3, 4, 5], [1, 1, 1, 2, 4, 5])[0]
    found |= {"answered_at": answered_at, "score_after": score}
    found["is_heard"] = answered_at.microsecond % 4 == 0
    found["solved"] = dice.choices([True, False, None if score else True], [7, 2, 1])[0]
    for item, low in (("fair", 2), ("easy", 3), ("respect", 3)):
        found[item] = dice.randint(low, 5) if dice.random() < 0.8 else None
    if found["solved"] is False:
        return found | {"reopened_at": answered_at}
    ended = {"closed_at": answered_at, "ended_at": answered_at, "closed_by": "customer"}
    return found | ended | {"outcome": "recovered"}


def _gestures(dice: Random) -> dict[str, Any]:
    given, costs = [], {}
    if dice.random() < 0.6:
        given.append(f"apology:{dice.choice(['kept', 'promised'])}")
    if dice.random() < 0.4:
        currency = dice.choices(["EUR", "KRW", "CHF"], [8, 4, 0.1])[0]
        costs[currency] = f"{dice.randrange(100, 9_999) / 100:.2f}"
        given.append(f"voucher:{dice.choice(['kept', 'promised'])}")
    if dice.random() < 0.1:
        given.append(f"refund:{dice.choice(['waiting', 'rejected', 'broken'])}")
    return {"gestures": given, "costs": costs}


def _playbook(dice: Random) -> dict[str, Any]:
    if dice.random() < 0.5:
        return {}
    slug, version = dice.choices([("billing", 1), ("billing", 2), ("delivery", 1)], [3, 9, 5])[0]
    use = dice.choices(["followed", "left", "unsaid"], [5, 3, 2])[0]
    return {"playbook": slug, "playbook_version": version, "playbook_use": use}


def _after(dice: Random, received: datetime, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dice.random() < 0.2:
        again = received + dice.random() * 120 * DAY
        found["failed_again_at"] = again
        if dice.random() < 0.5:
            found["same_cause_again_at"] = again
    if dice.random() < 0.2:
        found["failed_before_at"] = received - dice.random() * 150 * DAY
    if kind and dice.random() < 0.5:
        most = 10 if kind == "nps" else 5
        found["later_score"] = dice.randint(1, most)
        found["later_score_at"] = received + dice.random() * 85 * DAY
    return found
