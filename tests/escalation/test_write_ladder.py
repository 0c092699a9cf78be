import pytest

from cxloop.kernel.errors import Conflict, Refused
from tests.escalation.climbing import (
    HALF,
    HOUR,
    clock_of,
    make_ladder,
    raised,
    sweep,
    told,
    wake,
)
from tests.makers import NOW, make_ticket
from tickets.escalation.actions.ladders import (
    archive_ladder,
    revise_ladder,
    write_ladder,
)
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS

pytestmark = pytest.mark.django_db

RUNGS = [{"clock": "follow_up", "when": HALF, "tell": ["lead"]}]


def write(**said):
    given = {"slug": "care", "name": "Care", "group": None, "rungs": RUNGS}
    return write_ladder(**given | said, now=NOW)


def refused(**said):
    with pytest.raises(Refused) as refusal:
        write(**said)
    return {(fault.pointer, fault.code) for fault in refusal.value.faults}


def test_it_is_kept_as_it_was_written(cast):
    ladder = write(group=cast.group)
    ladder.refresh_from_db()
    assert (ladder.slug, ladder.name, ladder.group) == ("care", "Care", cast.group)
    assert (ladder.rungs, ladder.version, ladder.archived_at) == (RUNGS, 1, None)


@pytest.mark.parametrize(
    "said, expected",
    [
        ({"slug": "Not a slug"}, ("/slug", "malformed")),
        ({"slug": ""}, ("/slug", "malformed")),
        ({"name": " "}, ("/name", "blank")),
        ({"rungs": []}, ("/rungs", "too_many")),
        ({"rungs": [RUNGS[0] | {"tell": [{"user": 404}]}]}, ("/rungs/0", "unknown_person")),
        (
            {"rungs": [RUNGS[0] | {"then": {"reassign_to": {"user": 404}}}]},
            ("/rungs/0", "unknown_person"),
        ),
    ],
)
def test_it_refuses_at_the_place_that_is_wrong(db, said, expected):
    assert refused(**said) == {expected}
    assert not Ladder.objects.exists()


def test_a_group_has_one_ladder_and_a_slug_one_too(cast):
    write(group=cast.group)
    assert refused(slug="other", group=cast.group) == {("/group", "taken")}
    assert refused(group=cast.other_group) == {("/slug", "taken")}
    write(slug="all")
    assert refused(slug="all-too") == {("/group", "taken")}


class TestRevise:
    def test_new_rungs_are_the_next_version_and_the_same_are_none(self, db):
        ladder = write()
        assert revise_ladder(ladder, {"rungs": RUNGS}, now=NOW).version == 1
        assert revise_ladder(ladder, {"name": "New"}, now=NOW).version == 1
        assert revise_ladder(ladder, {"rungs": DEFAULT_RUNGS}, now=NOW).version == 2
        assert Ladder.objects.get().name == "New"

    def test_it_refuses_bad_rungs_and_keeps_the_old(self, db):
        ladder = write()
        with pytest.raises(Refused):
            revise_ladder(ladder, {"rungs": [], "name": "New"}, now=NOW)
        assert Ladder.objects.get().name == "Care"

    def test_a_rung_that_comes_earlier_now_is_not_missed(self, ticket, cast):
        sweep(0)
        revise_ladder(
            Ladder.objects.get(),
            {"rungs": [RUNGS[0] | {"when": {"percent": 10}}]},
            now=NOW + HOUR,
        )
        wake(NOW + HOUR)
        sweep(1)
        sweep(4.8)
        assert told(ticket, 1) == {"Lead"}

    def test_a_rung_put_below_those_passed_is_recorded_and_not_heard(self, ticket):
        sweep(24)
        below = RUNGS[0] | {"when": {"percent": 25}}
        revise_ladder(Ladder.objects.get(), {"rungs": [below, *DEFAULT_RUNGS]}, now=NOW + 25 * HOUR)
        sweep(25)
        assert raised(ticket) == {1: "", 2: "superseded"}
        sweep(36)
        assert raised(ticket) == {1: "", 2: "superseded", 3: ""}

    def test_a_rung_is_not_lost_when_those_below_it_are_taken_away(self, ticket):
        sweep(36)
        revise_ladder(Ladder.objects.get(), {"rungs": DEFAULT_RUNGS[2:]}, now=NOW + 37 * HOUR)
        sweep(49)
        assert raised(ticket) == {1: "superseded", 2: "", 3: ""}
        assert told(ticket, 3) == {"Manager"}

    def test_only_clocks_that_climb_it_are_looked_at_anew(self, ticket, cast):
        own = make_ladder(cast.other_group, (HALF, ["lead"]), slug="own")
        other = make_ticket(cast.other_group, policy=ticket.promise.policy)
        sweep(0)
        revise_ladder(Ladder.objects.get(group=None), {"rungs": RUNGS}, now=NOW + HOUR)
        wake(NOW + HOUR)
        assert clock_of(ticket).next_action_at == NOW + HOUR
        assert clock_of(other).next_action_at == NOW + 24 * HOUR
        revise_ladder(own, {"rungs": DEFAULT_RUNGS}, now=NOW + 2 * HOUR)
        wake(NOW + 2 * HOUR)
        assert clock_of(ticket).next_action_at == NOW + HOUR
        assert clock_of(other).next_action_at == NOW + 2 * HOUR


class TestArchive:
    def test_the_group_climbs_the_ladder_for_all_again(self, ticket, cast):
        own = make_ladder(cast.group, ({"percent": 90}, ["admin"]))
        sweep(0)
        archive_ladder(own, now=NOW + HOUR)
        wake(NOW + HOUR)
        assert clock_of(ticket).next_action_at == NOW + HOUR
        sweep(24)
        assert told(ticket, 1) == {"Agent"}
        write(slug="again", group=cast.group)

    def test_again_is_no_error_and_a_change_is_one(self, cast):
        own = make_ladder(cast.group, (HALF, ["admin"]))
        archive_ladder(own, now=NOW)
        assert archive_ladder(own, now=NOW + HOUR).archived_at == NOW
        with pytest.raises(Conflict, match="archived"):
            revise_ladder(own, {"name": "x"}, now=NOW)

    def test_the_ladder_for_all_stays(self, db):
        with pytest.raises(Conflict) as conflict:
            archive_ladder(write(), now=NOW)
        assert conflict.value.code == "for_all"
