import pytest

from tests.escalation.climbing import AT_DUE, HALF, entries, make_ladder, sweep, told
from tests.makers import NOW, make_member, make_person, make_ticket
from tickets.escalation.models import Escalation
from tickets.work.models import Ticket, Watch

pytestmark = pytest.mark.django_db


def test_a_rung_raises_the_priority_and_says_why(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner"], {"set_priority": "high"}))
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.priority_word == "high"
    (said,) = entries(ticket, "priority")
    assert said["why"] == "follow_up, rung 1 of ladder v1"
    assert Escalation.objects.get().what["did"] == {"priority": "high"}


def test_a_rung_never_lowers_the_priority(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner"], {"set_priority": "high"}))
    Ticket.objects.update(priority=4)
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.priority_word == "urgent"


def test_a_rung_gives_the_ticket_to_whoever_carries_least(ticket, cast):
    second = make_member(cast.group, "lead", make_person("Second"))
    make_ticket(cast.group, policy=ticket.promise.policy, assignee=cast.lead)
    make_ladder(cast.group, (HALF, ["manager"], {"reassign_to": "lead"}))
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.assignee == second
    assert told(ticket, 1) == {"Manager", "Second"}
    assert entries(ticket, "assigned")[-1]["why"] == "follow_up, rung 1 of ladder v1"


def test_whoever_has_no_room_is_passed_by(ticket, cast):
    cast.lead.open_ticket_cap = 0
    cast.lead.save()
    make_ladder(cast.group, (HALF, ["owner"], {"reassign_to": "lead"}))
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.manager


def test_whoever_has_it_keeps_it(ticket, cast):
    make_member(cast.group, "lead", make_person("Second"))
    Ticket.objects.update(assignee=cast.lead)
    make_ladder(cast.group, (HALF, ["owner"], {"reassign_to": "lead"}))
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.lead


def test_what_lower_rungs_should_have_done_is_made_up_for(ticket, cast):
    make_ladder(
        cast.group,
        (HALF, ["owner"], {"set_priority": "urgent"}),
        (AT_DUE, ["lead"], {"reassign_to": "lead"}),
    )
    sweep(50)
    ticket.refresh_from_db()
    assert (ticket.priority_word, ticket.assignee) == ("urgent", cast.lead)


def test_a_closed_ticket_whose_promise_runs_again_is_told_of_and_not_reassigned(ticket, cast):
    """A letter may die after the ticket was closed: its customer was never reached."""
    make_ladder(cast.group, (HALF, ["manager"], {"reassign_to": "lead"}))
    Ticket.objects.update(status="closed", outcome="spam", closed_at=NOW)
    sweep(24)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.agent
    assert told(ticket, 1) == {"Manager"}


def test_a_rung_lets_somebody_watch_who_then_hears(ticket, cast):
    make_ladder(
        cast.group,
        (HALF, ["owner"], {"add_watcher": "manager"}),
        (AT_DUE, ["watchers"]),
    )
    sweep(24)
    assert [watch.user for watch in ticket.watches.all()] == [cast.manager]
    (said,) = entries(ticket, "watched")
    assert said == {"watcher": cast.manager.brief(), "why": "follow_up, rung 1 of ladder v1"}
    assert Escalation.objects.get().what["did"] == {"watcher": cast.manager.brief()}
    sweep(49)
    assert told(ticket, 2) == {"Manager"}


def test_a_reader_who_is_named_may_be_made_to_watch(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner"], {"add_watcher": {"user": cast.viewer.pk}}))
    sweep(24)
    assert [watch.user for watch in ticket.watches.all()] == [cast.viewer]


def test_of_a_level_the_first_who_does_not_watch_yet(ticket, cast):
    second = make_member(cast.group, "lead", make_person("Second"))
    make_ladder(
        cast.group,
        (HALF, ["owner"], {"add_watcher": "lead"}),
        (AT_DUE, ["owner"], {"add_watcher": "lead"}),
        ({"after_due_s": 3600}, ["owner"], {"add_watcher": "lead"}),
    )
    for hours in (24, 48.1, 50):
        sweep(hours)
    assert {watch.user for watch in ticket.watches.all()} == {cast.lead, second}


def test_watchers_are_told_beside_the_owner_and_climb_for_nobody(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner", "watchers"]), (AT_DUE, ["watchers"]))
    Watch.objects.create(ticket=ticket, user=cast.viewer, since=NOW)
    Watch.objects.create(ticket=ticket, user=cast.outsider, since=NOW)
    sweep(24)
    assert told(ticket, 1) == {"Agent", "Viewer"}
    Watch.objects.all().delete()
    sweep(49)
    assert told(ticket, 2) == {"Lead"}
