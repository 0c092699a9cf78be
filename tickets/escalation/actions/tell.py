"""People who were named are written to: a letter a notice, or one letter for many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from cxloop.kernel.letters import Draft, write_letters
from cxloop.kernel.models import Letter
from tickets.escalation.models import Notice
from tickets.escalation.wording import LANGUAGES, MOST_LINES, Case, digest, notice
from tickets.sla.about import held, mark_of

MOST_SINGLE = 20
KIND = "escalation"
BUSY = timedelta(seconds=1)
Hearer = tuple[int | None, str]


class Reader(NamedTuple):
    """To whom a letter goes, and how they read it. `sees`: also the customer's words."""

    to: str
    language: str
    zone: str
    sees: bool


def tell(notices: list[Notice], now: datetime) -> None:
    """Writes what these notices say; the rows must be locked. Whoever is on more than twenty gets
    one letter, which takes in whatever else waits for them. Nobody hears of a promise that has
    ended meanwhile."""
    waiting: dict[Hearer, list[int]] = defaultdict(list)
    for row in _that_stand([*notices, *_also_waiting(notices, now)], now):
        waiting[row.hearer].append(row.pk)
    many = [numbers for numbers in waiting.values() if len(numbers) > MOST_SINGLE]
    for numbers in many:
        _tell_at_once(numbers, now)
    few = [numbers for numbers in waiting.values() if len(numbers) <= MOST_SINGLE]
    _tell_singly([number for numbers in few for number in numbers], now)


def _also_waiting(notices: list[Notice], now: datetime) -> Iterable[Notice]:
    rest = Notice.objects.untold(now).to_same(notices).exclude(pk__in=[row.pk for row in notices])
    return rest.select_for_update(skip_locked=True, no_key=True, of=("self",))


def _that_stand(notices: list[Notice], now: datetime) -> list[Notice]:
    """Without those whose promise has ended, which are dropped, and those whose promise somebody
    is at work on, who may be ending it: they come again in a second."""
    numbers = [row.pk for row in notices]
    clocks = dict(Notice.objects.filter(pk__in=numbers).values_list("pk", "escalation__clock"))
    ends = held(set(clocks.values()))
    _drop({number: ends[clock] for number, clock in clocks.items() if ends.get(clock)})
    busy = [number for number, clock in clocks.items() if clock not in ends]
    if busy:
        Notice.objects.filter(pk__in=busy).update(try_after=now + BUSY)
    return [row for row in notices if ends.get(clocks[row.pk]) == ""]


def _drop(ended: Mapping[int, str]) -> None:
    for why in set(ended.values()):
        numbers = [number for number, said in ended.items() if said == why]
        Notice.objects.filter(pk__in=numbers).update(dropped=why)


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
    return _draft(_again(key, row), reader, (subject, body), about=[raised.clock_id])


def _tell_at_once(numbers: list[int], now: datetime) -> None:
    found = _with_case().filter(pk__in=numbers).order_by("escalation__clock__due_at", "pk")
    rows = list(found)
    reader = _reader(rows[0])
    words = digest(
        [_case(row) for row in rows[:MOST_LINES]],
        count=len(numbers),
        link=f"{settings.BASE_URL}/",
        language=reader.language,
        zone=reader.zone,
    )
    first = min(rows, key=lambda row: row.pk)
    key = _again(f"digest:{first.user_id or 'address'}:{first.pk}", first)
    about = sorted({row.escalation.clock_id for row in rows})
    write_letters([_draft(key, reader, words, about=about)], now=now)
    Notice.objects.filter(pk__in=numbers).update(letter=Letter.objects.get(key=key))


def _again(key: str, row: Notice) -> str:
    """What was called back and is told anew is another letter."""
    return f"{key}:again-{row.again}" if row.again else key


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


def _draft(key: str, reader: Reader, words: tuple[str, str], *, about: list[int]) -> Draft:
    return Draft(
        key=key,
        kind=KIND,
        to=reader.to,
        subject=words[0],
        body=words[1],
        automatic=True,
        about=tuple(mark_of(clock) for clock in about),
    )
