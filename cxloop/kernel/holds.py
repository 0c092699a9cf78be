"""After a restore or a failover nobody knows which letters have left: they are held.

A database that was restored from a backup, or whose standby took over, believes that what it has
last seen is the present. What it has not sent yet may have left long ago; what it has not yet
judged, asked or raised may have been told. So the first that wants to send looks whether this is
the database in which was written last. It is another one if the cluster, its timeline, the
database or its table of letters is: a standby that is promoted and a recovery to a point in time
begin a new timeline, a dump that is read in makes the tables anew, a copy by template the database.
A copy of the disk that is put back without recovery looks like itself; whoever does that says so,
by `manage.py hold_letters`.
"""

from datetime import datetime

from django.db import ProgrammingError, connection, transaction
from django.db.models import Q

from cxloop.kernel.models import Hold, Letter, LetterQuerySet, Whereabouts
from cxloop.kernel.moment import moment
from cxloop.kernel.nudge import nudge_after_commit

_HERE = 1  # the one row of Whereabouts

_TABLE = """
SELECT oid || ':' || 'kernel_letter'::regclass::oid FROM pg_database
WHERE datname = current_database()
"""
# Of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html: no right to ask, and
# no such function.
_NOT_TOLD = ("42501", "42883")
# Read from what the cluster writes just now, not from its last checkpoint: a promotion shows at
# once.
_CLUSTER = """
SELECT system_identifier || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
FROM pg_control_system()
"""


def hold_back() -> datetime | None:
    """Until when what letters tell of is held just now; every letter that waits and tells of older
    things is held from now on."""
    _look_where_we_are()
    hold = Hold.objects.in_force().first()
    if hold is None:
        return None
    _may_leave().about_until(hold.before).update(state=Letter.State.HELD)
    return hold.before


def _may_leave() -> LetterQuerySet:
    """A sender that lives keeps what it has claimed: that is leaving just now."""
    now = moment()
    lost = Q(state=Letter.State.SENDING, leave_at__lte=now)
    return Letter.objects.filter(Q(state=Letter.State.WAITING) | lost)


def hold_letters(*, before: datetime, now: datetime, by_hand: bool) -> Hold:
    """Holds what tells of things until then. One hold is in force at a time; a second one widens
    it."""
    with transaction.atomic():
        row = Hold(before=before, noticed_at=now, by_hand=by_hand)
        Hold.objects.bulk_create([row], ignore_conflicts=True)
        hold = Hold.objects.in_force().select_for_update().get()
        hold.before = max(hold.before, before)
        hold.save(update_fields=["before"])
    return hold


def release_letters(*, by: str, now: datetime) -> int:
    """They leave after all; how many."""
    return _end_hold(by, now, state=Letter.State.WAITING, leave_at=now)


def lay_letters_down(*, by: str, now: datetime) -> int:
    """They have left before: none is sent, and what they tell counts as told; how many."""
    with transaction.atomic():
        Letter.objects.held().filter(secret=True).update(body="")
        why = f"held after a restore; {by} says that it had left before"
        return _end_hold(by, now, state=Letter.State.SENT, sent_at=now, last_error=why)


def _end_hold(by: str, now: datetime, **becomes: object) -> int:
    with transaction.atomic():
        Hold.objects.in_force().update(released_at=now, released_by=by)
        ended = Letter.objects.held().update(**becomes)
        nudge_after_commit("letters")
    return ended


def _look_where_we_are() -> None:
    """The first look ever only remembers."""
    here = _identity()
    known = Whereabouts.objects.filter(pk=_HERE).first()
    if known is not None and known.identity == here:
        return
    with transaction.atomic():
        row = Whereabouts(pk=_HERE, identity=here)
        Whereabouts.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["id"], update_fields=["identity"]
        )
        if known is not None:
            now = moment()
            hold_letters(before=now, now=now, by_hand=False)


def _identity() -> str:
    return f"{_ask_cluster()}:{_ask(_TABLE)}"


def _ask_cluster() -> str:
    """Some who rent out databases let nobody ask; then the table alone has to tell."""
    try:
        with transaction.atomic():
            return _ask(_CLUSTER)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) not in _NOT_TOLD:
            raise
        return ""


def _ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])
