"""tell_customers …"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from cxloop.forgetting import erase
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.intake.models import Consent
from tests.cast import Cast
from tests.email.mails import make_mailbox, receive, written
from tests.makers import NOW, make_customer, make_group, make_member
from tests.problems.announcing import (
    A_PORTION,
    addresses,
    confirmed,
    draft,
    letters,
    send,
    sweep,
    sweep_all,
    told_problem,
)
from tests.problems.making import put, ticket_at
from tickets.problems.actions import tell
from tickets.problems.actions.announce import stop_announcement
from tickets.problems.actions.tickets import take_out
from tickets.problems.models import Announcement, Told
from tickets.problems.sweeps import note_dead_announcements
from tickets.sla.models import Clock
from tickets.work.actions.customers import join_customers, note_consent, part_customers
from tickets.work.actor import CUSTOMER, acting
from tickets.work.models import Contact, Ticket, TimelineEntry
from tickets.work.status_links import link_in_letters
from tickets.work.sweeps import take_up_answers

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


def why() -> dict[str, int]:
    rows = Told.objects.filter(state="left_out").values_list("why", flat=True)
    return dict(Counter(rows))


def test_everybody_is_written_to_once_on_their_ticket(cast: Cast) -> None:
    made = confirmed(cast, told_problem(cast, 3))
    sweep_all()
    made.refresh_from_db()
    assert made.state == "sent"
    assert addresses() == [f"eve{n}@example.com" for n in range(3)]
    first = letters()[0]
    ticket = Told.objects.get(letter=first).ticket
    assert first.subject == f"What we changed [{ticket.ref}]"
    words = f"Dear Eve 0, parcels are scanned on Saturdays now ({ticket.ref}, Care)."
    assert first.body.startswith(words)
    assert first.body.count(link_in_letters(ticket)) == 1
    assert first.automatic
    entry = TimelineEntry.objects.get(ticket=ticket, kind="announced")
    assert (entry.public, entry.text, entry.actor) == (True, words, cast.lead)


def test_each_in_their_language(cast: Cast) -> None:
    problem = told_problem(cast, 1)
    kim = make_customer("kim@example.com", name="김서연", locale="ko-KR")
    put(problem, ticket_at(cast, NOW, customer=kim), by=cast.agent)
    confirmed(cast, problem)
    sweep_all()
    by_address = {letter.to: letter for letter in letters()}
    assert by_address["kim@example.com"].body.startswith("김서연님")
    assert by_address["kim@example.com"].language == "ko"
    assert by_address["eve0@example.com"].language == "en"


def test_it_is_no_contact_and_keeps_no_promise(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 1))
    before = list(Clock.objects.order_by("pk").values("state", "met_at", "due_at"))
    sweep_all()
    assert letters()
    assert list(Clock.objects.order_by("pk").values("state", "met_at", "due_at")) == before
    assert not Contact.objects.exists()
    assert Ticket.objects.get().status == "new"


@pytest.mark.parametrize("pace", [1, 7, 12])
def test_no_more_leave_in_any_minute_than_it_says(cast: Cast, pace: int) -> None:
    """The loop comes now a little early, now late; whatever the pace allows leaves."""
    confirmed(cast, told_problem(cast, 3 * pace), per_minute=pace)
    for number in range(36):
        sweep(NOW + timedelta(seconds=5 * number + 0.3 * (number % 3)))
    left = list(TimelineEntry.objects.filter(kind="announced").values_list("at", flat=True))
    assert len(left) == 3 * pace
    assert max(sum(at <= one < at + A_MINUTE for one in left) for at in left) == pace


def test_the_fastest_is_not_held_up_by_the_pace_of_the_loop(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 60), per_minute=600)
    sweep(NOW)
    assert len(letters()) == 50
    sweep(NOW + timedelta(seconds=5))
    assert len(letters()) == 60


def test_after_a_standstill_nothing_is_caught_up_at_once(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 30), per_minute=60)
    sweep(NOW)
    sweep(NOW + timedelta(hours=3))
    assert len(letters()) == 2 * A_PORTION


@pytest.mark.parametrize("killed_at", range(1, 5))
def test_killed_midway_and_run_again_no_address_hears_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    confirmed(cast, told_problem(cast, 12), per_minute=60)
    write, count = tell.write_entry, 0

    def dies(*said: Any, **facts: Any) -> Any:
        nonlocal count
        count += 1
        if count % 5 == killed_at and count < 15:
            raise SystemExit("killed")
        return write(*said, **facts)

    monkeypatch.setattr(tell, "write_entry", dies)
    for step in range(40):
        try:
            sweep(NOW + timedelta(seconds=5 * step))
        except SystemExit:
            assert Letter.objects.filter(kind="announcement").count() == len(
                Told.objects.filter(state="written")
            )
    assert Counter(addresses()) == {f"eve{n}@example.com": 1 for n in range(12)}
    assert TimelineEntry.objects.filter(kind="announced").count() == 12


def test_nobody_hears_twice_of_one_problem(cast: Cast) -> None:
    problem = told_problem(cast, 2)
    confirmed(cast, problem)
    second = draft(cast, problem)
    put(problem, ticket_at(cast, NOW, customer=make_customer("new@example.com")), by=cast.agent)
    send(second, by=cast.lead)
    sweep_all()
    assert Counter(addresses()) == {
        "eve0@example.com": 1,
        "eve1@example.com": 1,
        "new@example.com": 1,
    }
    assert why() == {"already_told": 2}


@pytest.mark.parametrize("first", ["claim", "trusted"])
def test_people_who_were_joined_meanwhile_hear_once(cast: Cast, first: str) -> None:
    problem = told_problem(cast, 0 if first == "claim" else 1)
    claim = make_customer("other@example.com", trusted=False, identity="email:o")
    put(problem, ticket_at(cast, NOW, customer=claim), by=cast.agent)
    if first == "claim":
        eve0 = make_customer("eve0@example.com")
        put(problem, ticket_at(cast, NOW, customer=eve0), by=cast.agent)
    confirmed(cast, problem)
    eve = Ticket.objects.get(customer__email="eve0@example.com").customer
    assert eve
    join_customers(claim, eve, by=acting(cast.agent), now=NOW)
    sweep_all()
    assert addresses() == ["eve0@example.com"]
    assert why() == {"already_told": 1}


def test_who_wishes_no_contact_meanwhile_is_left_out(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 2))
    eve = Ticket.objects.get(customer__email="eve0@example.com").customer
    assert eve
    said = {"purpose": Consent.Purpose.CONTACT, "granted": False, "said": "by phone"}
    note_consent(eve, **said, by=acting(cast.agent), now=NOW)
    sweep_all()
    assert addresses() == ["eve1@example.com"]
    assert why() == {"do_not_contact": 1}


def test_who_is_forgotten_meanwhile_is_left_out(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 2))
    eve = Ticket.objects.get(customer__email="eve0@example.com").customer
    assert eve
    erase(eve, reason="asked for it", by=CUSTOMER, now=NOW)
    sweep_all()
    assert addresses() == ["eve1@example.com"]
    assert why() == {"erased": 1}


def test_whose_ticket_is_not_the_problems_or_the_confirmers_any_more(cast: Cast) -> None:
    problem = told_problem(cast, 3)
    confirmed(cast, problem)
    first, second, _ = Ticket.objects.order_by("pk")
    take_out(problem, first, by=cast.lead, now=NOW)
    Ticket.objects.filter(pk=second.pk).update(group=cast.other_group)
    sweep_all()
    assert addresses() == ["eve2@example.com"]
    assert why() == {"not_in_it": 1, "not_yours": 1}


def test_whose_ticket_is_somebody_elses_again_is_left_out(cast: Cast) -> None:
    """Its letter would give one customer the page of another."""
    problem = told_problem(cast, 0)
    claim = make_customer("other@example.com", trusted=False, identity="email:o")
    ticket = ticket_at(cast, NOW, customer=claim)
    put(problem, ticket, by=cast.agent)
    join_customers(claim, make_customer("eve@example.com"), by=acting(cast.agent), now=NOW)
    confirmed(cast, problem)
    claim.refresh_from_db()
    part_customers(claim, by=acting(cast.agent), now=NOW)
    sweep_all()
    assert not letters()
    assert why() == {"not_in_it": 1}
    assert not ticket.timeline.filter(kind="announced").exists()


def test_who_is_forgotten_while_others_are_written_to_is_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(cast, told_problem(cast, 2))
    whole, looked_at = tell.locked_if_free, []

    def after_the_first(number: int) -> Ticket | None:
        if looked_at:
            eve = Ticket.objects.get(pk=number).customer
            assert eve
            erase(eve, reason="asked for it", by=CUSTOMER, now=NOW)
        looked_at.append(number)
        return whole(number)

    monkeypatch.setattr(tell, "locked_if_free", after_the_first)
    sweep(NOW)
    assert addresses() == ["eve0@example.com"]
    assert why() == {"erased": 1}


def test_it_may_be_stopped_midway(cast: Cast) -> None:
    made = confirmed(cast, told_problem(cast, 9))
    sweep(NOW)
    made.refresh_from_db()
    stop_announcement(made, by=cast.lead, now=NOW)
    sweep_all()
    assert len(letters()) == A_PORTION
    assert why() == {"stopped": 9 - A_PORTION}
    assert Announcement.objects.get().state == "stopped"


def test_one_that_cannot_be_written_keeps_nobody_else_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(cast, told_problem(cast, 2))
    whole = tell.letter_to

    def poisoned(*said: Any) -> Any:
        if said[2].email == "eve0@example.com":
            raise ValueError("no")
        return whole(*said)

    monkeypatch.setattr(tell, "letter_to", poisoned)
    for hours in range(30):
        sweep(NOW + timedelta(hours=hours))
    assert addresses() == ["eve1@example.com"]
    assert why() == {"failed": 1}
    assert Announcement.objects.get().state == "sent"


def test_answers_come_back_to_the_ticket(cast: Cast) -> None:
    make_mailbox()
    confirmed(cast, told_problem(cast, 1))
    sweep_all(moment())
    (letter,) = letters()
    receive(written("Thank you!", From="eve0@example.com", To=letter.reply_to))
    take_up_answers()
    kinds = Ticket.objects.get().timeline.values_list("kind", flat=True)
    assert "customer_message" in kinds


def test_one_that_came_back_is_told_on_its_ticket(cast: Cast) -> None:
    confirmed(cast, told_problem(cast, 1))
    sweep_all()
    Letter.objects.filter(kind="announcement").update(state="dead", died_at=NOW)
    note_dead_announcements()
    note_dead_announcements()
    entry = TimelineEntry.objects.get(kind="letter_failed")
    assert entry.reason["letter"] == "announcement"


def test_one_that_leaves_is_heeded_by_the_outbox(cast: Cast) -> None:
    """Who says no between the writing and the leaving gets nothing."""
    confirmed(cast, told_problem(cast, 1))
    sweep_all()
    eve = Ticket.objects.get().customer
    assert eve
    said = {"purpose": Consent.Purpose.CONTACT, "granted": False, "said": "by phone"}
    note_consent(eve, **said, by=acting(cast.agent), now=NOW)
    deliver_letters()
    assert letters()[0].state == "withdrawn"


def test_strangers_to_a_group_are_nobodys_to_tell(cast: Cast) -> None:
    """Shared tickets are read, not worked."""
    far = make_group("far")
    make_member(far, "agent", cast.agent)
    problem = told_problem(cast, 1, group=None)
    eve = make_customer("far@example.com")
    put(problem, ticket_at(cast, NOW, group=far, customer=eve), by=cast.agent)
    confirmed(cast, problem)
    sweep_all()
    assert addresses() == ["eve0@example.com"]
    assert why() == {}
