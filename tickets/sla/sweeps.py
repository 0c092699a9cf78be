"""Closed days that come from elsewhere are looked at again every day."""

from functools import partial

from cxloop.kernel.due import Clock
from cxloop.kernel.moment import moment
from tickets.sla.fetching import fetch
from tickets.sla.ical import LARGEST
from tickets.sla.renewing import Fetch, claim_upkeep, look_again

# An address that hangs takes its time, and in a plain loop other sweeps wait for this one.
MOST_AT_ONCE = 5

fetch_ical = partial(fetch, most=LARGEST)


def renew_calendars(*, clock: Clock = moment, fetch: Fetch = fetch_ical) -> int:
    looked_at = 0
    while looked_at < MOST_AT_ONCE and (upkeep := claim_upkeep(clock())):
        look_again(upkeep, fetch=fetch, now=clock())
        looked_at += 1
    return looked_at
