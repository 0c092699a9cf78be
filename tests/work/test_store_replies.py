"""The company's reply in a store is a contact at its own time."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.moment import moment
from desk.api.explaining import show_explanation
from feedback.intake.models import Feedback
from feedback.stores.models import StoreReply
from tests.cast import Cast
from tests.feedback.exports import play_review, play_row
from tests.makers import NOW, make_policy
from tests.work.reviewing import (
    BEGAN,
    SORRY,
    ago,
    clocks,
    kinds,
    open_store,
    read,
    read_text,
    told,
    work,
)
from tickets.escalation.sweeps import climb_ladders
from tickets.sla.actions.look import settle
from tickets.work.actions.open import Terms, open_from_feedback
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Priority, Ticket
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(cast: Cast) -> None:
    open_store(cast.group)


def test_a_follow_up_is_owed_for_a_review_from_when_it_was_written() -> None:
    told(play_row(at=ago(5)))
    ticket = Ticket.objects.get()
    assert ticket.contactable == "store"
    assert clocks(ticket)[0].due_at == ago(5) + timedelta(hours=48)


def test_a_reply_in_time_keeps_the_promise_at_its_own_time() -> None:
    told(play_row(at=ago(5)))
    told(play_row(at=ago(5), reply=(ago(3), SORRY)))
    ticket = Ticket.objects.get()
    (clock,) = clocks(ticket)
    assert (clock.state, clock.met_at) == ("met", ago(3))
    assert ticket.status == "open"
    contact = Contact.objects.get()
    assert (contact.channel, contact.at, contact.by, contact.reached) == (
        "store",
        ago(3),
        None,
        True,
    )


def test_history_says_what_the_store_says_and_who_imported_it() -> None:
    told(play_row(at=ago(5), reply=(ago(3), SORRY)))
    entry = Ticket.objects.get().timeline.get(kind="store_reply")
    assert (entry.text, entry.actor_kind, entry.actor, entry.public) == (SORRY, "clock", None, True)
    assert entry.reason["told_by"] == "key sk_1…"
    assert datetime.fromisoformat(entry.reason["replied_at"]) == ago(3)


def test_a_reply_read_with_its_review_alarms_nobody_about_what_was_kept() -> None:
    """The ladders may look between triage and answers: it is noted with the triage."""
    read(play_row(at=ago(70), reply=(ago(60), SORRY)), live=True)
    triage_arrivals()
    climb_ladders()
    work()
    ticket = Ticket.objects.get()
    assert [clock.state for clock in clocks(ticket)] == ["met"]
    assert not ticket.timeline.filter(kind="breached", reason__clock="follow_up").exists()


def test_a_late_reply_makes_a_broken_promise_good_and_it_stays_on_record() -> None:
    told(play_row(at=ago(70), reply=(ago(10), SORRY)), live=True)
    (clock,) = clocks(Ticket.objects.get())
    assert (clock.state, clock.met_at) == ("breached", ago(10))
    assert clock.breached_at == ago(22)
    assert clock.detected_at >= BEGAN


def test_what_we_had_to_note_as_broken_stays_so_though_the_reply_was_in_time() -> None:
    told(play_row(at=ago(70)), live=True)
    climb_ladders()
    told(play_row(at=ago(70), reply=(ago(60), SORRY)))
    (clock,) = clocks(Ticket.objects.get())
    assert (clock.state, clock.met_at) == ("breached", ago(60))


def test_it_is_explained_that_we_heard_of_it_too_late() -> None:
    told(play_row(at=ago(70)), live=True)
    climb_ladders()
    told(play_row(at=ago(70), reply=(ago(60), SORRY)))
    (clock,) = clocks(Ticket.objects.get())
    explained = show_explanation(clock, now=moment(), language="en")
    said = " ".join(explained["sentences"])
    assert "In fact it was met on" in said
    assert "before; we heard of that too late." in said
    assert explained["due_at"] == ago(22)


def test_the_sweep_that_comes_before_triage_leaves_it_to_triage() -> None:
    read(play_row(at=ago(5), reply=(ago(3), SORRY)))
    take_up_answers()
    assert StoreReply.objects.get().state == "waiting"
    triage_arrivals()
    assert StoreReply.objects.get().state == "noted"


def test_sweeping_twice_and_reading_twice_notes_it_once() -> None:
    for _ in range(2):
        told(play_row(at=ago(5), reply=(ago(3), SORRY)))
        work()
    assert kinds(Ticket.objects.get()).count("store_reply") == 1
    assert Contact.objects.count() == 1


def test_a_reply_to_praise_needs_no_ticket_until_somebody_opens_one(cast: Cast) -> None:
    told(play_row(at=ago(5), stars=5, reply=(ago(3), "Thank you!")))
    assert StoreReply.objects.get().state == "unneeded"
    heard = Feedback.objects.get()
    terms = Terms(cast.group, make_policy(), Priority.NORMAL)
    ticket = open_from_feedback(heard, terms, reason="look", by=acting(cast.agent), now=moment())
    assert StoreReply.objects.get().state == "noted"
    assert [clock.state for clock in clocks(ticket)] == ["met"]


def test_the_words_of_a_reply_put_otherwise_are_no_second_contact() -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    told(play_row(at=ago(9), reply=(ago(7), "Sorry again.")))
    ticket = Ticket.objects.get()
    assert kinds(ticket).count("store_reply") == 2
    assert ticket.timeline.filter(kind="store_reply").latest("pk").reason["edited"] is True
    assert Contact.objects.count() == 1


def test_a_reply_that_we_hear_of_with_the_edit_keeps_what_it_came_in_time_for() -> None:
    """Both happened between two exports: the file shows what it says now, and the reply to what it
    said before."""
    told(play_row(at=ago(9)))
    told(play_row(at=ago(9), edited=ago(2), text="Still", reply=(ago(5), SORRY)))
    first, second = clocks(Ticket.objects.get())
    assert (first.state, first.met_at) == ("met", ago(5))
    assert (second.state, second.started_at) == ("running", ago(2))


def test_whatever_comes_first_the_reply_or_the_edit_the_clocks_end_the_same() -> None:
    told(play_row(at=ago(9)))
    told(play_row(at=ago(9), edited=ago(2), text="Still"))
    told(play_row(at=ago(9), edited=ago(2), text="Still", reply=(ago(5), SORRY)))
    first, second = clocks(Ticket.objects.get())
    assert (first.state, first.met_at) == ("met", ago(5))
    assert (second.state, second.started_at) == ("running", ago(2))


def test_a_reply_before_all_that_we_know_keeps_nothing() -> None:
    """The first export that we read shows the edited words alone."""
    told(play_row(at=ago(9), edited=ago(2), text="Still", reply=(ago(5), SORRY)))
    ticket = Ticket.objects.get()
    (clock,) = clocks(ticket)
    assert (clock.state, clock.started_at) == ("running", ago(2))
    assert "store_reply" in kinds(ticket)


def test_a_talk_in_one_file_is_told_in_its_order() -> None:
    talk = play_review(at=ago(9), reply=(ago(6), SORRY))
    talk["comments"] += play_review(at=ago(3), text="Still")["comments"]
    read_text(json.dumps({"reviews": [talk]}))
    work()
    first, second = clocks(Ticket.objects.get())
    assert (first.state, first.met_at) == ("met", ago(6))
    assert (second.state, second.started_at) == ("running", ago(3))


def test_history_is_kept_and_clocked_and_makes_no_noise() -> None:
    told(play_row(at=ago(200), reply=(ago(190), SORRY)))
    ticket = Ticket.objects.get()
    assert ticket.quiet
    assert [(clock.state, clock.met_at) for clock in clocks(ticket)] == [("met", ago(190))]


def test_what_an_agent_logged_by_hand_stands_and_the_export_says_it_too(cast: Cast) -> None:
    told(play_row(at=ago(9)))
    by = acting(cast.agent)
    ticket = locked(Ticket.objects.get().pk)
    log_contact(ticket, channel="other", reached=True, body="In the store", by=by, now=ago(4))
    told(play_row(at=ago(9), reply=(ago(5), SORRY)))
    (clock,) = clocks(ticket)
    assert (clock.state, clock.met_at) == ("met", ago(4))


def test_reviews_of_two_authors_are_two_tickets() -> None:
    told(play_row("gp:a", at=ago(5)), play_row("gp:b", at=ago(4)))
    assert Ticket.objects.count() == 2


def test_settling_later_finds_what_the_history_of_a_late_told_reply_says() -> None:
    told(play_row(at=ago(70)), live=True)
    told(play_row(at=ago(70), reply=(ago(60), SORRY)))
    (clock,) = clocks(Ticket.objects.get())
    state = clock.state
    settle(clock, moment())
    clock.refresh_from_db()
    assert clock.state == state


class TestImpossible:
    def test_a_contact_that_nobody_made_is_one_in_a_store(self, cast: Cast) -> None:
        told(play_row(at=ago(5)))
        made = {"ticket": Ticket.objects.get(), "cycle": 1, "reached": True, "at": NOW}
        cases: list[dict[str, Any]] = [
            {"channel": "other", "by": None},
            {"channel": "store", "by": cast.agent},
            {"channel": "store", "by": None, "reached": False},
        ]
        for case in cases:
            with (
                pytest.raises(IntegrityError, match="contact_names_who_made_it"),
                transaction.atomic(),
            ):
                Contact.objects.create(**made | case)

    def test_one_reply_stands_twice(self) -> None:
        read(play_row(at=ago(5), reply=(ago(3), SORRY)))
        reply = StoreReply.objects.get()
        reply.pk = None
        with pytest.raises(IntegrityError, match="one_reply_a_moment"):
            reply.save(force_insert=True)
