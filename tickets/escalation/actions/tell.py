"""People who were named are written to: a letter a notice, or one letter for many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from cxloop.kernel.letters import Draft, write_letters
from cxloop.kernel.models import Letter
from tickets.escalation.models import Escalation, Notice
from tickets.escalation.wording import LANGUAGES, MOST_LINES, Case, digest, notice
from tickets.sla.about import held, mark_of

MOST_SINGLE = 20
KIND = "escalation"
WINDOW = timedelta(hours=1)
BUSY = timedelta(seconds=1)
Hearer = tuple[int | None, str]


class Lately(NamedTuple):
    """Of how much somebody has heard within the last hour, and since when."""

    number: int
    since: datetime


QUIET = Lately(0, datetime.min)


class Shares(NamedTuple):
    at_once: Sequence[Notice] = ()
    singly: Sequence[Notice] = ()
    later: Sequence[Notice] = ()


class Reader(NamedTuple):
    """To whom a letter goes, and how they read it. `sees`: also the customer's words."""

    to: str
    language: str
    zone: str
    sees: bool


def tell(notices: list[Notice], now: datetime) -> None:
    """Writes what these notices say; the rows must be locked. Whoever is on more than twenty gets
    one letter, which takes in whatever else waits for them; so does whoever would hear of more than
    twenty within an hour, when the hour is over. Nobody hears of a promise that has ended
    meanwhile."""
    waiting: dict[Hearer, list[Notice]] = defaultdict(list)
    for row in _that_stand([*notices, *_also_waiting(notices, now)], now):
        waiting[row.hearer].append(row)
    lately, singly = _told_lately(notices, now), []
    for hearer, rows in waiting.items():
        found = share_out(rows, lately.get(hearer, QUIET))
        if found.at_once:
            _tell_at_once([row.pk for row in found.at_once], now)
        if found.later:
            _gather(found.later, lately[hearer].since + WINDOW)
        singly += [row.pk for row in found.singly]
    _tell_singly(singly, now)


def share_out(rows: Sequence[Notice], lately: Lately) -> Shares:
    """What is said in one letter now, what each in its own, and what waits to be gathered. What is
    urgent waits for nothing."""
    if len(rows) > MOST_SINGLE or (len(rows) > 1 and any(row.gathered for row in rows)):
        return Shares(at_once=rows)
    if lately.number + len(rows) <= MOST_SINGLE or any(row.gathered for row in rows):
        return Shares(singly=rows)
    urgent = _urgent(rows)
    return Shares(singly=urgent, later=[row for row in rows if row not in urgent])


def _urgent(rows: Sequence[Notice]) -> list[Notice]:
    raised = Escalation.objects.filter(pk__in=[row.escalation_id for row in rows])
    found = set(raised.filter(what__urgent=True).values_list("pk", flat=True))
    return [row for row in rows if row.escalation_id in found]


def _told_lately(notices: list[Notice], now: datetime) -> dict[Hearer, Lately]:
    told = Notice.objects.to_same(notices).told_since(now - WINDOW).order_by()
    counts = told.values_list("user", "address").annotate(Count("pk"), Min("told_at"))
    return {(user, to): Lately(number, since) for user, to, number, since in counts}


def _gather(rows: Sequence[Notice], until: datetime) -> None:
    numbers = [row.pk for row in rows]
    Notice.objects.filter(pk__in=numbers).update(tell_at=until, gathered=True)


def _also_waiting(notices: list[Notice], now: datetime) -> Iterable[Notice]:
    rest = Notice.objects.untold(now).to_same(notices).exclude(pk__in=[row.pk for row in notices])
    light = rest.only("user", "address", "gathered", "escalation")
    return light.select_for_update(skip_locked=True, no_key=True, of=("self",))


def _that_stand(notices: list[Notice], now: datetime) -> list[Notice]:
    """Without those whose promise has ended, which are dropped, and those whose promise somebody
    is at work on, who may be ending it: they come again in a second."""
    raised = Escalation.objects.filter(pk__among=[row.escalation_id for row in notices])
    clock_of = dict(raised.values_list("pk", "clock"))
    clocks = {row.pk: clock_of[row.escalation_id] for row in notices}
    ends = held(set(clocks.values()))
    _drop({number: ends[clock] for number, clock in clocks.items() if ends.get(clock)})
    busy = [number for number, clock in clocks.items() if clock not in ends]
    if busy:
        Notice.objects.filter(pk__in=busy).update(try_after=now + BUSY)
    return [row for row in notices if ends.get(clocks[row.pk]) == ""]


def _drop(ended: Mapping[int, str]) -> None:
    for why in set(ended.values()):
        numbers = [number for number, said in ended.items() if said == why]
        Notice.objects.filter(pk__among=numbers).update(dropped=why)


def _tell_singly(numbers: list[int], now: datetime) -> None:
    rows = list(_with_case().filter(pk__in=numbers).order_by("pk"))
    drafts = {row.pk: _single(row, now) for row in rows}
    write_letters(list(drafts.values()), now=now)
    keys = [draft.key for draft in drafts.values()]
    letters = dict(Letter.objects.filter(key__in=keys).values_list("key", "pk"))
    for row in rows:
        row.letter_id, row.told_at = letters[drafts[row.pk].key], now
    Notice.objects.bulk_update(rows, ["letter", "told_at"], batch_size=500)


def _single(row: Notice, now: datetime) -> Draft:
    raised, reader = row.escalation, _reader(row)
    subject, body = notice(_case(row), language=reader.language, zone=reader.zone, now=now)
    whom = row.user_id or f"notice-{row.pk}"  # an address is longer than a key may be
    key = f"escalation:{raised.clock_id}:{raised.cycle}:{raised.rung}:{whom}"
    return _draft(
        _again(key, row), reader, (subject, body), about=[raised.clock_id], at=raised.due_at
    )


def _tell_at_once(numbers: list[int], now: datetime) -> None:
    """Only what is said in words is read as a whole: after a standstill they may be thousands."""
    found = Notice.objects.filter(pk__among=numbers).order_by("escalation__clock__due_at", "pk")
    facts = list(found.values_list("pk", "escalation__clock", "escalation__due_at"))
    said = {number for number, *_ in facts[:MOST_LINES]}
    rows = list(_with_case().filter(pk__in={*said, min(numbers)}).order_by(*found.query.order_by))
    reader, first = _reader(rows[0]), min(rows, key=lambda row: row.pk)
    words = digest(
        [_case(row) for row in rows if row.pk in said],
        count=len(numbers),
        link=f"{settings.BASE_URL}/",
        language=reader.language,
        zone=reader.zone,
    )
    key = _again(f"digest:{first.user_id or 'address'}:{first.pk}", first)
    about = sorted({clock for _, clock, _ in facts})
    latest = max(due_at for *_, due_at in facts)
    write_letters([_draft(key, reader, words, about=about, at=latest)], now=now)
    letter = Letter.objects.get(key=key)
    Notice.objects.filter(pk__among=numbers).update(letter=letter, told_at=now)


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


def _draft(
    key: str, reader: Reader, words: tuple[str, str], *, about: list[int], at: datetime
) -> Draft:
    return Draft(
        key=key,
        kind=KIND,
        to=reader.to,
        subject=words[0],
        body=words[1],
        language=reader.language,
        automatic=True,
        about=tuple(mark_of(clock) for clock in about),
        about_at=at,
    )
