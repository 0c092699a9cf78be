"""Many admins change fields at the same time: one waits for the other, and never in a circle."""

import pytest

from tests.accounts.at_once import at_once
from tests.cast import Cast, api
from tests.work.fields import ORDER, SIZE, make_fields
from tickets.work.models import TicketField

pytestmark = pytest.mark.django_db(transaction=True)

LABELLED = {"label_en": "Number"}
WAYS = ({**LABELLED, "place": 2}, {**LABELLED, "archived": False, "place": 1})


def test_who_brings_a_field_back_and_who_moves_it_never_wait_for_each_other(cast: Cast) -> None:
    make_fields(ORDER, SIZE)
    clients = [api(cast.admin) for _ in range(8)]

    def change(turn: int) -> None:
        for again in range(6):
            said = WAYS[(turn + again) % 2]
            answer = clients[turn].patch("/api/v1/fields/order_no", said)
            assert answer.status_code == 200, answer.content

    assert at_once(change, range(8), hands=8) == ["ok"] * 8
    assert sorted(TicketField.objects.values_list("place", flat=True)) == [1, 2]
