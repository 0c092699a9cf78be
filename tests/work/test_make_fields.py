"""Admins make fields …"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Change
from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.makers import NOW, make_ticket
from tests.work.fields import ORDER, SIZE, TOTAL, make_fields
from tickets.work.actions.fields import (
    RESERVED,
    archive_field,
    change_field,
    make_field,
    move_field,
    restore_field,
)
from tickets.work.actions.set_fields import set_fields
from tickets.work.actor import acting
from tickets.work.fields import MOST_FIELDS
from tickets.work.models import FieldValue, TicketField, value_row

pytestmark = pytest.mark.django_db


def many(number: int) -> list[TicketField]:
    return make_fields(*({**ORDER, "slug": f"field_{n}"} for n in range(number)))


def in_order() -> list[str]:
    return [field.slug for field in TicketField.objects.current()]


def notes() -> list[tuple[str, str, dict[str, Any]]]:
    rows = Change.objects.filter(about="field").order_by("pk")
    return list(rows.values_list("key", "act", "facts"))


def refused(said: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as error:
        make_field(said, by=None, now=NOW)
    return [(fault.pointer, fault.code) for fault in error.value.faults]


class TestOne:
    def test_with_a_place_behind_the_others(self, cast: Cast) -> None:
        make_fields(ORDER, TOTAL)
        assert in_order() == ["order_no", "order_value"]

    def test_whose_label_falls_back_on_the_other_language(self) -> None:
        size, order = make_fields(SIZE, ORDER)
        assert (size.label("ko"), size.label("en")) == ("크기", "Size")
        assert (order.label("ko"), order.label("en")) == ("Order", "Order")

    @pytest.mark.parametrize(
        "wrong, fault",
        [
            ({"slug": "x"}, ("/slug", "malformed")),
            ({"slug": "Order"}, ("/slug", "malformed")),
            ({"slug": "order-no"}, ("/slug", "malformed")),
            ({"slug": "1st"}, ("/slug", "malformed")),
            ({"slug": "owner"}, ("/slug", "taken")),
            ({"slug": "status"}, ("/slug", "taken")),
            ({"kind": "money"}, ("/kind", "unknown_choice")),
            ({"label_en": " "}, ("/label_en", "required")),
            ({"label_ko": "x" * 61}, ("/label_ko", "too_long")),
            ({"path": "x" * 191}, ("/path", "too_long")),
            ({"choices": ["a"]}, ("/choices", "unknown_key")),
            ({"kind": "choice"}, ("/choices", "empty")),
            ({"kind": "choice", "choices": ["a, b"]}, ("/choices/0", "malformed")),
            ({"kind": "choice", "choices": ["a", "None"]}, ("/choices/1", "malformed")),
            ({"kind": "choice", "choices": ["x" * 61]}, ("/choices/0", "too_long")),
            ({"kind": "choice", "choices": list(map(str, range(101)))}, ("/choices", "too_many")),
        ],
    )
    def test_unless_something_about_it_is_wrong(
        self, wrong: dict[str, Any], fault: tuple[str, str]
    ) -> None:
        assert refused({**ORDER, **wrong}) == [fault]
        assert not TicketField.objects.exists()

    def test_of_a_slug_that_nobody_has_not_even_an_archived_one(self) -> None:
        (order,) = make_fields(ORDER)
        archive_field(order, by=None, now=NOW)
        assert refused(ORDER) == [("/slug", "taken")]

    def test_that_no_list_is_asked_by_already(self) -> None:
        assert {"q", "status", "before", "is", "tag"} <= RESERVED


class TestTwenty:
    def test_and_no_more(self) -> None:
        many(MOST_FIELDS)
        assert refused({**ORDER, "slug": "one_more"}) == [("/slug", "too_many")]

    def test_and_one_more_for_one_that_is_archived(self) -> None:
        first, *_ = many(MOST_FIELDS)
        archive_field(first, by=None, now=NOW)
        make_fields({**ORDER, "slug": "one_more"})
        assert refused({**ORDER, "slug": "yet_one"}) == [("/slug", "too_many")]
        with pytest.raises(Refused, match="At most 20"):
            restore_field(first, by=None, now=NOW)

    @pytest.mark.parametrize("place", [0, 1, MOST_FIELDS, MOST_FIELDS + 1, None])
    def test_for_the_database_too(self, place: int | None) -> None:
        many(MOST_FIELDS)
        with pytest.raises(IntegrityError), transaction.atomic():
            write_at(place)


def write_at(place: int | None) -> None:
    TicketField.objects.create(slug="x1", kind="text", label_en="X", created_at=NOW, place=place)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_make_one_too_many() -> None:
    many(MOST_FIELDS - 1)

    def make(number: int) -> str:
        try:
            make_field({**ORDER, "slug": f"rival_{number}"}, by=None, now=NOW)
        except Refused as refused:
            return refused.faults[0].code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(make, range(4))) == ["made", *["too_many"] * 3]
    assert len(in_order()) == MOST_FIELDS


class TestChanges:
    def test_what_may_change_and_note_it(self, cast: Cast) -> None:
        (order,) = make_fields(ORDER)
        change_field(
            order, {"label_ko": "주문번호", "path": "context.order.no"}, by=cast.admin, now=NOW
        )
        order.refresh_from_db()
        assert (order.label_ko, order.path) == ("주문번호", "order.no")
        fields = {"label_ko": ["", "주문번호"], "path": ["order.id", "order.no"]}
        assert notes()[-1] == ("order_no", "changed", {"fields": fields})

    def test_and_note_nothing_where_nothing_does(self, cast: Cast) -> None:
        (order,) = make_fields(ORDER)
        change_field(order, {"label_en": "Order"}, by=cast.admin, now=NOW)
        assert [act for _, act, _ in notes()] == ["created"]

    def test_but_not_of_an_archived_one(self, cast: Cast) -> None:
        (order,) = make_fields(ORDER)
        archive_field(order, by=cast.admin, now=NOW)
        with pytest.raises(Conflict):
            change_field(order, {"label_en": "No"}, by=cast.admin, now=NOW)
        with pytest.raises(Conflict):
            move_field(order, to=1, by=cast.admin, now=NOW)

    def test_never_slug_or_kind(self) -> None:
        make_fields(ORDER)
        for change in ({"kind": "number"}, {"slug": "other"}):
            with pytest.raises(IntegrityError, match="for good"), transaction.atomic():
                TicketField.objects.update(**change)

    def test_archived_and_back_it_stands_last_with_its_values(self, cast: Cast) -> None:
        order, _total = make_fields(ORDER, TOTAL)
        ticket = make_ticket(cast.group)
        set_fields(ticket, {"order_no": "A-1"}, by=acting(cast.agent), now=NOW)
        archive_field(order, by=cast.admin, now=NOW)
        archive_field(order, by=cast.admin, now=NOW)
        assert in_order() == ["order_value"]
        restore_field(order, by=cast.admin, now=NOW)
        assert in_order() == ["order_value", "order_no"]
        assert FieldValue.objects.get().text == "A-1"
        assert [act for _, act, _ in notes()] == ["created", "created", "archived", "restored"]

    @pytest.mark.parametrize(
        "to, order",
        [(1, "cab"), (2, "acb"), (3, "abc"), (20, "abc")],
    )
    def test_their_order(self, to: int, order: str) -> None:
        *_, last = make_fields(*({**ORDER, "slug": slug * 2} for slug in "abc"))
        move_field(last, to=to, by=None, now=NOW)
        assert in_order() == [slug * 2 for slug in order]


class TestImpossible:
    """What the database refuses, whoever asks."""

    def test_a_value_of_another_kind_than_its_field(self, cast: Cast) -> None:
        order, total = make_fields(ORDER, TOTAL)
        ticket = make_ticket(cast.group)
        row = value_row(ticket, order, "A-1", NOW)
        row.field_id = total.pk
        with pytest.raises(IntegrityError, match="kind_of_its_field"), transaction.atomic():
            row.save()

    @pytest.mark.parametrize(
        "wrong",
        [{"number": 1}, {"text": None}, {"folded": None}, {"day": "2026-11-20"}, {"kind": "date"}],
    )
    def test_a_value_in_no_column_or_in_two(self, cast: Cast, wrong: dict[str, Any]) -> None:
        (order,) = make_fields(ORDER)
        value_row(make_ticket(cast.group), order, "A-1", NOW).save()
        with pytest.raises(IntegrityError), transaction.atomic():
            FieldValue.objects.update(**wrong)

    def test_two_values_in_one_field(self, cast: Cast) -> None:
        (order,) = make_fields(ORDER)
        ticket = make_ticket(cast.group)
        value_row(ticket, order, "A-1", NOW).save()
        with pytest.raises(IntegrityError, match="one_value_a_field"), transaction.atomic():
            value_row(ticket, order, "A-2", NOW).save()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"label_en": ""},
            {"choices": ["a"]},
            {"archived_at": NOW},
            {"place": None},
            {"place": 21},
        ],
    )
    def test_a_field_that_is_half_of_one(self, wrong: dict[str, Any]) -> None:
        make_fields(ORDER)
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketField.objects.update(**wrong)
