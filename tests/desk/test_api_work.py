"""Talking to the customer and moving a ticket, over REST."""

from datetime import timedelta
from functools import partial

import pytest

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.asking import at_once, done, faults, refusal, tell
from tests.makers import make_customer, make_root_cause, make_ticket
from tickets.work.models import Ticket, TicketShare
from tickets.work.verbs import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


class TestTalk:
    def test_a_reply_is_a_letter_and_keeps_the_promise(self, cast, ticket) -> None:
        now = moment()
        ticket = make_ticket(cast.group, received_at=now)
        shown = done(tell(cast.agent, ticket, "reply", {"body": "We are sorry."}))
        clocks = {clock["kind"]: clock["state"] for clock in shown["clocks"]}
        assert clocks == {"acknowledge": "met", "follow_up": "met", "resolve": "running"}
        assert Letter.objects.get(kind="reply").body.startswith("We are sorry.\n")
        entry = shown["timeline"][-1]
        assert (entry["kind"], entry["actor"]["id"]) == ("reply", cast.agent.pk)

    def test_nobody_replies_to_no_address(self, cast) -> None:
        mute = make_customer(email="", phone="+49301", identity="phone:+49301")
        ticket = make_ticket(cast.group, customer=mute, contactable="phone")
        mute.email = ""
        mute.save()
        assert refusal(tell(cast.agent, ticket, "reply", {"body": "x"})) == (409, "no_address")

    def test_a_note_is_kept(self, cast, ticket) -> None:
        shown = done(tell(cast.agent, ticket, "note", {"body": "Look at the scan."}))
        assert shown["timeline"][-1]["text"] == "Look at the scan."

    @pytest.mark.parametrize("verb", ["reply", "note"])
    @pytest.mark.parametrize(
        "body, code", [("", "required"), (" \n", "required"), ("x" * 20_001, "max_length")]
    )
    def test_words_are_wanted_and_not_too_many(self, cast, ticket, verb, body, code) -> None:
        assert faults(tell(cast.agent, ticket, verb, {"body": body})) == [("/body", code)]

    def test_what_cannot_be_stored_is_replaced(self, cast, ticket) -> None:
        response = api(cast.agent).post(
            f"/api/v1/tickets/{ticket.ref}/note",
            rb'{"body": "a\u0000b\ud800"}',
            content_type="application/json",
        )
        shown = done(response)
        assert shown["timeline"][-1]["text"] == "a\ufffdb\ufffd"

    def test_a_call_that_reached_the_customer_keeps_the_promise(self, cast, now) -> None:
        ticket = make_ticket(cast.group, received_at=moment())
        body = {"channel": "phone", "outcome": "reached", "body": "She is content."}
        shown = done(tell(cast.agent, ticket, "log-contact", body))
        assert [c["state"] for c in shown["clocks"] if c["kind"] == "follow_up"] == ["met"]

    def test_a_call_that_reached_nobody_keeps_none(self, cast) -> None:
        ticket = make_ticket(cast.group, received_at=moment())
        body = {"channel": "phone", "outcome": "not_reached"}
        shown = done(tell(cast.agent, ticket, "log-contact", body))
        assert [c["state"] for c in shown["clocks"] if c["kind"] == "follow_up"] == ["running"]

    def test_other_channels_are_refused(self, cast, ticket) -> None:
        body = {"channel": "letter", "outcome": "perhaps"}
        assert faults(tell(cast.agent, ticket, "log-contact", body)) == [
            ("/channel", "invalid_choice"),
            ("/outcome", "invalid_choice"),
        ]


