from cxloop.kernel import due
from cxloop.kernel.moment import moment
from insights.actions import days, digests, forecasts, repairs
from insights.models import CountedDay, DigestWish, Unrecorded
from tickets.work.walking import walk_on

# A pass of a minute: a year in a new zone takes ten of them.
DAYS_A_PASS = 40


def note_forecasts() -> int:
    return forecasts.note_forecasts(now=moment())


def count_days(*, clock: due.Clock = moment) -> int:
    days.want_days(now=clock())
    walk_on(lambda: days.note_changes(now=clock()))
    wanted = CountedDay.objects.to_count
    return due.drain(wanted, days.count_days, batch=1, limit=DAYS_A_PASS, clock=clock)


def record_repairs(*, clock: due.Clock = moment) -> int:
    walk_on(lambda: repairs.note_repairs(now=clock()))
    repairs.look_again(now=clock())
    wanted = Unrecorded.objects.to_record
    return due.drain(wanted, repairs.record_repairs, batch=200, along="since", clock=clock)


def write_digests(*, clock: due.Clock = moment) -> int:
    return due.drain(DigestWish.objects.to_write, digests.write_digests, batch=5, clock=clock)
