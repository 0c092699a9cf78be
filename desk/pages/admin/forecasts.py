"""What stands beside a policy: whether it can be kept, and how it is."""

from datetime import datetime
from typing import Any

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.board import kept
from desk.foretold import foretold
from desk.forms.base import Said
from desk.forms.policies import PolicyForm
from tickets.sla import policies as sla
from tickets.sla.calendars import add
from tickets.sla.foresight import foresee_policy
from tickets.sla.models import Policy, PolicyVersion
from tickets.sla.targets import TARGET_OF, Terms


def preview(form: PolicyForm) -> dict[str, Any]:
    """Of what was typed; nothing is written. Empty where the form refuses it."""

    def foresee(said: Said) -> dict[str, Any]:
        targets = {name: said[name] for name in sla.GIVEN}
        draft = sla.draft_policy(sla.Given(**targets), said["calendar"])  # type: ignore[typeddict-item]
        return {**forecast_of(draft), "is_draft": True}

    return form.result if form.carries_out(foresee) else {}


def forecast_of(version: PolicyVersion) -> dict[str, Any]:
    now = moment()
    found = foresee_policy(version, now=now)
    return {
        "shows_forecast": True,
        "foresight": found,
        "foretold": foretold(found) if found else [],
        "due_now": _due(version, now),
    }


def _due(version: PolicyVersion, now: datetime) -> list[tuple[str, datetime]]:
    """When a promise made now would be due, clock by clock."""
    targets = {kind: version.target(kind, Terms()) for kind in TARGET_OF}
    hours = version.hours()
    return [(kind, add(hours, now, seconds)) for kind, seconds in targets.items() if seconds]


def rates_of(policy: Policy, person: User) -> dict[str, Any]:
    return {"kept": kept(person, moment(), policy=policy)}
