import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.copying import copy_rows, number_rows
from tests.makers import NOW, make_policy
from tickets.sla.models import Promise
from tickets.work.models import RootCause

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
