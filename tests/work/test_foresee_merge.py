"""foresee_merge …"""

from datetime import timedelta

import pytest

from cxloop.kernel.errors import Conflict, Forbidden, NotHere, Refused
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_customer, make_policy, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.follow import watch
from tickets.work.actions.label import MOST_TAGS
from tickets.work.actions.move import merge_tickets
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.joining import foresee_merge
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def pair(cast: Cast) -> tuple[Ticket, Ticket]:
    """The first was received ten hours before the other, an hour ago."""
    now, customer = moment(), make_customer()
    old = make_ticket(
        cast.group, customer=customer, received_at=now - 11 * HOUR, tags=["late", "parcel"]
    )
    return old, make_ticket(cast.group, customer=customer, received_at=now - HOUR, tags=["parcel"])


def test_it_tells_which_promise_goes_on_and_moves_nothing(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    old, new = pair
    before = list(Clock.objects.order_by("pk").values())
    told = foresee_merge(cast.agent, old.ref, new.ref)
    follow_up = next(one for one in told.promises if one.kind == "follow_up")
    assert follow_up.due_then == Clock.objects.get(promise=old.pk, kind="follow_up").due_at
    assert follow_up.moves
    assert not next(one for one in told.promises if one.kind == "resolve").moves
    assert "follow_up" in told.ends
    assert list(Clock.objects.order_by("pk").values()) == before
    assert not Ticket.objects.filter(status="closed").exists()


def test_it_tells_what_merging_then_does(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    old, new = pair
    told = foresee_merge(cast.agent, old.ref, new.ref)
    merge_tickets(locked(old.pk), into=locked(new.pk), by=acting(cast.agent), now=moment())
    live = Clock.objects.filter(promise=new.pk).live()
    assert {one.kind: one.due_then for one in told.promises} == dict(
        live.values_list("kind", "due_at")
    )


def test_it_names_tags_watchers_and_feedback_that_move(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    old, new = pair
    for ticket, person in ((old, cast.lead), (old, cast.viewer), (new, cast.viewer)):
        watch(locked(ticket.pk), person, by=acting(person), now=moment())
    told = foresee_merge(cast.agent, old.ref, new.ref)
    assert (told.tags, told.watchers, told.feedback) == (["late"], [cast.lead], 1)


def test_a_broken_promise_is_named_as_what_stays(cast: Cast) -> None:
    now, customer = moment(), make_customer()
    policy = make_policy(acknowledge_s=None)
    old = make_ticket(cast.group, customer=customer, received_at=now - 50 * HOUR, policy=policy)
    new = make_ticket(cast.group, customer=customer, received_at=now)
    assert foresee_merge(cast.agent, old.ref, new.ref).broken == ["follow_up"]


def test_tags_are_carried_as_far_as_there_is_room(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    old, new = pair
    full = [f"tag {number}" for number in range(MOST_TAGS - 1)]
    Ticket.objects.filter(pk=new.pk).update(tags=full)
    merge_tickets(locked(old.pk), into=locked(new.pk), by=acting(cast.agent), now=moment())
    new.refresh_from_db()
    assert new.tags == [*full, "late"]
    assert new.timeline.get(kind="merged_in").reason == {"from": old.ref, "tags": ["late"]}


def test_it_refuses_what_merging_refuses(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    old, new = pair
    stranger, theirs = make_ticket(cast.group), make_ticket(cast.other_group)
    for person, into, refusal in (
        (cast.agent, stranger.ref, Conflict),
        (cast.agent, theirs.ref, Refused),
        (cast.agent, old.ref, Refused),
        (cast.viewer, new.ref, Forbidden),
        (cast.outsider, new.ref, NotHere),
    ):
        with pytest.raises(refusal):
            foresee_merge(person, old.ref, into)


def test_over_the_api(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    old, new = pair
    told = api(cast.agent).get(f"/api/v1/tickets/{old.ref}/merge/preview?into={new.ref}").json()
    assert (told["ticket"], told["into"], told["tags"]) == (old.ref, new.ref, ["late"])
    wrong = api(cast.agent).get(f"/api/v1/tickets/{old.ref}/merge/preview")
    assert wrong.status_code == 422
