"""People who were named are written to: a letter a notice, or one letter for many."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from cxloop.kernel.letters import Draft, write_letters
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice
from tickets.escalation.wording import LANGUAGES, MOST_LINES, Case, digest, notice

MOST_SINGLE = 20
KIND = "escalation"
Hearer = tuple[int | None, str]


class Reader(NamedTuple):
    """To whom a letter goes, and how they read it. `sees`: also the customer's words."""

    to: str
    language: str
    zone: str
    sees: bool


def tell(notices: list[Notice], now: datetime) -> None:
    """Writes what these notices say; the rows must be locked. Whoever is on more than twenty gets
    one letter, which takes in whatever else waits for them."""
    waiting: dict[Hearer, list[int]] = defaultdict(list)
    for row in [*notices, *_also_waiting(notices, now)]:
        waiting[row.hearer].append(row.pk)
    many = [numbers for numbers in waiting.values() if len(numbers) > MOST_SINGLE]
    for numbers in many:
        _tell_at_once(numbers, now)
    few = [numbers for numbers in waiting.values() if len(numbers) <= MOST_SINGLE]
    _tell_singly([number for numbers in few for number in numbers], now)


def _also_waiting(notices: list[Notice], now: datetime) -> Iterable[Notice]:
    rest = Notice.objects.untold(now).to_same(notices).exclude(pk__in=[row.pk for row in notices])
    return rest.select_for_update(skip_locked=True, no_key=True, of=("self",))


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
    raised, reader = row.escalation, _reader(row)
    subject, body = notice(_case(row), language=reader.language, zone=reader.zone, now=now)
    whom = row.user_id or f"notice-{row.pk}"  # an address is longer than a key may be
    key = f"escalation:{raised.clock_id}:{raised.cycle}:{raised.rung}:{whom}"
    return _draft(key, reader, subject, body)


def _tell_at_once(numbers: list[int], now: datetime) -> None:
    urgent = _with_case().filter(pk__in=numbers).order_by("escalation__clock__due_at", "pk")
    rows = list(urgent[:MOST_LINES])
    reader = _reader(rows[0])
    subject, body = digest(
        [_case(row) for row in rows],
        count=len(numbers),
        link=f"{settings.BASE_URL}/",
        language=reader.language,
        zone=reader.zone,
    )
    key = f"digest:{rows[0].user_id or 'address'}:{min(numbers)}"
    write_letters([_draft(key, reader, subject, body)], now=now)
    Notice.objects.filter(pk__in=numbers).update(letter=Letter.objects.get(key=key))


def _with_case() -> QuerySet[Notice]:
    return Notice.objects.select_related("user", "escalation__clock", "escalation__ticket")


def _reader(row: Notice) -> Reader:
    """Behind an address may be anybody: they learn which promise, not what the customer said."""
    if row.user is None:
        return Reader(row.address, LANGUAGES[0], "UTC", sees=False)
    return Reader(row.user.email, row.user.language, row.user.time_zone, sees=True)


def _case(row: Notice) -> Case:
    raised, ticket = row.escalation, row.escalation.ticket
    told: dict[str, Any] = next(
        (one for one in raised.what["told"] if one["id"] == row.user_id), {}
    )
    return Case(
        ref=ticket.ref,
        subject=ticket.subject if _reader(row).sees else "",
        clock=raised.clock.kind,
        due_at=raised.clock.due_at or raised.due_at,  # paused in between: there is none just now
        link=f"{settings.BASE_URL}/tickets/{ticket.ref}",
        instead_of=told.get("instead_of", ""),
        stands_in_for=told.get("stands_in_for", ""),
    )


def _draft(key: str, reader: Reader, subject: str, body: str) -> Draft:
    return Draft(key=key, kind=KIND, to=reader.to, subject=subject, body=body, automatic=True)
