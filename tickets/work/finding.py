"""Finding tickets: the filters of every list of them, in the API and on the desk."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Exists, OuterRef, Q, Subquery
from django.http import QueryDict

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from feedback.intake.models import Customer
from tickets.sla.ledger import BREACHED
from tickets.sla.models import AMONG_US, Clock
from tickets.work.field_filters import field_filters
from tickets.work.fields import FIELD
from tickets.work.filters import (
    Filter,
    Values,
    after,
    any_of,
    before,
    many,
    number,
    one_of,
    uuid,
    yes_or_no,
)
from tickets.work.lifecycle import STATUSES
from tickets.work.models import (
    PRIORITY_WORDS,
    Handover,
    SearchText,
    TicketFeedback,
    TimelineEntry,
)
from tickets.work.searching import query_literal

BY_NEXT_DEADLINE = "next_due_at"
MOST_NAMED = 2_000
ORDERINGS = tuple(
    sign + name
    for name in (BY_NEXT_DEADLINE, "created_at", "updated_at", "priority")
    for sign in ("", "-")
)


def ticket_filters(asker: User, said: QueryDict | None = None) -> Mapping[str, Filter]:
    """By name; `asker` is who `me` is. Of the fields of this house, those that `said` names: what
    asks for none of them looks none of them up."""
    return _filters(asker) | field_filters(said or ())


def _filters(asker: User) -> dict[str, Filter]:
    return {
        "status": _with_status,
        "group": any_of("group__slug"),
        "assignee": lambda values: _of_assignee(values, asker),
        "priority": _with_priority,
        "source": _from_source,
        "customer": _of_customer,
        "tag": lambda values: Q(tags__overlap=many(values)),
        "breached": _breached,
        "due_before": before("next_due_at"),
        "created_after": after("created_at"),
        "snoozed": lambda values: Q(snoozed_until__isnull=not yes_or_no(values)),
        "handed_over": lambda values: _waiting_for(values, asker),
        "created_before": before("created_at"),
        "imported": lambda values: Q(quiet=yes_or_no(values)),
        "q": _saying,
        "phrase": _word_for_word,
    }


FILTERS_IN_WORDS = {
    "status": f"by comma: {', '.join(STATUSES)}",
    "group": "slugs, by comma",
    "assignee": "ids, me or none, by comma",
    "priority": f"by comma: {', '.join(PRIORITY_WORDS)}",
    "source": "slugs, by comma: with feedback from one of these",
    "customer": "ids, ours or yours, by comma",
    "tag": "by comma: with one of these",
    "breached": "true: a promise of it was broken, in time mended or not; false: none was",
    "due_before": "the next deadline is before this time",
    "created_after": "this time or later",
    "snoozed": "true: only what its owner has put away for a time; false: without it",
    "handed_over": "true: only what one of your groups has still to accept; false: without it",
    "created_before": "before this time",
    "imported": "true: only imported history; false: without it",
    "q": "all these words of the subject, the feedback, the talk, the customer; or a ref",
    "phrase": "these words in this order, in one place; repeated: each of them",
}
FIELD_IN_WORDS = (
    f"{FIELD}SLUG, a field of this house. A text as a whole, or its beginning with a star behind; "
    "a number or a date, or >100, >=100, <100, 50..200; * where it has a value, none where it has "
    "none; by comma any of these"
)


def _with_status(values: Values) -> Q:
    return Q(status__in=one_of(values, STATUSES))


def _with_priority(values: Values) -> Q:
    return Q(priority__in=[PRIORITY_WORDS[word] for word in one_of(values, PRIORITY_WORDS)])


def _of_assignee(values: Values, asker: User) -> Q:
    wanted = Q(pk=None)
    for value in many(values):
        if value == "none":
            wanted |= Q(assignee=None)
        else:
            wanted |= Q(assignee=asker.pk if value == "me" else number(value))
    return wanted


def _from_source(values: Values) -> Q:
    links = TicketFeedback.objects.filter(
        ticket=OuterRef("pk"), feedback__source__slug__in=many(values)
    )
    return Q(Exists(links))


def _of_customer(values: Values) -> Q:
    wanted = many(values)
    ids = [found for value in wanted if (found := uuid(value))]
    return Q(customer__in=ids) | Q(customer__external_id__in=wanted)


def _breached(values: Values) -> Q:
    owed_them = Clock.objects.exclude(kind__in=AMONG_US)
    broken = Exists(owed_them.filter(promise=OuterRef("pk"), state=BREACHED))
    return Q(broken) if yes_or_no(values) else ~Q(broken)


def _waiting_for(values: Values, asker: User) -> Q:
    """What waits elsewhere is not theirs to accept, though it be shared with them."""
    groups = AccessGroup.objects.visible_to(asker).values("pk")
    waiting = Handover.objects.waiting().filter(to_group__in=groups)
    found = Q(pk__in=waiting.values("ticket"))
    return found if yes_or_no(values) else ~found


def _saying(values: Values) -> Q:
    """Every word must be there; a text without words finds nothing.

    The tickets of rare words are named by their numbers. Of common ones a list shows soon enough
    when it is walked in its order, and each ticket's words are looked at: all of them, hundreds of
    thousands, are never put together. PostgreSQL cannot choose by itself, since it takes no
    beginning of a word for rare.
    """
    if not any(values):
        return Q()
    query = query_literal(" ".join(values))
    if not query:
        return Q(pk__in=[])
    said = Q(words=_AsItStands(query))
    found = SearchText.objects.filter(said).values_list("pk", flat=True)[: MOST_NAMED + 1]
    if len(named := list(found)) <= MOST_NAMED:
        return Q(pk__among=named)
    own = SearchText.objects.filter(pk=OuterRef("pk")).annotate(said=said)
    return Q(Subquery(own.values("said"), output_field=BooleanField()))


def _word_for_word(values: Values) -> Q:
    """The index finds the words, in any order; only in what it found are they looked for as they
    stand. Whatever space is between them does not matter."""
    wanted = Q()
    for phrase in filter(None, values):
        pattern = r"\s+".join(re.escape(word) for word in phrase.split())
        wanted &= _saying([phrase]) & _written(pattern)
    return wanted


def _written(pattern: str) -> Q:
    heard = TicketFeedback.objects.filter(ticket=OuterRef("pk"))
    said = TimelineEntry.objects.filter(ticket=OuterRef("pk"), text__iregex=pattern)
    theirs = Q(name__iregex=pattern) | Q(email__iregex=pattern) | Q(external_id__iregex=pattern)
    return (
        Q(subject__iregex=pattern)
        | Q(Exists(heard.filter(feedback__comment__iregex=pattern)))
        | Q(Exists(said))
        | Q(Exists(Customer.objects.filter(theirs, pk=OuterRef("customer"))))
    )


class _AsItStands(SearchQuery):
    """A tsquery that no dictionary stems or drops words from: the vectors were not stemmed."""

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[-1])
        return f"{sql}::tsquery", params


def ordering(said: QueryDict) -> str:
    """The column that the list goes by, next deadline first unless something else is said."""
    wanted = said.get("ordering", BY_NEXT_DEADLINE)
    if wanted not in ORDERINGS:
        raise Refused.at("/ordering", "unknown_ordering", f"Known are {', '.join(ORDERINGS)}.")
    return wanted
