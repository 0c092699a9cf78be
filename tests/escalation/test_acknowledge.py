import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.errors import Conflict, Refused
from tests.cast import api
from tests.desk.browsing import browse, sent, text_of
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HOUR,
    acknowledge,
    clock_of,
    entries,
    make_ladder,
    sweep,
    told,
)
from tests.escalation.climbing import raised as everything
from tests.makers import NOW, make_ticket
from tickets.escalation.actions.acknowledge import acknowledge_escalation
from tickets.escalation.actions.ladders import revise_ladder
from tickets.escalation.models import Escalation
from tickets.sla.models import Clock
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TicketShare

pytestmark = pytest.mark.django_db

ESCALATIONS = "/api/v1/escalations"


@pytest.fixture
def raised(ticket) -> Escalation:
    sweep(24)
    return Escalation.objects.get()


def note(person, escalation: Escalation):
    return api(person).post(f"{ESCALATIONS}/{escalation.pk}/acknowledge")


def due_again(ticket: Ticket) -> None:
    Clock.objects.filter(promise=ticket.pk).update(next_action_at=NOW)


def numbers(person, query: str = "") -> list[int]:
    answer = api(person).get(f"{ESCALATIONS}{query}")
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def test_the_first_who_takes_note_stays_on_record(raised, cast, ticket):
    answer = note(cast.lead, raised)
    assert answer.status_code == 200
    assert answer.json()["acknowledged_by"] == {"id": cast.lead.pk, "name": "Lead"}
    assert answer.json()["acknowledged_at"].endswith("Z")
    assert note(cast.agent, raised).json()["acknowledged_by"]["name"] == "Lead"
    (said,) = entries(ticket, "escalation_acknowledged")
    assert (said["clock"], said["cycle"], said["rung"]) == ("follow_up", 1, 1)


@pytest.mark.parametrize(
    "who, status",
    [
        ("outsider", 404),
        ("viewer", 403),
        ("auditor", 403),
        ("agent", 200),
        ("manager", 200),
        ("admin", 200),
    ],
)
def test_who_may_work_the_ticket_may_take_note(raised, cast, who, status):
    assert note(getattr(cast, who), raised).status_code == status
    raised.refresh_from_db()
    assert (raised.acknowledged_at is not None) == (status == 200)


def test_what_does_not_exist_looks_like_what_is_not_yours(raised, cast):
    strange = note(cast.outsider, raised).json()
    for number in (10**9, 2**63, 10**40):
        missing = api(cast.outsider).post(f"{ESCALATIONS}/{number}/acknowledge")
        assert missing.status_code == 404
        assert missing.json() | {"request_id": ""} == strange | {"request_id": ""}


def test_what_nobody_heard_cannot_be_noted(raised, cast):
    raised.skipped = Escalation.Skipped.SUPERSEDED
    with pytest.raises(Conflict) as conflict:
        acknowledge_escalation(raised, by=cast.agent, now=NOW + 25 * HOUR)
    assert conflict.value.code == "unheard"


