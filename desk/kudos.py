"""Praise as the desk tells it: what is news, how much of it whom reached, to whom it can go."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Membership, User
from tickets.kudos.counting import counts_of, months_asked
from tickets.kudos.door import kudos_seen_by
from tickets.kudos.models import Kudos
from tickets.kudos.sayings import Saying
from tickets.kudos.shown import Json, show_kudos

MOST_NEWS = 5


@dataclass
class Line:
    """`person` is blank for the group itself."""

    person: str
    this: int = 0
    last: int = 0


@dataclass(frozen=True)
class Counted:
    """Of this month and the last: by group, by name."""

    this: date
    last: date
    groups: dict[str, list[Line]]


def counted_for(reader: User, *, now: datetime) -> Counted:
    last, this = months_asked(None, None, reader, now)
    lines: dict[tuple[str, str, object], Line] = {}
    groups: dict[str, list[Line]] = {}
    for one in counts_of(reader, last, this):
        group, person = one["group"], one["person"] or {"id": None, "name": ""}
        key = (group["slug"], group["name"], person["id"])
        if key not in lines:
            lines[key] = Line(person["name"])
            groups.setdefault(group["name"], []).append(lines[key])
        setattr(lines[key], "this" if one["month"] == this else "last", one["number"])
    return Counted(this, last, groups)


def news_of(person: User) -> list[Json]:
    """What praises them and they have not read, the newest first."""
    unseen = Kudos.objects.unseen_by(person).values("pk")
    rows = kudos_seen_by(person).filter(pk__in=unseen).order_by("-at", "-pk")
    return show_kudos(rows[:MOST_NEWS], person)


def praised_by(saying: Saying, reader: User) -> list[Json]:
    """Whom this praises, in the order in which it was found."""
    return show_kudos(kudos_seen_by(reader).filter(**saying.key).order_by("pk"), reader)


def people_to_praise(saying: Saying, by: User, known: list[Json]) -> list[User]:
    """The colleagues of its groups whom it does not praise yet."""
    praised = [one["person"]["id"] for one in known if one["person"]]
    members = Membership.objects.filter(group__in=saying.groups).values("user")
    people = User.objects.active().filter(kind=User.Kind.PERSON, pk__in=members)
    return list(people.exclude(pk__in=[by.pk, *praised]).order_by("name", "pk"))
