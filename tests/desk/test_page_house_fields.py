"""The fields of this house are made, changed, put in order and archived by admins."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.makers import NOW, make_feedback, make_source
from tests.work.fields import ORDER, SHOP, SIZE, TOTAL, make_fields
from tickets.work.actions.fields import archive_field
from tickets.work.models import TicketField

pytestmark = pytest.mark.django_db

WHERE = "/admin/fields"
TYPED = {
    **{"slug": "order_no", "kind": "text", "label_en": "Order", "label_ko": "주문번호"},
    **{"path": "order.id", "choices": ""},
}


def test_an_empty_list_teaches(cast: Cast) -> None:
    assert "If your agents live by the number of an order" in text_of(browse(cast.admin).get(WHERE))


def test_one_is_made(cast: Cast) -> None:
    admin = browse(cast.admin)
    sent(admin.post(f"{WHERE}/new", {**TYPED, "in_queue": "on"}), WHERE)
    field = TicketField.objects.get()
    assert (field.slug, field.label_ko, field.path, field.in_queue) == (
        "order_no",
        "주문번호",
        "order.id",
        True,
    )
    words = text_of(admin.get(WHERE))
    assert "Order Text column order_no: from context.order.id" in words


def test_a_choice_has_its_choices_by_line(cast: Cast) -> None:
    typed = {**TYPED, "kind": "choice", "choices": "Small\r\n\r\n Large \r\n"}
    browse(cast.admin).post(f"{WHERE}/new", typed)
    assert TicketField.objects.get().choices == ["Small", "Large"]


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"slug": "Order No"}, "This is not written as it must be."),
        ({"slug": "owner"}, "This is taken already."),
        ({"label_en": "", "label_ko": ""}, "This is wanted here."),
        ({"kind": "choice"}, "Something is wanted in this list."),
        ({"choices": "a"}, "This name does not belong here."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, wrong: dict[str, str], words: str
) -> None:
    page = browse(cast.admin).post(f"{WHERE}/new", {**TYPED, **wrong})
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'value="order.id"' in page.content.decode()
    assert not TicketField.objects.exists()


def test_it_is_changed_and_who_did_it_is_told(cast: Cast) -> None:
    make_fields(ORDER)
    admin, where = browse(cast.admin), f"{WHERE}/order_no"
    typed = {"label_en": "Order", "label_ko": "주문번호", "path": "order.no", "in_queue": "on"}
    sent(admin.post(where, typed), where)
    words = text_of(admin.get(where))
    assert "Admin" in words
    assert "Where the context says it: order.id → order.no" in words
    assert "A column of the queue: no → yes" in words


def test_its_kind_is_not_to_be_changed(cast: Cast) -> None:
    make_fields(ORDER)
    admin = browse(cast.admin)
    admin.post(f"{WHERE}/order_no", {**TYPED, "kind": "number", "slug": "x_y"})
    field = TicketField.objects.get()
    assert (field.kind, field.slug) == ("text", "order_no")
    assert 'name="kind"' not in admin.get(f"{WHERE}/order_no").content.decode()


def test_they_are_put_in_order(cast: Cast) -> None:
    make_fields(*SHOP)
    admin = browse(cast.admin)
    sent(admin.post(f"{WHERE}/size/move", {"way": "up"}), WHERE)
    sent(admin.post(f"{WHERE}/order_no/move", {"way": "down"}), WHERE)
    slugs = [field.slug for field in TicketField.objects.current()]
    assert slugs == ["order_value", "order_no", "size", "bought_on"]


def test_one_is_archived_and_brought_back(cast: Cast) -> None:
    make_fields(ORDER)
    admin, where = browse(cast.admin), f"{WHERE}/order_no"
    sent(admin.post(f"{where}/archive"), where)
    assert TicketField.objects.get().archived_at
    assert "Archived" in text_of(admin.get(WHERE))
    assert admin.post(where, TYPED).status_code == 409 or "archived" in text_of(admin.get(where))
    sent(admin.post(f"{where}/archive"), where)
    assert TicketField.objects.get().archived_at is None


def test_where_twenty_are_in_use_no_further_one_is_offered(cast: Cast) -> None:
    rows = make_fields(*({**ORDER, "slug": f"f_{n}"} for n in range(20)))
    admin = browse(cast.admin)
    page = admin.get(WHERE)
    assert "No further one fits." in text_of(page)
    assert "New field" not in text_of(page)
    refused = admin.post(f"{WHERE}/new", TYPED)
    assert refused.status_code == 422
    assert "These are too many." in text_of(refused)
    archive_field(rows[0], by=None, now=NOW)
    sent(admin.post(f"{WHERE}/new", TYPED), WHERE)
    assert admin.post(f"{WHERE}/f_0/archive").status_code == 422


class TestPreview:
    @pytest.fixture
    def heard(self) -> None:
        shop = make_source("shop", time_zone="Asia/Seoul")
        for order in ({"total": "12.50"}, {"total": 1240}, {"total": "much"}, {"total": 1240}, {}):
            make_feedback(shop, comment="Late.", context={"order": order})

    def look(self, cast: Cast, **typed: str) -> str:
        said = {**TYPED, "kind": "number", "path": "order.total", "look": "1", **typed}
        page = browse(cast.admin).post(f"{WHERE}/new", said)
        assert page.status_code == 200
        assert not TicketField.objects.exists()
        return text_of(page)

    def test_it_shows_what_was_sent_and_what_would_stand(self, cast: Cast, heard: Any) -> None:
        words = self.look(cast)
        assert "4 of the newest 5 feedback say something at context.order.total ." in words
        assert "1240 1,240 2" in words
        assert "12.50 12.5 1" in words
        assert "much Does not fit, and is left out. This is of another kind" in words

    def test_it_asks_whether_the_place_is_spelt_right(self, cast: Cast, heard: Any) -> None:
        assert "Is it spelt as the shop sends it?" in self.look(cast, path="order.totl")

    def test_it_shows_nothing_without_a_place(self, cast: Cast, heard: Any) -> None:
        assert "What was sent there" not in self.look(cast, path="")

    def test_of_a_choice_by_its_choices(self, cast: Cast, heard: Any) -> None:
        words = self.look(cast, kind="choice", choices="much\r\nlittle")
        assert "much much 1" in words

    def test_of_one_that_is_kept_already(self, cast: Cast, heard: Any) -> None:
        make_fields(TOTAL)
        words = text_of(browse(cast.admin).get(f"{WHERE}/order_value"))
        assert "4 of the newest 5 feedback" in words

    def test_nothing_from_outside_is_rendered_unescaped(self, cast: Cast) -> None:
        make_feedback(comment="x", context={"order": {"id": "<script>alert(1)</script>"}})
        make_fields(ORDER)
        page = browse(cast.admin).get(f"{WHERE}/order_no").content.decode()
        assert "<script>alert" not in page

    def test_at_the_cost_of_one_look(self, cast: Cast, heard: Any) -> None:
        make_fields(TOTAL)
        admin = browse(cast.admin)
        cost = cost_of(admin, f"{WHERE}/order_value")
        for number in range(20):
            make_feedback(comment="x", context={"order": {"total": number}})
        assert cost_of(admin, f"{WHERE}/order_value") == cost


class TestInRules:
    def rule(self, cast: Cast, fact: str, op: str = "gt", value: str = "100", **more: str) -> Any:
        typed = {
            **{"name": "Dear", "ticket": "yes", "group": "care", "policy": "", "w.mode": "all"},
            **{"w.0.fact": fact, "w.0.op": op, "w.0.value": value, "priority": "normal"},
        }
        return browse(cast.admin).post("/admin/rules/new", {**typed, **more})

    def test_a_condition_is_chosen_by_the_label(self, cast: Cast) -> None:
        make_fields(ORDER, TOTAL, SIZE)
        page = self.rule(cast, "number.order.total", do="arrange")
        content = page.content.decode()
        assert '<optgroup label="Fields">' in content
        assert '<option value="number.order.total" selected>Order value</option>' in content
        assert '<option value="context.order.id">Order</option>' in content
        assert 'name="w.0.rest"' not in content
        assert "When Order value is over 100: open a ticket" in text_of(page)

    def test_any_other_place_of_the_context_is_named_by_hand(self, cast: Cast) -> None:
        make_fields(TOTAL)
        more = {"w.0.rest": "order.weight", "do": "arrange"}
        content = self.rule(cast, "number.PATH", **more).content.decode()
        assert '<option value="number.PATH" selected>' in content
        assert 'name="w.0.rest"' in content

    def test_without_fields_nothing_is_offered_of_them(self, cast: Cast) -> None:
        content = self.rule(cast, "number.PATH", do="arrange").content.decode()
        assert '<optgroup label="Fields">' not in content