class TestPause:
    """Taking note stops the next rungs of that clock for a time."""

    def test_it_says_until_when(self, raised, cast, ticket):
        answer = note(cast.lead, raised).json()
        raised.refresh_from_db()
        assert raised.paused_until - raised.acknowledged_at == 4 * HOUR
        assert answer["paused_until"] == raised.paused_until.isoformat().replace("+00:00", "Z")
        (said,) = entries(ticket, "escalation_acknowledged")
        assert said["paused_until"] == raised.paused_until.isoformat()

    def test_the_ladder_says_how_long_unless_somebody_does(self, raised, cast):
        revise_ladder(raised.ladder, {"pause_s": 7200}, now=NOW)
        assert acknowledge(raised.ticket, 1, cast.lead, 25).paused_until == NOW + 27 * HOUR

    def test_who_takes_note_may_say_how_long(self, raised, cast):
        answer = api(cast.lead).post(f"{ESCALATIONS}/{raised.pk}/acknowledge", {"pause_s": 600})
        assert answer.status_code == 200
        raised.refresh_from_db()
        assert raised.paused_until - raised.acknowledged_at == HOUR / 6

    def test_nothing_need_wait(self, raised, cast):
        assert acknowledge(raised.ticket, 1, cast.lead, 25, pause_s=0).paused_until is None

    @pytest.mark.parametrize("pause_s", [-1, 86_401, "long", 1.5])
    def test_a_day_is_the_most(self, raised, cast, pause_s):
        answer = api(cast.lead).post(f"{ESCALATIONS}/{raised.pk}/acknowledge", {"pause_s": pause_s})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/pause_s"
        with pytest.raises(Refused):
            revise_ladder(raised.ladder, {"pause_s": 86_401}, now=NOW)

    def test_the_next_rungs_are_recorded_and_nobody_hears(self, raised, cast, ticket):
        acknowledge(ticket, 1, cast.lead, 35)
        sweep(36)
        assert everything(ticket) == {1: "", 2: "acknowledged"}
        assert told(ticket, 2) == set()
        assert clock_of(ticket).next_action_at == NOW + 39 * HOUR

    def test_after_it_the_climb_goes_on_from_the_highest_rung_passed(self, raised, cast, ticket):
        acknowledge(ticket, 1, cast.lead, 30, pause_s=24 * 3600)
        for hours in (36, 48.01, 53):
            sweep(hours)
        assert everything(ticket) == {1: "", 2: "acknowledged", 3: "acknowledged"}
        sweep(54)
        assert everything(ticket) == {1: "", 2: "acknowledged", 3: ""}
        assert told(ticket, 3) == {"Manager"}
        assert len(entries(ticket, "escalated")) == 2
        sweep(72)
        assert everything(ticket)[4] == ""
        assert told(ticket, 2) == set()

    def test_a_rung_that_comes_after_it_is_heard_at_its_time(self, raised, cast, ticket):
        acknowledge(ticket, 1, cast.lead, 25)
        sweep(36)
        assert told(ticket, 2) == {"Lead"}

    def test_a_contact_meanwhile_ends_the_climb(self, raised, cast, ticket):
        acknowledge(ticket, 1, cast.lead, 35)
        sweep(36)
        by = acting(cast.agent)
        log_contact(
            locked(ticket.pk), channel="phone", reached=True, body="", by=by, now=NOW + 37 * HOUR
        )
        sweep(39)
        assert everything(ticket) == {1: "", 2: "acknowledged"}

    def test_the_breach_is_noted_all_the_same(self, raised, cast, ticket):
        acknowledge(ticket, 1, cast.lead, 47)
        sweep(48.01)
        assert clock_of(ticket).state == "breached"
        assert len(entries(ticket, "breached")) == 1

    def test_what_the_rungs_do_waits_too_and_is_done_once(self, cast, ticket):
        make_ladder(
            cast.group,
            (HALF, ["owner"]),
            ({"percent": 60}, ["owner"], {"reassign_to": "lead"}),
            ({"percent": 70}, ["owner"], {"set_priority": "urgent"}),
            (AT_DUE, ["owner"]),
        )
        sweep(24)
        acknowledge(ticket, 1, cast.agent, 25, pause_s=24 * 3600)
        sweep(40)
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.priority_word) == (cast.agent, "normal")
        sweep(49)
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.priority_word) == (cast.lead, "urgent")
        assign_ticket(locked(ticket.pk), assignee=cast.agent, by=acting(cast.lead), now=NOW)
        due_again(ticket)
        sweep(60)
        ticket.refresh_from_db()
        assert ticket.assignee == cast.agent

    def test_the_desk_offers_how_long(self, raised, cast, ticket):
        agent = browse(cast.agent)
        assert "as the ladder says" in text_of(agent.get(f"/tickets/{ticket.ref}"))
        sent(
            agent.post(f"/escalations/{raised.pk}/acknowledge", {"pause_s": "3600"}),
            f"/tickets/{ticket.ref}",
        )
        raised.refresh_from_db()
        assert raised.paused_until - raised.acknowledged_at == HOUR
        assert "the next rungs wait until" in text_of(agent.get(f"/tickets/{ticket.ref}"))
        long = agent.post(f"/escalations/{raised.pk}/acknowledge", {"pause_s": "999999"})
        assert long.status_code == 422


