"""The letter of the week: Mondays at eight, where they live, to managers and admins who want it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from cxloop.kernel.errors import Refused
from cxloop.kernel.letters import Draft, write_letter
from insights.days import A_DAY, monday_before, zone_named
from insights.models import DigestWish
from insights.week import is_told, look_back
from insights.week_wording import letter_of

KIND = "digest"
AT = time(8)


def wish_digest(person: User, *, wants: bool, now: datetime) -> None:
    """From the next Monday on, or not any more. Raises Refused for whoever manages nothing."""
    if not wants:
        DigestWish.objects.filter(user=person).delete()
        return
    if not is_told(person):
        raise Refused.at("/digest", "manages_nothing", "It is for managers and admins.")
    times = {"since": now, "next_at": _next_one(person, now)}
    DigestWish.objects.get_or_create(user=person, defaults=times)


def write_digests(wishes: list[DigestWish], now: datetime) -> None:
    """Each for the last Monday that has come, also when that is days ago: one letter a person and
    week, whoever writes beside. The rows must be locked."""
    people = User.objects.in_bulk([wish.user_id for wish in wishes])
    for wish in wishes:
        person = people[wish.user_id]
        monday, at = _last_one(person, now)
        if at > wish.since and is_told(person):
            _write(person, monday, at, now)
        wish.next_at = _next_one(person, now)
        wish.save(update_fields=["next_at"])


def _write(person: User, monday: date, at: datetime, now: datetime) -> None:
    zone = zone_named(person.time_zone)
    week = look_back(person, zone, until=at, now=now)
    subject, body = letter_of(week, language=person.language, zone=zone, base=settings.BASE_URL)
    draft = Draft(
        key=f"{KIND}:{person.pk}:{monday.isoformat()}",
        kind=KIND,
        to=person.email,
        subject=subject,
        body=body,
        language=person.language,
        automatic=True,
        about_at=at,
    )
    write_letter(draft, now=now)


def _last_one(person: User, now: datetime) -> tuple[date, datetime]:
    zone = zone_named(person.time_zone)
    monday = monday_before(now, zone)
    if _eight(monday, zone) > now:
        monday -= 7 * A_DAY
    return monday, _eight(monday, zone)


def _next_one(person: User, now: datetime) -> datetime:
    monday, _ = _last_one(person, now)
    return _eight(monday + 7 * A_DAY, zone_named(person.time_zone))


def _eight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, AT, zone).astimezone(UTC)
