"""The tags in use, counted no further than anybody reads, and what changing one would do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Forbidden, NotHere
from cxloop.kernel.moment import moment
from tickets.work.actions.tags import check_tags, hold_tag_change
from tickets.work.models import Macro, TagChange
from tickets.work.rulings import rules_that_tag

Json = dict[str, Any]

LOOKED_AT = 10_000
AT_LEAST = 50
SHOWN = 200
MOST = 1000


@dataclass(frozen=True)
class InUse:
    tag: str
    count: int


@dataclass(frozen=True)
class Foreseen:
    """`tickets` would change, of which `both` have the other tag already; `MOST` means that many
    or more. `rules` and `macros` go on setting the old one until somebody changes them."""

    was: str
    becomes: str
    tickets: int
    both: int
    rules: list[Json]
    macros: list[Json]


def groups_to_tag(user: User) -> list[int] | None:
    """Whose tickets they may call otherwise: of the groups they lead; None: of the whole house.
    Raises Forbidden for whoever leads none."""
    if user.is_active and user.is_admin:
        return None
    led = list(AccessGroup.objects.led_by(user).values_list("pk", flat=True))
    if not led:
        raise Forbidden("Leads and managers of a group change its tags.")
    return led


def groups_to_read(user: User) -> list[int]:
    """As `groups_to_tag`; auditors read all."""
    groups = None if user.is_active and user.reads_everything else groups_to_tag(user)
    return list(AccessGroup.objects.values_list("pk", flat=True)) if groups is None else groups


def tags_in_use(groups: Collection[int]) -> list[InUse]:
    """The most used first, among the newest tagged tickets of each group: what was tagged long ago
    is found by its name, and costs nobody a look at all that is stored."""
    each = max(LOOKED_AT // max(len(groups), 1), AT_LEAST)
    with connection.cursor() as cursor:
        cursor.execute(_IN_USE, [list(groups), each, SHOWN])
        return [InUse(*row) for row in cursor.fetchall()]


_IN_USE = """
SELECT tag, count(*) FROM unnest(%s::bigint[]) AS led (id), LATERAL (
    SELECT tags FROM work_ticket
    WHERE group_id = led.id AND NOT tags = '{}'::varchar(64)[]
    ORDER BY promise_id DESC LIMIT %s
) AS newest, unnest(newest.tags) AS tag
GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s
"""


def foresee_tag_change(user: User, was: str, becomes: str) -> Foreseen:
    """Raises Forbidden for whoever leads no group, Refused for what is no tag."""
    groups = groups_to_tag(user)
    check_tags(was, becomes)
    change = TagChange(was=was, becomes=becomes, groups=groups)
    both = change.tickets().filter(tags__contains=[becomes])
    set_by = Macro.objects.current().visible_to(user).filter(add_tags__contains=[was])
    return Foreseen(
        was=was,
        becomes=becomes,
        tickets=len(change.tickets().values_list("pk")[:MOST]),
        both=len(both.values_list("pk")[:MOST]),
        rules=rules_that_tag(was),
        macros=[macro.brief() for macro in set_by.order_by("name", "pk")[:SHOWN]],
    )


def say_tag_change(user: User, was: str, becomes: str) -> TagChange:
    groups = groups_to_tag(user)
    return hold_tag_change(was, becomes, groups=groups, by=user, now=moment())


def tag_change_of(user: User, pk: int) -> TagChange:
    """Whose it is: nobody else learns of it."""
    found = TagChange.objects.filter(pk=pk, by=user).select_related("by").first()
    if found is None:
        raise NotHere()
    return found
