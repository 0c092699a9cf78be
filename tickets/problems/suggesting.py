"""Which tickets may belong to a problem too: those that share the rare words of its tickets.

A word is the problem's when it stands in several of its newest tickets and in few of the newest
tickets that the reader sees; a ticket is suggested when it shares enough of such words, and is told
with them. Nothing is learned and nothing is stored. It looks at the newest tickets only, so it
costs the same however many there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Func, QuerySet, TextField

from accounts.models import User
from tickets.problems.figures import standing_in
from tickets.problems.models import Problem, ProblemTicket
from tickets.problems.naming import NOT_COUNTED
from tickets.work.models import SearchText, Ticket
from tickets.work.searching import words_of

OWN, OTHERS = 50, 500
NEWEST = 5_000
MOST_WORDS, MOST = 8, 10
ENOUGH = 2
# What stands in more than this share of all tickets tells nothing.
RARE = 0.1


@dataclass(frozen=True)
class Suggestion:
    ticket: Ticket
    shares: tuple[str, ...]


def suggestions_for(problem: Problem, reader: User) -> list[Suggestion]:
    """Those that share most words first, of equals the newest; as far as the reader sees them."""
    own = list(standing_in([problem], reader).order_by("-ticket").values_list("ticket", flat=True))
    words = _words_of_problem(problem, own[:OWN], reader)
    if not words:
        return []
    shared = _sharing(words)
    rows = Ticket.objects.visible_to(reader).filter(pk__in=shared)
    known = ProblemTicket.objects.filter(problem=problem).values("ticket")
    rows = rows.exclude(pk__in=known).exclude(outcome__in=NOT_COUNTED)
    rows = rows.filter(group=problem.group_id) if problem.group_id else rows
    found = [Suggestion(one, shared[one.pk]) for one in rows.select_related("group")]
    return sorted(found, key=lambda one: (-len(one.shares), -one.ticket.pk))[:MOST]


def _words_of_problem(problem: Problem, own: list[int], reader: User) -> list[str]:
    """The rarest first; those of its title count for two tickets, so that a problem without any is
    suggested some."""
    said = _counted(own)
    for word in words_of(problem.title):
        said[word] += ENOUGH
    others = Ticket.objects.visible_to(reader).order_by("-pk").exclude(pk__in=own)
    numbers = list(others.values_list("pk", flat=True)[:OTHERS])
    usual = _counted(numbers)
    most = max(1, int(RARE * len(numbers)))
    wanted = max(ENOUGH, len(own) // 5)
    rare = [
        word
        for word, count in said.items()
        if count >= wanted and usual[word] <= most and _tells(word)
    ]
    return sorted(rare, key=lambda word: (-said[word] / (1 + usual[word]), word))[:MOST_WORDS]


def _tells(word: str) -> bool:
    """No number, address or reference, and no little word."""
    return word.isalpha() and len(word) > (3 if word.isascii() else 1)


def _counted(tickets: Iterable[int]) -> Counter[str]:
    """In how many of these each word stands."""
    rows = _with_words(SearchText.objects.filter(pk__in=list(tickets)))
    return Counter(word for _, words in rows for word in words)


def _sharing(words: list[str]) -> Mapping[int, tuple[str, ...]]:
    """Of the newest tickets those that share enough, and what."""
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)
    floor = list(newest[NEWEST - 1 : NEWEST]) or [0]
    any_of = SearchQuery(
        " | ".join(f"'{word}'" for word in words), search_type="raw", config="simple"
    )
    rows = SearchText.objects.filter(pk__gte=floor[0], words=any_of)
    found = _with_words(rows)
    enough = min(ENOUGH, len(words))
    shared = {number: tuple(w for w in words if w in set(said)) for number, said in found}
    return {number: said for number, said in shared.items() if len(said) >= enough}


def _with_words(rows: QuerySet[SearchText]) -> Any:
    told = Func(F("words"), function="tsvector_to_array", output_field=ArrayField(TextField()))
    return rows.annotate(told=told).values_list("pk", "told")
