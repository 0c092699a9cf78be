"""What no address can end in is no name in addresses: one such row, and the page that lists it
could not be drawn any more."""

from collections.abc import Callable
from functools import partial

import pytest

from cxloop.kernel.errors import Refused
from tests.cast import Cast
from tests.desk.browsing import browse
from tests.makers import NOW
from tickets.sla.policies import write_calendar, write_policy
from tickets.work.actions.causes import write_root_cause
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db

WRONG = ["two words", "'; --", "a/b", "é", "x\n", "", "x" * 61]
WEEK = {"mon": ["09:00-17:00"]}
WRITERS = [
    partial(write_root_cause, name="A cause", now=NOW),
    partial(write_policy, name="A policy", targets={}, by=None, now=NOW),
    partial(write_calendar, name="A calendar", zone="UTC", weekly=WEEK, by=None, now=NOW),
]


@pytest.mark.parametrize("slug", WRONG)
@pytest.mark.parametrize("write", WRITERS)
def test_of_causes_policies_and_calendars(write: Callable[..., object], slug: str) -> None:
    with pytest.raises(Refused) as refused:
        write(slug=slug)
    assert [(f.pointer, f.code) for f in refused.value.faults] == [("/slug", "malformed")]


def test_beside_the_field_of_the_desk(cast: Cast) -> None:
    admin = browse(cast.admin)
    answer = admin.post("/admin/root-causes", {"slug": "two words", "name": "Cause"})
    assert (answer.status_code, RootCause.objects.count()) == (422, 0)
    assert admin.get("/admin/root-causes").status_code == 200
