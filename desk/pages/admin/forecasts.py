"""What stands beside a policy: whether it can be kept, and how it is."""

from typing import Any

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.board import kept
from desk.foretold import foretold
from desk.forms.admin import PolicyForm
from desk.forms.base import Said
from tickets.sla import policies as sla
from tickets.sla.foresight import Foresight, foresee_policy
from tickets.sla.models import Policy, PolicyVersion


def preview(form: PolicyForm) -> dict[str, Any]:
    """Of what was typed; nothing is written. Empty where the form refuses it."""

    def foresee(said: Said) -> Foresight | None:
        targets = {name: said[name] for name in sla.GIVEN}
        draft = sla.draft_policy(sla.Given(**targets), said["calendar"])  # type: ignore[typeddict-item]
        return foresee_policy(draft, now=moment())

    return _shown(form.result, is_draft=True) if form.carries_out(foresee) else {}


def forecast_of(version: PolicyVersion) -> dict[str, Any]:
    return _shown(foresee_policy(version, now=moment()), is_draft=False)


def rates_of(policy: Policy, person: User) -> dict[str, Any]:
    return {"kept": kept(person, moment(), policy=policy)}


def _shown(found: Foresight | None, *, is_draft: bool) -> dict[str, Any]:
    told = foretold(found) if found else []
    return {
        "shows_forecast": True,
        "foresight": found,
        "foretold": told,
        "is_draft": is_draft,
    }
