"""Whom praise praises: in feedback those whose names stand in the words, after a repair those who
reached the customer; and the group where it is nobody."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from accounts.models import Membership, User
from feedback.intake.models import Feedback
from tickets.kudos.judgement import (
    ASSIGNED,
    GROUP,
    HAND,
    NAMED,
    REACHED,
    is_old,
    is_praise_answered,
    is_praise_heard,
)
from tickets.kudos.models import Kudos, Unrouted
from tickets.kudos.names import CallBook, call_book, named_in
from tickets.kudos.sayings import Saying, answered, heard, reached_by
from tickets.recovery.models import Answer


def route_praise(rows: list[Unrouted], now: datetime) -> None:
    """Each once, whoever else does the same. The rows must be locked."""
    by_feedback = [row.feedback_id for row in rows if row.feedback_id]
    by_answer = [row.answer_id for row in rows if row.answer_id]
    found = [*_of_heard(by_feedback, now), *_of_answered(by_answer, now)]
    Kudos.objects.bulk_create(found, ignore_conflicts=True)
    Unrouted.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _of_heard(keys: Collection[Any], now: datetime) -> Iterator[Kudos]:
    sayings = [one for one in heard(keys) if _is_praise(one.said)]
    members = _members({group for one in sayings for group in one.groups})
    given = _given_by_hand(feedback__in=keys)

    @cache
    def book(groups: tuple[int, ...]) -> CallBook:
        return call_book({who: name for group in groups for who, name in members[group].items()})

    for one in sayings:
        named = named_in(one.words, book(one.groups), own=one.said_by)
        for person in sorted(named):
            group = next(group for group in one.groups if person in members[group])
            yield _kudos(one, now, why=NAMED, person_id=person, group_id=group)
        if not named and one.said.pk not in given:
            yield from _to_groups(one, now)


def _of_answered(keys: Collection[int], now: datetime) -> Iterator[Kudos]:
    sayings = [one for one in answered(keys) if _is_praise(one.said)]
    reached = reached_by(one.said for one in sayings if isinstance(one.said, Answer))
    given = _given_by_hand(answer__in=keys)
    for one in sayings:
        assert isinstance(one.said, Answer)
        people, why = _whom_it_thanks(one.said, reached)
        (group,) = one.groups
        for person in people:
            yield _kudos(one, now, why=why, person_id=person, group_id=group)
        if not people and one.said.pk not in given:
            yield from _to_groups(one, now)


def _is_praise(said: Feedback | Answer) -> bool:
    if isinstance(said, Feedback):
        return is_praise_heard(said.worst_class, said.comment)
    return is_praise_answered(said.solved, said.score, said.comment)


def _whom_it_thanks(
    answer: Answer, reached: dict[tuple[int, int], list[int]]
) -> tuple[list[int], str]:
    """Whoever wrote down what the customer said to them is not praised by it."""
    question = answer.question
    if people := reached.get((question.ticket_id, question.cycle)):
        return [person for person in people if person != answer.heard_by_id], REACHED
    owner = question.ticket.assignee
    is_theirs = owner and owner.is_active and owner.kind == User.Kind.PERSON
    return [owner.pk] if owner and is_theirs and owner.pk != answer.heard_by_id else [], ASSIGNED


def _members(groups: Iterable[int]) -> dict[int, dict[int, str]]:
    """The names of the people of these groups: never of a service, nor of who has left."""
    found: dict[int, dict[int, str]] = {group: {} for group in groups}
    people = Membership.objects.filter(
        group__in=list(found), user__is_active=True, user__kind=User.Kind.PERSON
    )
    for group, person, name in people.values_list("group", "user", "user__name"):
        found[group][person] = name
    return found


def _given_by_hand(**sayings: Any) -> set[Any]:
    """Praise that somebody has passed on: it is not the group's any more."""
    rows = Kudos.objects.filter(**sayings, why=HAND, withdrawn_at=None)
    (saying,) = (name.removesuffix("__in") for name in sayings)
    return set(rows.values_list(saying, flat=True))


def _to_groups(saying: Saying, now: datetime) -> Iterator[Kudos]:
    for group in saying.praised_groups:
        yield _kudos(saying, now, why=GROUP, group_id=group)


def _kudos(saying: Saying, now: datetime, **facts: Any) -> Kudos:
    quiet = saying.quiet or is_old(saying.at, now)
    return Kudos(**saying.key, at=saying.at, found_at=now, quiet=quiet, **facts)
