"""The company's reply in a store is a contact at its own time, and a review edited after it begins
anew on the same ticket."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.moment import moment
from desk.api.explaining import show_explanation
from feedback.intake.models import Feedback, Source
from feedback.stores.actions import Taken, take_reviews
from feedback.stores.exports import read_export
from feedback.stores.models import StoreReply
from tests.cast import Cast
from tests.feedback.exports import as_csv, play_review, play_row
from tests.makers import NOW, make_policy, make_root_cause, make_source
from tickets.escalation.sweeps import climb_ladders
from tickets.rules.actions import write_rule
from tickets.sla.actions.look import settle
from tickets.sla.models import Clock
from tickets.work.actions.move import close_ticket, resolve_ticket
from tickets.work.actions.open import Terms, open_from_feedback
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Priority, Ticket, TicketFeedback, Triage
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db

BEGAN = datetime.now(UTC).replace(microsecond=0)
SORRY = "We are sorry. 4.2 mends it."


def ago(hours: float) -> datetime:
    return BEGAN - timedelta(hours=hours)


@pytest.fixture(autouse=True)
def source(cast: Cast) -> Source:
    """Unhappy reviews lead to a ticket of the group care; others to none."""
    make_policy("standard")
    unhappy = {"fact": "score.class", "op": "eq", "value": "negative"}
    then = {"ticket": True, "group": "care", "policy": "standard"}
    rule = {"name": "Unhappy", "when": unhappy, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    return make_source("reviews", channel="store", owners=(cast.group,))


def read(*rows: list[str], live: bool = False) -> Taken:
    return read_text(as_csv(*rows), live=live)


def read_text(text: str, *, live: bool = False) -> Taken:
    reads = list(read_export(StringIO(text, newline=""), ZoneInfo("UTC")))
    source = Source.objects.get(slug="reviews")
    taken = take_reviews(reads, source, by="key sk_1…", now=moment(), live=live)
    assert taken.refused == []
    return taken


def work() -> None:
    triage_arrivals()
    take_up_answers()


def told(*rows: list[str], live: bool = False) -> None:
    read(*rows, live=live)
    work()


def clocks(ticket: Ticket, kind: str = "follow_up") -> list[Clock]:
    return list(Clock.objects.filter(promise=ticket.pk, kind=kind).order_by("cycle"))


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


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


def test_edited_after_the_reply_it_is_owed_another_on_the_same_ticket() -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    told(play_row(at=ago(9), edited=ago(4), text="4.2 crashes too", reply=(ago(8), SORRY)))
    ticket = Ticket.objects.get()
    first, second = clocks(ticket)
    assert (first.state, second.state) == ("met", "running")
    assert second.started_at == ago(4)
    entry = ticket.timeline.get(kind="feedback_joined")
    assert entry.text == "4.2 crashes too"
    assert (entry.reason["edited"], entry.reason["stars"], entry.reason["stars_before"]) == (
        True,
        1,
        1,
    )
    assert entry.reason["rule"]["name"] == "Unhappy"


@pytest.mark.parametrize("ends", ["resolved", "closed"])
def test_edited_after_the_end_it_begins_the_next_cycle(cast: Cast, ends: str) -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    ticket, by = locked(Ticket.objects.get().pk), acting(cast.agent)
    if ends == "resolved":
        resolve_ticket(ticket, root_cause=make_root_cause(), body="4.2", by=by, now=moment())
    else:
        close_ticket(ticket, outcome="not_actionable", reason="old", by=by, now=moment())
    told(play_row(at=ago(9), edited=ago(1), stars=2, text="No."))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.cycle) == ("open", 2)
    assert clocks(ticket)[-1].started_at == ago(1)
    assert Triage.objects.filter(decision="joined").count() == 1


def test_three_stars_are_no_praise() -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    told(play_row(at=ago(9), edited=ago(1), stars=3, text="Slow now"))
    ticket = Ticket.objects.get()
    assert [clock.state for clock in clocks(ticket)] == ["met", "running"]
    entry = ticket.timeline.get(kind="feedback_joined")
    assert (entry.actor_kind, entry.reason["stars"]) == ("customer", 3)
    assert Triage.objects.latest("feedback__received_at").decision == "none"


@pytest.mark.parametrize("stars", [4, 5])
def test_edited_to_praise_it_is_in_history_and_begins_nothing(cast: Cast, stars: int) -> None:
    told(play_row(at=ago(9), reply=(ago(8), SORRY)))
    ticket = locked(Ticket.objects.get().pk)
    cause = make_root_cause()
    resolve_ticket(ticket, root_cause=cause, body="x", by=acting(cast.agent), now=moment())
    told(play_row(at=ago(9), edited=ago(1), stars=stars, text="Works now"))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.cycle, ticket.outcome) == ("resolved", 1, "")
    assert [clock.state for clock in clocks(ticket)] == ["met"]
    entry = ticket.timeline.get(kind="feedback_joined")
    assert (entry.reason["stars"], entry.reason["stars_before"]) == (stars, 1)
    assert TicketFeedback.objects.filter(ticket=ticket).count() == 2


def test_praise_before_any_reply_leaves_the_first_promise_as_it_is() -> None:
    told(play_row(at=ago(9)))
    told(play_row(at=ago(9), edited=ago(1), stars=5, text="Oh, it works"))
    assert [clock.state for clock in clocks(Ticket.objects.get())] == ["running"]


def test_praise_that_turns_into_a_complaint_opens_a_ticket() -> None:
    told(play_row(at=ago(9), stars=5))
    told(play_row(at=ago(9), edited=ago(1), stars=1, text="Broken since 4.2"))
    (clock,) = clocks(Ticket.objects.get())
    assert clock.started_at == ago(1)


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


def test_a_complaint_of_today_does_not_go_where_nobody_is_alarmed() -> None:
    told(play_row(at=ago(200)))
    told(play_row(at=ago(200), edited=ago(1), text="Still"))
    old, new = Ticket.objects.order_by("pk")
    assert (old.quiet, new.quiet) == (True, False)


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
