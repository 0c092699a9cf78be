"""What will likely break, in words: each with its reason; or why nothing is shown."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from insights.gate import Standing
from insights.likely import likely_to_break
from insights.reach import Outlook
from tickets.work.models import Ticket


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    chance: float
    reason: str


@dataclass(frozen=True)
class Lane:
    is_shown: bool
    why: str
    rows: list[Row]
    more: int


def likely_lane(person: User, now: datetime, *, most: int) -> Lane:
    found = likely_to_break(person, now, most=most)
    numbers = [one.waiting.ticket for one, _chance in found.found]
    tickets = Ticket.objects.visible_to(person).select_related("group", "assignee")
    by_number = tickets.in_bulk(numbers)
    rows = [Row(by_number[o.waiting.ticket], chance, reason(o)) for o, chance in found.found]
    return Lane(found.standing.is_shown, why(found.standing), rows, found.more)


def reason(one: Outlook) -> str:
    words = ngettext(
        "%(before)s is before it, the group answers %(a_day)s a day: reached in %(reached)s days, "
        "due in %(left)s.",
        "%(before)s are before it, the group answers %(a_day)s a day: reached in %(reached)s days, "
        "due in %(left)s.",
        one.before,
    )
    return words % {
        "before": one.before,
        "a_day": f"{one.a_day:.3g}",
        "reached": f"{one.reached_days:.1f}",
        "left": f"{one.left_days:.1f}",
    }


def why(standing: Standing) -> str:
    found = standing.judged
    scored = {
        "brier": f"{found.brier:.4f}",
        "base": f"{found.base_brier:.4f}",
        "forecasts": found.scored,
        "promises": found.cases,
    }
    return f"{_verdict(standing)} {_figures(standing) % scored}"


def _verdict(standing: Standing) -> str:
    if standing.is_shown:
        return _("Shown while the forecast beats the base rate.")
    return _("Not shown: the forecast does not beat the base rate, so it would tell you nothing.")


def _figures(standing: Standing) -> str:
    if standing.is_own:
        return _(
            "Brier score %(brier)s against %(base)s, over %(forecasts)s forecasts of %(promises)s "
            "promises of this house."
        )
    return _(
        "Brier score %(brier)s against %(base)s, over %(forecasts)s forecasts of %(promises)s "
        "promises in the event log of a helpdesk; of this house's own too few have come due yet."
    )
