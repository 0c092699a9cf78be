"""What happened on people's tickets is written to them: each its letter, or one for many."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import User
from cxloop.kernel.letters import Draft, write_letter
from tickets.escalation.hours import hours_by_person
from tickets.escalation.models import Notice
from tickets.escalation.news_wording import MOST_LINES, Item, gathered, single
from tickets.sla.calendars import Hours, is_open, next_open
from tickets.work.door import kept_as_they_are
from tickets.work.events import Event
from tickets.work.models import News, Ticket

KIND = "news"
MOST_SINGLE = 20
WINDOW = timedelta(hours=1)
BUSY = timedelta(seconds=1)


def tell_news(rows: list[News], now: datetime) -> None:
    """Writes what these say; the rows must be locked. Whoever is asleep is written to at their
    opening, and whoever had more than twenty letters within the hour when it is over. What a
    person may no longer see, or has heard otherwise, is let go. What somebody is just at work on
    waits a moment."""
    free = kept_as_they_are(row.ticket_id for row in rows)
    _leave_for([row for row in rows if row.ticket_id not in free], now + BUSY)
    hours, people = hours_by_person(), User.objects.in_bulk({row.user_id for row in rows})
    for user, theirs in groupby(rows, key=lambda row: row.user_id):
        waiting = _that_stand(people[user], [row for row in theirs if row.ticket_id in free])
        if later := _asleep_until(hours.get(user), now) or _after_so_many(user, now):
            _leave_for(waiting, later)
        elif waiting:
            _write(people[user], waiting, now)


def _asleep_until(hours: Hours | None, now: datetime) -> datetime | None:
    return next_open(hours, now) if hours and not is_open(hours, now) else None


def _that_stand(person: User, rows: list[News]) -> list[News]:
    """Without those that want no letter, which are let go."""
    numbers = [row.pk for row in rows]
    sees = Ticket.objects.visible_to(person).filter(pk=OuterRef("ticket"))
    heard = Notice.objects.filter(
        user=person, escalation__ticket=OuterRef("ticket"), escalation__raised_at=OuterRef("at")
    )
    standing = News.objects.filter(Exists(sees), pk__in=numbers)
    # Who was given it by a ladder is told by the notice of its rung.
    told = News.objects.filter(Exists(heard), pk__in=numbers, event=Event.GIVEN)
    kept = set(standing.values_list("pk", flat=True)) if person.is_active else set()
    kept -= set(told.values_list("pk", flat=True))
    News.objects.filter(pk__in=set(numbers) - kept).update(tell_at=None)
    return [row for row in rows if row.pk in kept]


def _after_so_many(user: int, now: datetime) -> datetime | None:
    lately = News.objects.filter(user=user).told_since(now - WINDOW).order_by("told_at")
    letters = list(lately.values_list("told_at", flat=True).distinct()[:MOST_SINGLE])
    return letters[0] + WINDOW if len(letters) == MOST_SINGLE and letters[0] else None


def _leave_for(rows: Sequence[News], at: datetime) -> None:
    News.objects.filter(pk__in=[row.pk for row in rows]).update(tell_at=at)


def _write(person: User, rows: Sequence[News], now: datetime) -> None:
    items = [_item(row) for row in _with_words(rows[:MOST_LINES])]
    choose = f"{settings.BASE_URL}/settings#news"
    if len(rows) == 1:
        words = single(items[0], language=person.language, choose=choose)
    else:
        words = gathered(items, count=len(rows), language=person.language, choose=choose)
    letter = write_letter(_draft(person, rows, words), now=now)
    News.objects.filter(pk__in=[row.pk for row in rows]).update(
        letter=letter, told_at=now, tell_at=None
    )


def _draft(person: User, rows: Sequence[News], words: tuple[str, str]) -> Draft:
    subject, body = words
    return Draft(
        key=f"news:{person.pk}:{rows[0].pk}",
        kind=KIND,
        to=person.email,
        subject=subject,
        body=body,
        language=person.language,
        automatic=True,
        about_at=max(row.at for row in rows),
    )


def _with_words(rows: Sequence[News]) -> Iterable[News]:
    found = News.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    return found.select_related("ticket", "entry__actor")


def _item(row: News) -> Item:
    return Item(
        ref=row.ticket.ref,
        subject=row.ticket.subject,
        event=row.event,
        text=row.entry.text,
        link=f"{settings.BASE_URL}/tickets/{row.ticket.ref}",
        whom=row.entry.actor.name if row.entry.actor else "",
        kind=row.entry.kind,
    )
