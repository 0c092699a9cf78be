import pytest
from django.db import DataError, transaction

from cxloop.kernel.copying import rewrite_rows
from tests.makers import NOW, make_root_cause
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db


def test_it_writes_the_named_fields_of_each_row_and_no_other() -> None:
    causes = [make_root_cause(slug) for slug in ("one", "two", "three")]
    for cause in causes:
        cause.name, cause.slug, cause.archived_at = f"{cause.slug}!", "kept", NOW
    causes[0].archived_at = None
    rewrite_rows(causes[:2], ["name", "archived_at"])
    rows = RootCause.objects.order_by("pk").values_list("slug", "name", "archived_at")
    assert list(rows) == [("one", "one!", None), ("two", "two!", NOW), ("three", "Three", None)]


def test_it_cuts_nothing_that_is_too_long() -> None:
    cause = make_root_cause()
    cause.name = "x" * 121
    with pytest.raises(DataError), transaction.atomic():
        rewrite_rows([cause], ["name"])


def test_it_asks_nothing_where_there_is_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        rewrite_rows([], ["name"])
