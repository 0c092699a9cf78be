from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.copying import _blank, copy_rows, new_row, number_rows
from tests.makers import NOW, make_policy
from tickets.escalation.models import Escalation, Notice
from tickets.sla.models import ClockEvent, Promise
from tickets.work.models import RootCause, TimelineEntry

pytestmark = pytest.mark.django_db


def test_it_writes_rows_that_the_database_numbers() -> None:
    copy_rows([RootCause(slug=slug, name=slug, created_at=NOW) for slug in ("one", "two")])
    assert sorted(RootCause.objects.values_list("slug", flat=True)) == ["one", "two"]


def test_it_keeps_the_numbers_that_were_asked_for() -> None:
    policy = make_policy()
    promises = [Promise(policy=policy, opened_at=NOW) for _ in range(3)]
    number_rows(promises)
    copy_rows(promises)
    later = Promise.objects.create(policy=policy, opened_at=NOW)
    assert [p.pk for p in promises] == sorted(Promise.objects.values_list("pk", flat=True))[:3]
    assert later.pk > promises[-1].pk
    promises[0].quiet = True
    promises[0].save()
    assert Promise.objects.get(quiet=True) == promises[0]


def test_it_fails_as_any_statement_does() -> None:
    rows = [RootCause(slug="same", name="x", created_at=NOW) for _ in range(2)]
    with pytest.raises(IntegrityError, match="slug"), transaction.atomic():
        copy_rows(rows)


def test_it_keeps_null_and_text_apart() -> None:
    rows = [RootCause(slug="odd", name="\\N \t \n 환불", created_at=NOW, archived_at=None)]
    copy_rows(rows)
    found = RootCause.objects.get()
    assert (found.name, found.archived_at) == ("\\N \t \n 환불", None)


LIKE_A_MODEL = [
    (TimelineEntry, {"ticket_id": 1, "kind": "note", "at": NOW, "actor_kind": "clock"}),
    (Escalation, {"ticket_id": 1, "clock_id": 2, "what": {}, "due_at": NOW, "raised_at": NOW}),
    (Notice, {"escalation_id": 1, "user_id": 2, "tell_at": NOW}),
    (ClockEvent, {"clock_id": 1, "position": 1, "kind": "met", "at": NOW}),
]


@pytest.mark.parametrize("model, facts", LIKE_A_MODEL, ids=[m.__name__ for m, _ in LIKE_A_MODEL])
def test_a_new_row_is_what_the_model_would_make(model: Any, facts: dict[str, Any]) -> None:
    row, made = new_row(model, **facts), model(**facts)
    names = [field.attname for field in model._meta.concrete_fields]
    assert [getattr(row, name) for name in names] == [getattr(made, name) for name in names]
    assert (row.pk, row._state.adding, row.get_deferred_fields()) == (None, True, set())


def test_rows_share_no_default_that_could_be_changed() -> None:
    one, other = (new_row(TimelineEntry, ticket_id=1) for _ in range(2))
    one.reason["why"] = "x"
    assert other.reason == {}


def test_a_column_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="no \\['wrong'\\]"):
        new_row(Notice, wrong=1)


def test_among_finds_what_in_would() -> None:
    copy_rows([RootCause(slug=slug, name=slug, created_at=NOW) for slug in ("a", "b", "c")])
    found = RootCause.objects.filter(slug__among=["a", "c", "x"]).order_by("slug")
    assert [row.slug for row in found] == ["a", "c"]
    assert RootCause.objects.filter(pk__among=[row.pk for row in found]).count() == 2
    assert not RootCause.objects.filter(pk__among=[]).exists()
    made = Promise.objects.create(policy=make_policy(), opened_at=NOW)
    assert Promise.objects.filter(policy__among=[made.policy_id]).get() == made


def test_only_defaults_that_are_made_anew_are_asked_for_again() -> None:
    _, made_anew = _blank(TimelineEntry)
    assert [name for name, _ in made_anew] == ["reason"]