class TestMove:
    def test_it_waits_until_a_date(self, cast, ticket) -> None:
        until = (moment() + timedelta(days=2)).isoformat()
        shown = done(tell(cast.agent, ticket, "wait", {"until": until}))
        assert shown["status"] == "waiting"
        assert shown["waiting_until"][:16] == until[:16]

    def test_it_waits_without_a_date(self, cast, ticket) -> None:
        assert done(tell(cast.agent, ticket, "wait", {"until": None}))["status"] == "waiting"

    @pytest.mark.parametrize(
        "until, code",
        [
            ("2020-01-01T00:00:00Z", "in_the_past"),
            ("2030-01-01T00:00:00", "no_offset"),
            ("soon", "invalid"),
            ("9999-12-31T23:59:59-23:00", "overflow"),
            ("9999-12-31T23:59:59Z", "out_of_range"),
        ],
    )
    def test_the_date_is_a_time_to_come(self, cast, ticket, until, code) -> None:
        assert faults(tell(cast.agent, ticket, "wait", {"until": until})) == [("/until", code)]

    def test_resolving_before_contact_is_refused_unless_the_act_contains_it(
        self, cast, ticket
    ) -> None:
        make_root_cause("delivery")
        body = {"root_cause": "delivery"}
        assert refusal(tell(cast.agent, ticket, "resolve", body)) == (409, "no_contact")
        shown = done(tell(cast.agent, ticket, "resolve", body | {"body": "It is on its way."}))
        assert shown["status"] == "resolved"
        kinds = [e["kind"] for e in shown["timeline"] if e["kind"] != "breached"]
        assert kinds[-2:] == ["reply", "resolved"]

    def test_an_unknown_root_cause_is_refused(self, cast, ticket) -> None:
        make_root_cause("old").delete()
        response = tell(cast.agent, ticket, "resolve", {"root_cause": "old"})
        assert faults(response) == [("/root_cause", "unknown_root_cause")]

    def test_closing_needs_an_outcome_that_fits(self, cast, ticket) -> None:
        body = {"outcome": "recovered", "reason": "x"}
        assert refusal(tell(cast.agent, ticket, "close", body)) == (409, "no_answer")
        response = tell(cast.agent, ticket, "close", {"outcome": "merged", "reason": "x"})
        assert faults(response) == [("/outcome", "invalid_choice")]
        response = tell(cast.agent, ticket, "close", {"outcome": "spam"})
        assert faults(response) == [("/reason", "required")]
        shown = done(tell(cast.agent, ticket, "close", {"outcome": "spam", "reason": "A robot."}))
        assert (shown["status"], shown["outcome"]) == ("closed", "spam")

    def test_an_illegal_move_says_from_where_it_is_possible(self, cast, ticket) -> None:
        response = tell(cast.agent, ticket, "reopen", {"reason": "x"})
        assert refusal(response) == (409, "illegal_move")
        assert "resolved or closed" in response.json()["detail"]

    def test_reopening_begins_the_next_cycle(self, cast, ticket) -> None:
        tell(cast.agent, ticket, "close", {"outcome": "spam", "reason": "A robot."})
        shown = done(tell(cast.agent, ticket, "reopen", {"reason": "A person after all."}))
        assert (shown["status"], shown["cycle"], shown["outcome"]) == ("open", 2, None)
        assert {(c["kind"], c["cycle"]) for c in shown["clocks"]} >= {("follow_up", 2)}


class TestMerge:
    def test_the_other_goes_on(self, cast) -> None:
        customer = make_customer()
        first, second = (make_ticket(cast.group, customer=customer) for _ in range(2))
        shown = done(tell(cast.agent, first, "merge", {"into": second.ref}))
        assert (shown["status"], shown["outcome"]) == ("closed", "merged")
        assert (shown["merged_into"], shown["feedback"]) == (second.ref, [])
        other = api(cast.agent).get(f"/api/v1/tickets/{second.ref}").json()
        assert len(other["feedback"]) == 2

    def test_into_what_one_cannot_see_is_into_nothing(self, cast, ticket) -> None:
        strange = make_ticket(cast.other_group)
        for ref in (strange.ref, "T-77777", "x", ""):
            response = tell(cast.agent, ticket, "merge", {"into": ref})
            assert faults(response)[0][0] == "/into", ref

    def test_into_what_one_may_only_read_is_forbidden(self, cast, ticket) -> None:
        strange = make_ticket(cast.other_group)
        TicketShare.objects.create(ticket=strange, group=cast.group)
        response = tell(cast.agent, ticket, "merge", {"into": strange.ref})
        assert refusal(response) == (403, "forbidden")

    def test_into_itself_is_refused(self, cast, ticket) -> None:
        response = tell(cast.agent, ticket, "merge", {"into": ticket.ref})
        assert faults(response) == [("/into", "itself")]

    @pytest.mark.django_db(transaction=True)
    def test_two_that_swallow_each_other_at_once_do_not_wait_in_a_circle(self, cast) -> None:
        customer = make_customer()
        for _ in range(5):
            one, two = (make_ticket(cast.group, customer=customer) for _ in range(2))
            said = at_once(
                partial(say, "merge", by=cast.agent, ref=one.ref, raw={"into": two.ref}),
                partial(say, "merge", by=cast.agent, ref=two.ref, raw={"into": one.ref}),
            )
            assert said == ["Conflict", "int"]
