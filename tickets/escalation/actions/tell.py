"""People who were named are written to: a letter a notice, or one letter for many."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.letters import Draft, write_letters
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice
from tickets.escalation.wording import MOST_LINES, Case, digest, notice

MOST_SINGLE = 20
KIND = "escalation"


def tell(notices: list[Notice], now: datetime) -> None:
    """Writes what these notices say; the rows must be locked. Whoever is on more than twenty gets
    one letter, which takes in whatever else waits for them."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for row in notices:
        waiting[row.user_id].append(row.pk)
    for user, number in _also_waiting(notices, now):
        waiting[user].append(number)
    many = {user for user, numbers in waiting.items() if len(numbers) > MOST_SINGLE}
    for user in sorted(many):
        _tell_at_once(waiting[user], now)
    _tell_singly([n for user, numbers in waiting.items() if user not in many for n in numbers], now)


def _also_waiting(notices: list[Notice], now: datetime) -> Iterable[tuple[int, int]]:
    rest = Notice.objects.untold(now).filter(user__in={row.user_id for row in notices})
    rest = rest.exclude(pk__in=[row.pk for row in notices])
    free = rest.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return free.values_list("user_id", "pk")


def _tell_singly(numbers: list[int], now: datetime) -> None:
    rows = list(_with_case().filter(pk__in=numbers).order_by("pk"))
    drafts = {row.pk: _single(row, now) for row in rows}
    write_letters(list(drafts.values()), now=now)
    keys = [draft.key for draft in drafts.values()]
    letters = dict(Letter.objects.filter(key__in=keys).values_list("key", "pk"))
    for row in rows:
        row.letter_id = letters[drafts[row.pk].key]
    Notice.objects.bulk_update(rows, ["letter"], batch_size=500)


def _single(row: Notice, now: datetime) -> Draft:
    raised, user = row.escalation, row.user
    subject, body = notice(_case(row), language=user.language, zone=user.time_zone, now=now)
    key = f"escalation:{raised.clock_id}:{raised.cycle}:{raised.rung}:{user.pk}"
    return _draft(key, user, subject, body, about_at=raised.due_at)


def _tell_at_once(numbers: list[int], now: datetime) -> None:
    urgent = _with_case().filter(pk__in=numbers).order_by("escalation__clock__due_at", "pk")
    rows = list(urgent[:MOST_LINES])
    user = rows[0].user
    subject, body = digest(
        [_case(row) for row in rows],
        count=len(numbers),
        link=f"{settings.BASE_URL}/",
        language=user.language,
        zone=user.time_zone,
    )
    key = f"digest:{user.pk}:{min(numbers)}"
    latest = max(row.escalation.due_at for row in rows)
    write_letters([_draft(key, user, subject, body, about_at=latest)], now=now)
    Notice.objects.filter(pk__in=numbers).update(letter=Letter.objects.get(key=key))


def _with_case() -> QuerySet[Notice]:
    return Notice.objects.select_related("user", "escalation__clock", "escalation__ticket")


def _case(row: Notice) -> Case:
    raised, ticket = row.escalation, row.escalation.ticket
    told = next(one for one in raised.what["told"] if one["id"] == row.user_id)
    return Case(
        ref=ticket.ref,
        subject=ticket.subject,
        clock=raised.clock.kind,
        due_at=raised.clock.due_at or raised.due_at,  # paused in between: there is none just now
        link=f"{settings.BASE_URL}/tickets/{ticket.ref}",
        instead_of=told.get("instead_of", ""),
    )


def _draft(key: str, user: User, subject: str, body: str, *, about_at: datetime) -> Draft:
    return Draft(
        key=key,
        kind=KIND,
        to=user.email,
        subject=subject,
        body=body,
        automatic=True,
        about_at=about_at,
    )
