"""Closed days that come from elsewhere, handed in or looked at again.

What they come to is written as the next version of the calendar, if it is anything new; running
clocks keep theirs. Where a look fails, the last days stay in force and the row says why.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from cxloop.kernel.away import is_away
from tickets.sla import policies, public_holidays
from tickets.sla.closings import runs_short
from tickets.sla.ical import read_ical
from tickets.sla.models import Calendar, CalendarVersion
from tickets.sla.models.upkeep import Origin, Upkeep
from tickets.sla.upkeeping import keep_file

logger = logging.getLogger(__name__)

Fetch = Callable[[str], bytes]


@transaction.atomic
def take_ical(calendar: Calendar, raw: bytes, *, by: User | None, now: datetime) -> CalendarVersion:
    """The closed days of a file, in place of any file or address before. Raises BadCalendar."""
    read = read_ical(raw, year=now.year)
    version = policies.follow(policies.lock_calendar(calendar), {"ical": read}, by=by, now=now)
    keep_file(version, raw.decode(errors="replace").replace("\x00", ""), now=now)
    return version


def claim_upkeep(now: datetime) -> Upkeep | None:
    """The calendar that waits longest, for this worker alone."""
    with transaction.atomic():
        due = Upkeep.objects.to_look_at(now).select_for_update(skip_locked=True, no_key=True)
        upkeep = due.first()
        if upkeep:
            upkeep.lease(now)
    return upkeep


def look_again(upkeep: Upkeep, *, fetch: Fetch, now: datetime) -> None:
    """No transaction is open while the network is used."""
    try:
        raw = fetch(upkeep.address) if upkeep.address else b""
        _answer_again(upkeep, raw, now)
    except Exception as error:
        if is_away(error):
            raise
        logger.warning("calendar %s was not renewed: %s", upkeep.calendar_id, error)
        _put_off(upkeep, error, now)


@transaction.atomic
def _answer_again(upkeep: Upkeep, raw: bytes, now: datetime) -> None:
    latest = policies.lock_calendar(upkeep.calendar)
    upkeep_now = _unchanged(upkeep)
    if upkeep_now:
        policies.follow(latest, _given(upkeep, latest, raw, now.year), by=None, now=now)
        upkeep_now.settle(now)


def _given(upkeep: Upkeep, latest: CalendarVersion, raw: bytes, year: int) -> dict[str, Any]:
    if upkeep.origin == Origin.HOLIDAYS:
        return {"holidays": public_holidays.renewed(latest.holidays, year=year)}
    if upkeep.address:
        return {"ical": {"address": upkeep.address, **read_ical(raw, year=year)}}
    if runs_short(latest.ical, year=year):
        return {"ical": read_ical(upkeep.text.encode(), year=year)}
    return {}


def _unchanged(upkeep: Upkeep) -> Upkeep | None:
    """None where somebody has asked for something else meanwhile."""
    same = Upkeep.objects.filter(pk=upkeep.pk, address=upkeep.address, text=upkeep.text)
    return same.select_for_update(no_key=True).first()


@transaction.atomic
def _put_off(upkeep: Upkeep, error: Exception, now: datetime) -> None:
    if current := _unchanged(upkeep):
        current.put_off(error, now)
