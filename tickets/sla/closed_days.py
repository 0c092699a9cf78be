"""What is asked of a calendar's closed days, and what that comes to when a version is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tickets.sla import public_holidays
from tickets.sla.fetching import flaw_of
from tickets.sla.hours import BadCalendar
from tickets.sla.written_hours import WrittenHours


def ask(latest: WrittenHours, changes: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The columns for what is asked of holidays and iCal; null asks for none. The same question
    again keeps the days that it was answered with: the sweep alone asks again."""
    answered: dict[str, Any] = {}
    if "holidays" in changes:
        answered["holidays"] = _holidays(latest.holidays, changes["holidays"], now.year)
    if "ical" in changes:
        answered["ical"] = _ical(latest.ical, changes["ical"])
    return answered


def _holidays(known: Any, asked: Any, year: int) -> Any:
    if not asked:
        return {}
    observed = public_holidays.observe(asked, year=year)
    asked_before = bool(known) and public_holidays.asked_of(known)
    return known if public_holidays.asked_of(observed) == asked_before else observed


def _ical(known: dict[str, Any], asked: Any) -> dict[str, Any]:
    if not asked:
        return {}
    if not isinstance(asked, Mapping) or asked.keys() != {"address"}:
        raise BadCalendar.at("/ical", "malformed", "An address is wanted.")
    address = asked["address"]
    if flaw := flaw_of(address) if isinstance(address, str) else "An address is wanted.":
        raise BadCalendar.at("/ical/address", "malformed", flaw)
    return known if known.get("address") == address else {"address": address}