class TestList:
    def test_it_says_what_was_raised_and_who_heard(self, raised, cast, ticket):
        (row,) = api(cast.viewer).get(ESCALATIONS).json()["results"]
        assert row == {
            "id": raised.pk,
            "ticket": ticket.ref,
            "subject": "Parcel never arrived",
            "clock": "follow_up",
            "cycle": 1,
            "rung": 1,
            "when": {"percent": 50},
            "told": [{"id": cast.agent.pk, "name": "Agent"}],
            "addresses": [],
            "notices": [
                {
                    "to": "Agent",
                    "state": "told",
                    "why": "",
                    "tell_at": "2026-11-21T09:00:00Z",
                }
            ],
            "due_at": "2026-11-21T09:00:00Z",
            "raised_at": "2026-11-21T09:00:00Z",
            "late_by_us": False,
            "skipped": "",
            "acknowledged_at": None,
            "acknowledged_by": None,
            "paused_until": None,
        }

    def test_it_is_cut_to_the_tickets_one_may_see(self, raised, cast, ticket):
        other = make_ticket(cast.other_group, policy=ticket.promise.policy)
        sweep(24.1)
        theirs = Escalation.objects.get(ticket=other)
        assert numbers(cast.agent) == [raised.pk]
        assert numbers(cast.outsider) == [theirs.pk]
        assert numbers(cast.auditor) == [theirs.pk, raised.pk]
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        assert numbers(cast.outsider) == [theirs.pk, raised.pk]
        assert api(None).get(ESCALATIONS).status_code == 401

    def test_it_tells_what_somebody_took_note_of_from_what_nobody_did(self, raised, cast):
        sweep(49)
        heard = Escalation.objects.get(skipped="", rung=3)
        note(cast.agent, raised)
        assert numbers(cast.agent, "?acknowledged=true") == [raised.pk]
        assert numbers(cast.agent, "?acknowledged=false") == [heard.pk]
        assert len(numbers(cast.agent)) == 3

    @pytest.mark.parametrize("query", ["?acknowledged=maybe", "?acknowledged=", "?order=password"])
    def test_it_refuses_a_filter_it_does_not_know(self, raised, cast, query):
        assert api(cast.agent).get(f"{ESCALATIONS}{query}").status_code == 422

    def test_it_comes_page_by_page(self, raised, cast, ticket):
        sweep(80)
        first = api(cast.agent).get(f"{ESCALATIONS}?page_size=3").json()
        second = api(cast.agent).get(first["next"]).json()
        found = [row["rung"] for row in (*first["results"], *second["results"])]
        assert sorted(found) == [1, 2, 3, 4]

    def test_it_takes_as_many_statements_for_one_as_for_many(self, raised, cast, ticket):
        client = api(cast.agent)
        few = self.statements(client)
        for _ in range(10):
            make_ticket(cast.group, policy=ticket.promise.policy)
        sweep(24.1)
        assert self.statements(client) <= few < 8

    def statements(self, client) -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(ESCALATIONS)
        return len(context)


def test_what_is_over_wants_nobody_until_it_begins_anew(ticket, cast):
    sweep(50)
    heard = Escalation.objects.filter(ticket=ticket, skipped="")
    assert set(heard.values_list("over", flat=True)) == {False}
    now = NOW + 51 * HOUR
    close_ticket(locked(ticket.pk), outcome="spam", reason="Spam", by=acting(cast.agent), now=now)
    assert set(heard.values_list("over", flat=True)) == {True}
    reopen_ticket(locked(ticket.pk), reason="No spam", by=acting(cast.agent), now=now)
    assert set(heard.values_list("over", flat=True)) == {False}
    assert Escalation.objects.exclude(skipped="").filter(over=True).count() == 0
